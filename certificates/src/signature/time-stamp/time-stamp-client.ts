import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { equalBytes } from '../der.ts';
import { nonceInQuery, timeStampQuery, tokenInReply } from './time-stamp-query.ts';
import { verifyTimeStamp } from './verify-time-stamp.ts';

/** Why there is no time-stamp. */
export type TimeStampErrorCode =
  /** No answer in time, or none that is a time-stamp answer. */
  | 'time-stamp-unreachable'
  /** The authority answers that it will not. */
  | 'time-stamp-refused'
  /** What it answered does not hold: other imprint, nonce, policy or time, or a signature nobody vouches for. */
  | 'time-stamp-invalid';

/** No time-stamp. `retryable` says whether the same request may succeed later without anybody changing a setting. */
export class TimeStampError extends Error {
  override readonly name = 'TimeStampError';
  readonly code: TimeStampErrorCode;
  readonly retryable: boolean;

  constructor(code: TimeStampErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.retryable = code === 'time-stamp-unreachable';
  }
}

/** Who gives time-stamps. */
export interface TimeStampAuthority {
  /**
   * Stamps the SHA-256 of `bytes`.
   *
   * @returns the token (RFC 3161, 2.4.2), verified
   * @throws {TimeStampError}, or the reason of `signal`
   */
  stamp(bytes: Uint8Array, options: { readonly signal: AbortSignal }): Promise<Uint8Array>;
}

/** An authority reached by HTTP. */
export interface TimeStampConfig {
  /** `http:` or `https:`; the token is signed, so the connection need not be. */
  readonly url: string;
  /** DER of certificates that may sign its tokens, or that directly issue those that do. */
  readonly authorities: readonly Uint8Array[];
  /** Object identifier of the policy wanted and then required. Default: any. */
  readonly policy?: string;
  /** How far its clock may be from ours, milliseconds. Default 60,000. */
  readonly clockTolerance?: number;
  /** How long one attempt may take, milliseconds. Default 4,000. */
  readonly timeout?: number;
}

/** What the client takes from outside. */
export interface TimeStampDeps {
  readonly now: () => Date;
  readonly random: (bytes: number) => Uint8Array;
  /** Waits between attempts. Default: the machine's clock. */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Waits before the second and third attempt, milliseconds. There is no fourth. */
const RETRY_AFTER = [250, 1_000] as const;
const MAX_REPLY_BYTES = 65_536;
const NONCE_BYTES = 16;

/** A client of RFC 3161 over HTTP (3.4): SHA-256, a fresh nonce each time, certificate asked for. */
export function createTimeStampClient(config: TimeStampConfig, deps: TimeStampDeps): TimeStampAuthority {
  const { wait = (milliseconds, signal) => sleep(milliseconds, undefined, { signal }) } = deps;
  return {
    async stamp(bytes, { signal }) {
      for (const pause of [...RETRY_AFTER, null]) {
        try {
          return await attempt(config, deps, bytes, signal);
        } catch (error) {
          if (pause === null || !(error instanceof TimeStampError) || !error.retryable) throw error;
          await wait(pause, signal);
        }
      }
      throw new TypeError('The last attempt returns or throws.');
    },
  };
}

async function attempt(
  config: TimeStampConfig,
  { now, random }: TimeStampDeps,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { policy = null, clockTolerance = 60_000 } = config;
  const nonce = random(NONCE_BYTES);
  const query = timeStampQuery(createHash('sha256').update(bytes).digest(), nonce, policy);
  const token = tokenOf(await post(config, query, signal));
  if (token === null) throw new TimeStampError('time-stamp-refused', 'The time-stamp authority refuses.');
  const check = await verifyTimeStamp(token, bytes, config.authorities);
  if ('fault' in check) throw invalid(check.fault);
  const { info } = check;
  if (info.nonce === null || !equalBytes(info.nonce, nonceInQuery(nonce))) throw invalid('other-nonce');
  if (policy !== null && info.policy !== policy) throw invalid('other-policy');
  if (Math.abs(info.at.getTime() - now().getTime()) > clockTolerance) throw invalid('other-time');
  return token;
}

/** One request. What goes wrong on the way is `time-stamp-unreachable`; an abort of the caller stays what it is. */
async function post(
  { url, timeout = 4_000 }: TimeStampConfig,
  query: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
      body: query,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
    });
    if (response.status >= 400 && response.status < 500 && response.status !== 429) {
      await response.body?.cancel();
      throw new TimeStampError('time-stamp-refused', `The time-stamp authority answers ${response.status}.`);
    }
    if (!response.ok || response.headers.get('content-type')?.split(';')[0] !== 'application/timestamp-reply') {
      await response.body?.cancel();
      throw new TimeStampError('time-stamp-unreachable', `The time-stamp authority answers ${response.status}.`);
    }
    return await readBounded(response);
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof TimeStampError) throw cause;
    throw new TimeStampError('time-stamp-unreachable', 'The time-stamp authority does not answer.', { cause });
  }
}

async function readBounded(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > MAX_REPLY_BYTES) throw new TimeStampError('time-stamp-invalid', 'The answer is too long.');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function tokenOf(reply: Uint8Array): Uint8Array | null {
  try {
    return tokenInReply(reply);
  } catch (cause) {
    throw new TimeStampError('time-stamp-invalid', 'The answer is no time-stamp answer.', { cause });
  }
}

function invalid(fault: string): TimeStampError {
  return new TimeStampError('time-stamp-invalid', `The time-stamp does not hold: ${fault}.`);
}
