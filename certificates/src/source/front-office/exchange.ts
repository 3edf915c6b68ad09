import { request as httpRequest } from 'node:http';
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { FrontOfficeFault } from './faults.ts';

/** A whole reply, read to its end. */
export interface Reply {
  readonly status: number;
  /** Seconds of `Retry-After`, in milliseconds; null when absent or a date. */
  readonly retryAfterMs: number | null;
  /** Media type without parameters. */
  readonly contentType: string;
  readonly body: Buffer;
}

/** One request, with its bounds. */
export interface Exchange {
  readonly url: URL;
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Above this the connection is cut: nobody fills our memory. */
  readonly maxReplyBytes: number;
}

/**
 * One POST and its reply, no redirection followed.
 *
 * @throws {FrontOfficeFault} `unreachable`, `untrusted` or `too-large`
 * @throws the signal's reason, once it is aborted; the connection is cut then
 */
export function post(exchange: Exchange, signal: AbortSignal): Promise<Reply> {
  const { url, agent, headers, body, maxReplyBytes } = exchange;
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => reject(signal.aborted ? (signal.reason as Error) : faultOf(cause));
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request: ClientRequest = send(url, { method: 'POST', agent, headers, signal }, (response) => {
      readAll(response, maxReplyBytes).then(
        (bytes) => resolve(replyOf(response, bytes)),
        (cause: unknown) => {
          request.destroy();
          fail(cause);
        },
      );
    });
    request.on('error', fail);
    request.end(body);
  });
}

async function readAll(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw new FrontOfficeFault('too-large');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new FrontOfficeFault('too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function replyOf({ statusCode = 0, headers }: IncomingMessage, body: Buffer): Reply {
  const seconds = /^\d{1,6}$/.exec(headers['retry-after'] ?? '')?.[0];
  return {
    status: statusCode,
    retryAfterMs: seconds === undefined ? null : Number(seconds) * 1_000,
    contentType: (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
    body,
  };
}

function faultOf(cause: unknown): FrontOfficeFault {
  if (cause instanceof FrontOfficeFault) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return new FrontOfficeFault(/CERT|SIGNATURE|ERR_TLS|ERR_SSL/.test(code) ? 'untrusted' : 'unreachable');
}
