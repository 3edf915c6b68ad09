import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { ms, seconds } from '@videosportello/protocol/units.ts';
import type { MessagePace } from './channel/paced-transport.ts';
import type { QueuePolicy } from './redis/scripts.ts';

/** The queue's times (design D13, domain 8). */
export const defaultPolicy: QueuePolicy = {
  offerMs: seconds(15),
  instanceLeaseMs: seconds(4),
  operatorLeaseMs: seconds(4),
  kioskGraceMs: seconds(30),
  nodeLeaseMs: seconds(5),
  refusalMs: seconds(30),
  handOverMs: seconds(600),
  standstillMs: seconds(2),
  rebuildMs: seconds(2.5),
};

/** What strangers and the impatient may cost. */
export interface QueueLimits {
  /** Messages of one kiosk or desk: real-time text of eight visits at once and a question for life a second stay well below. */
  readonly messages: MessagePace;
  /** Sockets of one process that have not said hello yet; each has five seconds for it. */
  readonly strangers: number;
}
export const defaultLimits: QueueLimits = { messages: { burst: 200, perSecond: 60 }, strangers: 2_000 };

/** At least how often a process renews its lease and looks for what has fallen due, ms; a deadline it has heard of is met at its time. */
export const SWEEP_EVERY_MS = ms(1_000);

const loopbackHosts = ['127.0.0.1', '::1', 'localhost'];
/** Whether a bind host is reachable from this machine alone. */
export const isLoopback = (host: string): boolean => loopbackHosts.includes(host);

const listen = z
  .string()
  .regex(/^(?:\[[0-9a-f:]+\]|[^:\s]+):\d{1,5}$/i, 'LISTEN must be host:port')
  .transform((text) => {
    const colon = text.lastIndexOf(':');
    return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
  });
const origin = z.string().regex(/^https?:\/\/[a-z0-9.-]+(?::(?:\d{1,5}|\*))?$/i, 'an origin is scheme://host:port; * stands for any port');
const flag = z.enum(['0', '1']).default('0').transform((value) => value === '1');

const environment = z.object({
  LISTEN: listen.prefault('127.0.0.1:0'),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  DATA_DIR: z.string().min(1).default('data/queue-service'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  DEMO: flag,
  NODE_SECRET_FILE: z.string().min(1),
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  BEHIND_PROXY: flag,
  REDIS_URL: z.url({ protocol: /^(?:rediss?|unix)$/ }).optional(),
  REDIS_FSYNC: z.enum(['everysec', 'always']).default('everysec'),
  POOL: z.string().regex(/^[a-z0-9-]{1,40}$/).default('main'),
  TOWN_DIR: z.string().min(1).default('deploy/town'),
  CONSOLE_DIST: z.string().min(1).optional(),
  KIOSK_ORIGIN_ALLOW: z
    .string()
    .transform((text) => text.split(',').map((item) => item.trim()))
    .pipe(z.array(origin))
    .optional(),
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }),
  OIDC_CLIENT_ID: z.string().min(1),
  OIDC_CLIENT_SECRET_FILE: z.string().min(1),
});

/** Everything the service is told; times in ms, folders absolute. */
export interface QueueConfig {
  readonly listen: { readonly host: string; readonly port: number };
  /** Where browsers find this service; absent: derived from the bound port, `http://console.localhost:PORT` on loopback. */
  readonly publicUrl?: string;
  readonly dataDir: string;
  readonly pool: string;
  readonly policy: QueuePolicy;
  readonly limits: QueueLimits;
  /** Absent: an own redis-server in `dataDir`. */
  readonly redisUrl?: string;
  readonly redisFsync: 'everysec' | 'always';
  readonly townDir: string;
  /** Absent: no console is served. */
  readonly consoleDist?: string;
  readonly kioskOrigins: readonly string[];
  /** Absent: nobody can sign in by the page (tests make session cookies themselves). */
  readonly oidc?: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string };
  /** The pool's node secret, hex. */
  readonly nodeSecret: string;
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly behindProxy: boolean;
  readonly demo: boolean;
}

const secretFile = async (path: string, name: string): Promise<string> => {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new Error(`The file named by ${name} cannot be read.`, { cause });
  }
};

/**
 * Reads the environment.
 * @throws Error with one plain sentence: a variable that is missing or wrong, or two that contradict each other.
 */
export async function readConfig(env: NodeJS.ProcessEnv): Promise<{ config: QueueConfig; logLevel: string }> {
  const read = environment.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (!read.success) {
    const issue = read.error.issues[0];
    throw new Error(`The setting ${issue?.path.join('.') ?? ''} is missing or wrong: ${issue?.message ?? ''}.`);
  }
  const settings = read.data;
  const local = isLoopback(settings.LISTEN.host);
  if ((settings.TLS_CERT_FILE === undefined) !== (settings.TLS_KEY_FILE === undefined)) {
    throw new Error('TLS_CERT_FILE and TLS_KEY_FILE belong together; one of them is missing.');
  }
  if (!local && settings.TLS_CERT_FILE === undefined && !settings.BEHIND_PROXY) {
    throw new Error('Beyond loopback the service starts only with TLS_CERT_FILE and TLS_KEY_FILE, or with BEHIND_PROXY=1.');
  }
  if (!local && (settings.PUBLIC_URL === undefined || settings.KIOSK_ORIGIN_ALLOW === undefined)) {
    throw new Error('Beyond loopback the service needs PUBLIC_URL and KIOSK_ORIGIN_ALLOW.');
  }
  if (settings.DEMO && !local) throw new Error('DEMO=1 is for one machine: LISTEN must be a loopback address.');
  const nodeSecret = await secretFile(settings.NODE_SECRET_FILE, 'NODE_SECRET_FILE');
  if (!/^(?:[0-9a-f]{2}){32,}$/i.test(nodeSecret)) throw new Error('NODE_SECRET_FILE must hold at least 32 bytes in hexadecimal.');
  const config: QueueConfig = {
    listen: settings.LISTEN,
    dataDir: resolve(settings.DATA_DIR),
    pool: settings.POOL,
    policy: defaultPolicy,
    limits: defaultLimits,
    redisFsync: settings.REDIS_FSYNC,
    townDir: resolve(settings.TOWN_DIR),
    kioskOrigins: settings.KIOSK_ORIGIN_ALLOW ?? ['http://kiosk.localhost:*'],
    oidc: {
      issuer: settings.OIDC_ISSUER,
      clientId: settings.OIDC_CLIENT_ID,
      clientSecret: await secretFile(settings.OIDC_CLIENT_SECRET_FILE, 'OIDC_CLIENT_SECRET_FILE'),
    },
    nodeSecret,
    behindProxy: settings.BEHIND_PROXY,
    demo: settings.DEMO,
    ...(settings.PUBLIC_URL === undefined ? {} : { publicUrl: settings.PUBLIC_URL.replace(/\/$/, '') }),
    ...(settings.REDIS_URL === undefined ? {} : { redisUrl: settings.REDIS_URL }),
    ...(settings.CONSOLE_DIST === undefined ? {} : { consoleDist: resolve(settings.CONSOLE_DIST) }),
    ...(settings.TLS_CERT_FILE !== undefined && settings.TLS_KEY_FILE !== undefined
      ? {
          tls: {
            cert: await secretFile(settings.TLS_CERT_FILE, 'TLS_CERT_FILE'),
            key: await secretFile(settings.TLS_KEY_FILE, 'TLS_KEY_FILE'),
          },
        }
      : {}),
  };
  return { config, logLevel: settings.LOG_LEVEL };
}
