import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { nodeId } from '@videosportello/protocol/ids.ts';
import type { NodeId } from '@videosportello/protocol/ids.ts';
import { socketUrl } from '@videosportello/protocol/units.ts';
import { z } from 'zod';

/** Settings of a media node; addresses and counts, nothing secret. */
export interface SfuConfig {
  readonly nodeId: NodeId;
  readonly listen: { readonly host: string; readonly port: number };
  /** Where pages reach this node (ws or wss); absent: derived from the bound port. */
  readonly publicUrl?: string;
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** Origins of pages that may open a socket: exact, or with `:*` for any port. */
  readonly allowedOrigins: readonly string[];
  readonly rtc: {
    readonly listenIp: string;
    readonly announcedAddress: string;
    /** First port, one per worker; 0: the system picks. */
    readonly firstPort: number;
  };
  readonly workers: number;
  readonly workerBin?: string;
  readonly logLevel: string;
}

export interface SfuSettings {
  readonly config: SfuConfig;
  /** queue-service's node socket. */
  readonly queueUrl: string;
  /** The pool's node secret, hex; kept apart so that no printed configuration holds it. */
  readonly secret: string;
}

const number = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

const environment = z.object({
  NODE_ID: nodeId.default(nodeId.parse('media-1')),
  LISTEN: z
    .string()
    .regex(/^(\[[0-9a-f:]+\]|[^:]+):\d{1,5}$/)
    .default('127.0.0.1:0'),
  PUBLIC_URL: socketUrl.optional(),
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  BEHIND_PROXY: z.enum(['0', '1']).default('0'),
  ORIGIN_ALLOW: z.string().optional(),
  QUEUE_URL: socketUrl,
  NODE_SECRET_FILE: z.string(),
  ANNOUNCED_ADDRESS: z.string().min(1).max(200).default('127.0.0.1'),
  RTC_LISTEN_IP: z.union([z.ipv4(), z.ipv6()]).optional(),
  RTC_PORT: number(0, 65_535).default(0),
  WORKERS: number(1, 128).default(availableParallelism()),
  MEDIASOUP_WORKER_BIN: z.string().optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** Pages of the town on this machine: what may connect when nothing else is said and the node is reached over loopback only. */
const loopbackOrigins = ['http://kiosk.localhost:*', 'http://console.localhost:*', 'http://localhost:*', 'http://127.0.0.1:*'];

/** The settings contradict each other or lack something; the message says what, in a sentence. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the settings from the environment and the secret from its file.
 * @throws ConfigError naming the variable.
 */
export function readSettings(env: NodeJS.ProcessEnv, readFile: (path: string) => string = (path) => readFileSync(path, 'utf8')): SfuSettings {
  const read = environment.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (!read.success) {
    const issue = read.error.issues[0];
    throw new ConfigError(`The setting ${issue?.path.join('.') ?? '?'} is not right: ${issue?.message ?? 'unknown'}.`);
  }
  const given = read.data;
  const colon = given.LISTEN.lastIndexOf(':');
  const listen = { host: given.LISTEN.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(given.LISTEN.slice(colon + 1)) };
  if ((given.TLS_CERT_FILE === undefined) !== (given.TLS_KEY_FILE === undefined)) {
    throw new ConfigError('TLS_CERT_FILE and TLS_KEY_FILE go together; only one is set.');
  }
  const tls =
    given.TLS_CERT_FILE && given.TLS_KEY_FILE ? { certFile: given.TLS_CERT_FILE, keyFile: given.TLS_KEY_FILE } : undefined;
  if (!isLoopback(listen.host) && !tls && given.BEHIND_PROXY !== '1') {
    throw new ConfigError(
      `LISTEN=${given.LISTEN} is reachable from other machines: set TLS_CERT_FILE and TLS_KEY_FILE, or BEHIND_PROXY=1 if a proxy does TLS.`,
    );
  }
  if (given.ORIGIN_ALLOW === undefined && !isLoopback(listen.host)) {
    throw new ConfigError('ORIGIN_ALLOW must name the origins of kiosk and console pages when LISTEN is not a loopback address.');
  }
  if (given.RTC_PORT !== 0 && given.RTC_PORT + given.WORKERS - 1 > 65_535) {
    throw new ConfigError(`RTC_PORT=${given.RTC_PORT} leaves no ports for ${given.WORKERS} workers.`);
  }
  const secret = readSecret(given.NODE_SECRET_FILE, readFile);
  return {
    queueUrl: given.QUEUE_URL,
    secret,
    config: {
      nodeId: given.NODE_ID,
      listen,
      allowedOrigins: given.ORIGIN_ALLOW?.split(',').map((origin) => origin.trim()) ?? loopbackOrigins,
      rtc: {
        // Announcing loopback is for one machine; anything else is bound on every interface unless RTC_LISTEN_IP says where.
        listenIp: given.RTC_LISTEN_IP ?? (isLoopback(given.ANNOUNCED_ADDRESS) ? '127.0.0.1' : '0.0.0.0'),
        announcedAddress: given.ANNOUNCED_ADDRESS,
        firstPort: given.RTC_PORT,
      },
      workers: given.WORKERS,
      logLevel: given.LOG_LEVEL,
      ...(given.PUBLIC_URL === undefined ? {} : { publicUrl: given.PUBLIC_URL }),
      ...(given.MEDIASOUP_WORKER_BIN === undefined ? {} : { workerBin: given.MEDIASOUP_WORKER_BIN }),
      ...(tls ? { tls } : {}),
    },
  };
}

function readSecret(file: string, readFile: (path: string) => string): string {
  let content: string;
  try {
    content = readFile(file).trim();
  } catch {
    throw new ConfigError(`NODE_SECRET_FILE cannot be read: ${file}.`);
  }
  if (!/^(?:[0-9a-f]{2}){16,}$/i.test(content)) {
    throw new ConfigError('NODE_SECRET_FILE must hold at least 16 bytes in hexadecimal.');
  }
  return content;
}
