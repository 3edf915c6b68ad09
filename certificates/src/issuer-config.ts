import { isIPv4 } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { readAddress } from './source/front-office/credentials.ts';
import type { FrontOfficeAddress } from './source/front-office/credentials.ts';

/** What the environment may say of what a town issues with; see README. */
export const issuerEnvironment = z.object({
  DATA_DIR: z.string().min(1),
  TOWN_DIR: z.string().min(1),
  /** A demo town: test authorities are accepted and every verdict and paper says SPECIMEN. */
  DEMO: z.literal('1').optional(),
  /** The registry of a demo: JSON file of the people its cards belong to. */
  DEMO_CITIZENS: z.string().min(1).optional(),
  /** Key folder of the town, which names its token and time-stamp authority; default, in a demo: an invented authority. */
  KEYS_DIR: z.string().min(1).optional(),
  /** Base address of the town's front office (`source/FRONT-OFFICE.md`); plain HTTP on this machine only. */
  FRONT_OFFICE_URL: z.string().min(1).optional(),
  /** File with the bearer token it wants; read at each question. */
  FRONT_OFFICE_TOKEN_FILE: z.string().min(1).optional(),
  /** Our certificate and its key (PEM), beside the token or instead. */
  FRONT_OFFICE_CERT_FILE: z.string().min(1).optional(),
  FRONT_OFFICE_KEY_FILE: z.string().min(1).optional(),
  /** Authority its certificate comes from (PEM); default: those of the system. */
  FRONT_OFFICE_CA_FILE: z.string().min(1).optional(),
  /** `postgres://` address of the register; default: the SQLite file in DATA_DIR. */
  DATABASE_URL: z.url({ protocol: /^postgres(?:ql)?$/ }).optional(),
  /** Folder of the register's keys, the same for all nodes of one register; default: DATA_DIR. */
  REGISTER_KEY_DIR: z.string().min(1).optional(),
});
type IssuerEnvironment = z.output<typeof issuerEnvironment>;

/** What a town issues with. */
export interface IssuerConfig {
  readonly dataDirectory: string;
  readonly townDirectory: string;
  /** An invented town; its citizens are those of the file unless a front office has them. */
  readonly demo: { readonly citizensFile: string | undefined } | undefined;
  /** Undefined: in a demo, the invented authority in the data folder. */
  readonly keysDirectory: string | undefined;
  readonly frontOffice: FrontOfficeAddress | undefined;
  /** What `openRegister` takes: a path or an address with a password in it, and the key file. */
  readonly register: { readonly database: string; readonly key: string };
  readonly checkpoints: { readonly keyDirectory: string };
}

/**
 * Reads what a town issues with.
 *
 * @throws Error with one sentence for each missing or contradictory value
 */
export function readIssuerConfig(env: NodeJS.ProcessEnv): IssuerConfig {
  const read = issuerEnvironment.safeParse(env);
  if (!read.success) throw settingsError(read.error);
  return issuerConfigOf(read.data);
}

/** The same of values that a schema has read. @throws Error as {@link readIssuerConfig} */
export function issuerConfigOf(value: IssuerEnvironment): IssuerConfig {
  if (value.DEMO_CITIZENS && !value.DEMO) throw new Error('DEMO_CITIZENS are for a demo only: say DEMO=1.');
  if (value.DEMO && !value.DEMO_CITIZENS === !value.FRONT_OFFICE_URL) {
    throw new Error('DEMO needs either DEMO_CITIZENS, the file of invented citizens, or FRONT_OFFICE_URL.');
  }
  if (!value.DEMO && (!value.KEYS_DIR || !value.FRONT_OFFICE_URL)) {
    throw new Error('A town needs KEYS_DIR, its key folder, and FRONT_OFFICE_URL, where its registry is; only DEMO=1 does without.');
  }
  if (value.DATABASE_URL && !isNear(value.DATABASE_URL) && new URL(value.DATABASE_URL).searchParams.get('sslmode') !== 'verify-full') {
    throw new Error('DATABASE_URL leads to another machine: say ?sslmode=verify-full.');
  }
  const data = resolve(value.DATA_DIR);
  const keyDirectory = value.REGISTER_KEY_DIR ? resolve(value.REGISTER_KEY_DIR) : data;
  return {
    dataDirectory: data,
    townDirectory: resolve(value.TOWN_DIR),
    demo: value.DEMO ? { citizensFile: value.DEMO_CITIZENS && resolve(value.DEMO_CITIZENS) } : undefined,
    keysDirectory: value.KEYS_DIR && resolve(value.KEYS_DIR),
    frontOffice: frontOfficeOf(value),
    register: { database: value.DATABASE_URL ?? join(data, 'register.sqlite'), key: join(keyDirectory, 'register.key') },
    checkpoints: { keyDirectory },
  };
}

function frontOfficeOf(value: IssuerEnvironment): FrontOfficeAddress | undefined {
  const { FRONT_OFFICE_URL: url, FRONT_OFFICE_TOKEN_FILE: token, FRONT_OFFICE_CERT_FILE: cert, FRONT_OFFICE_KEY_FILE: key, FRONT_OFFICE_CA_FILE: ca } = value;
  if (!cert !== !key) throw new Error('A client certificate needs both FRONT_OFFICE_CERT_FILE and FRONT_OFFICE_KEY_FILE.');
  if (url === undefined) {
    if (token ?? cert ?? ca) throw new Error('FRONT_OFFICE_URL is missing: whom are credentials for?');
    return undefined;
  }
  const address = {
    url,
    ...(token ? { tokenFile: resolve(token) } : {}),
    ...(cert && key ? { client: { certFile: resolve(cert), keyFile: resolve(key) } } : {}),
    ...(ca ? { caFile: resolve(ca) } : {}),
  };
  readAddress(address);
  return address;
}

/** One sentence for each value that its schema refuses. */
export function settingsError({ issues }: z.ZodError): Error {
  return new Error(issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}

/** On this machine: a unix socket (`?host=/folder`), or loopback. */
function isNear(databaseUrl: string): boolean {
  const { hostname, searchParams } = new URL(databaseUrl);
  const host = searchParams.get('host') ?? hostname;
  return host.startsWith('/') || isLoopback(host.replaceAll(/[[\]]/g, ''));
}

/** Whether a host's name or address leads to this machine. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
