import { resolve } from 'node:path';
import { z } from 'zod';

const environment = z.object({
  /** Loopback only: whoever reaches the bench holds the cards and the printer in his hands. Port 0 takes a free one. */
  LISTEN: z
    .string()
    .regex(/^(127\.0\.0\.1|localhost):\d{1,5}$/, 'must be 127.0.0.1 with a port: the bench is never reachable from outside')
    .default('127.0.0.1:8082'),
  DATA_DIR: z.string().min(1),
  /** The people who get a card, see `deploy/demo/citizens.json`. */
  CITIZENS_FILE: z.string().min(1),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  DEMO: z.literal('1', 'must be 1: virtual devices and their demo authority exist only in a demo town'),
});

/** The bench's settings, complete. */
export interface BenchConfig {
  readonly port: number;
  /** Keeps the demo authority and its trust anchor; made when missing. */
  readonly dataDirectory: string;
  readonly citizensFile: string;
  readonly logLevel: string;
}

/**
 * Reads the settings from the environment.
 * @throws Error with one sentence that names each missing or wrong variable.
 */
export function readConfig(env: NodeJS.ProcessEnv): BenchConfig {
  const read = environment.safeParse(env);
  if (!read.success) {
    throw new Error(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  }
  const { LISTEN, DATA_DIR, CITIZENS_FILE, LOG_LEVEL } = read.data;
  return {
    port: Number(LISTEN.slice(LISTEN.lastIndexOf(':') + 1)),
    dataDirectory: resolve(DATA_DIR),
    citizensFile: resolve(CITIZENS_FILE),
    logLevel: LOG_LEVEL,
  };
}
