import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { nodeId } from '@videosportello/protocol/ids.ts';
import type { NodeId } from '@videosportello/protocol/ids.ts';
import { socketUrl } from '@videosportello/protocol/units.ts';
import { z } from 'zod';
import { isLoopback, issuerConfigOf, issuerEnvironment, settingsError } from './issuer-config.ts';
import type { IssuerConfig } from './issuer-config.ts';

/** What the environment may say; see README. */
const environment = issuerEnvironment.extend({
  /** Address and port to listen on; port 0 takes a free one. Beyond loopback only with TLS or a declared proxy. */
  LISTEN: z.string().regex(/^[^\s]+:\d{1,5}$/, 'LISTEN must be host:port').default('127.0.0.1:0'),
  /** What queue-service tells others; default: derived from the bound port. */
  PUBLIC_URL: socketUrl.optional(),
  QUEUE_URL: socketUrl,
  NODE_ID: nodeId,
  NODE_SECRET_FILE: z.string().min(1),
  /** Folder of those whose word counts about cards (DER): see trust-folder.ts. */
  CARD_TRUST_DIR: z.string().min(1),
  /** Origins of consoles that may connect, separated by spaces; as a browser says them, without a path. */
  CONSOLE_ORIGINS: z
    .string()
    .trim()
    .regex(/^https?:\/\/[^\s/]+( +https?:\/\/[^\s/]+)*$/, 'CONSOLE_ORIGINS must be origins like https://host:port, separated by spaces'),
  TLS_CERT_FILE: z.string().min(1).optional(),
  TLS_KEY_FILE: z.string().min(1).optional(),
  BEHIND_PROXY: z.literal('1').optional(),
  /** Folder that gets the register's checkpoints, best on another machine; default: `checkpoints` in DATA_DIR. */
  CHECKPOINT_DIR: z.string().min(1).optional(),
  /** Submission prefix of a witness that gets them too (c2sp.org/tlog-witness); default: none. */
  CHECKPOINT_URL: z.url({ protocol: /^https?$/ }).optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** The certificate service's settings, complete. Secrets stand apart, in {@link readSecrets}. */
export interface CertificateConfig extends IssuerConfig {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | undefined;
  readonly queueUrl: string;
  readonly nodeId: NodeId;
  readonly nodeSecretFile: string;
  readonly cardTrustDirectory: string;
  readonly consoleOrigins: readonly string[];
  readonly checkpoints: { readonly keyDirectory: string; readonly directory: string; readonly witness: string | undefined };
  /** The address of whoever asks is the last one in X-Forwarded-For. */
  readonly behindProxy: boolean;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly logLevel: string;
}

/**
 * Reads the settings.
 * @throws Error with one sentence per missing or contradictory value.
 */
export function readConfig(env: NodeJS.ProcessEnv): CertificateConfig {
  const read = environment.safeParse(env);
  if (!read.success) throw settingsError(read.error);
  const value = read.data;
  const colon = value.LISTEN.lastIndexOf(':');
  const host = value.LISTEN.slice(0, colon).replace(/^\[|\]$/g, '');
  if (!value.TLS_CERT_FILE !== !value.TLS_KEY_FILE) throw new Error('TLS needs both TLS_CERT_FILE and TLS_KEY_FILE.');
  const tls = value.TLS_CERT_FILE && value.TLS_KEY_FILE ? { certFile: value.TLS_CERT_FILE, keyFile: value.TLS_KEY_FILE } : undefined;
  if (!isLoopback(host) && !tls && !value.BEHIND_PROXY) {
    throw new Error('LISTEN reaches beyond this machine: give TLS_CERT_FILE and TLS_KEY_FILE, or say BEHIND_PROXY=1.');
  }
  if (value.CHECKPOINT_URL?.startsWith('http:') && !isLoopback(new URL(value.CHECKPOINT_URL).hostname)) {
    throw new Error('CHECKPOINT_URL leads to another machine: it must be https.');
  }
  const issuer = issuerConfigOf(value);
  return {
    ...issuer,
    host,
    port: Number(value.LISTEN.slice(colon + 1)),
    publicUrl: value.PUBLIC_URL,
    checkpoints: {
      ...issuer.checkpoints,
      directory: value.CHECKPOINT_DIR ? resolve(value.CHECKPOINT_DIR) : join(issuer.dataDirectory, 'checkpoints'),
      witness: value.CHECKPOINT_URL,
    },
    behindProxy: value.BEHIND_PROXY !== undefined,
    queueUrl: value.QUEUE_URL,
    nodeId: value.NODE_ID,
    nodeSecretFile: value.NODE_SECRET_FILE,
    cardTrustDirectory: resolve(value.CARD_TRUST_DIR),
    consoleOrigins: value.CONSOLE_ORIGINS.split(/ +/),
    tls,
    logLevel: value.LOG_LEVEL,
  };
}

/**
 * The pool's node secret (hex). Never printed with the config.
 * @throws Error when the file holds less than 16 bytes in hex: a weak secret would let anybody be a node.
 */
export async function readSecrets(config: CertificateConfig): Promise<{ nodeSecret: string }> {
  const nodeSecret = (await readFile(config.nodeSecretFile, 'utf8')).trim();
  if (!/^(?:[0-9a-f]{2}){16,}$/i.test(nodeSecret)) throw new Error('NODE_SECRET_FILE must hold 16 bytes or more in hexadecimal.');
  return { nodeSecret };
}
