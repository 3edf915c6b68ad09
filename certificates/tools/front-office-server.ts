import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FactKind, FactSource } from '../src/source/facts.ts';

/** Kinds as `FRONT-OFFICE.md` names them: this server is written after the page, not after our connector. */
const KINDS: ReadonlySet<string> = new Set<FactKind>([
  'person',
  'residence',
  'household',
  'citizenship',
  'marital-status',
  'identity-card',
  'birth',
  'marriage',
  'death',
]);
const MAX_QUESTION_BYTES = 4_096;

export interface FrontOfficeServerOptions {
  /** Whose facts it hands out. */
  readonly source: FactSource;
  /** The bearer token it wants; null when it knows its clients by their certificates. */
  readonly token: string | null;
  /** PEM texts; with `clientCa` only clients with a certificate from there are let in. Without `tls`: plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string };
  /** Default: 127.0.0.1 and a free port. */
  readonly listen?: { readonly host: string; readonly port: number };
}

/** A front-office system that hands out facts of a source by the contract of `src/source/FRONT-OFFICE.md`. */
export interface FrontOfficeServer extends AsyncDisposable {
  /** Base address for `FRONT_OFFICE_URL`. */
  readonly url: string;
}

/** Starts it; rejects with the system's error when the port is taken. */
export async function startFrontOfficeServer(options: FrontOfficeServerOptions): Promise<FrontOfficeServer> {
  const { source, token, tls, listen = { host: '127.0.0.1', port: 0 } } = options;
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, source, token).then(
      ({ status, body }) => send(response, status, body),
      () => send(response, 500, null),
    );
  };
  const server =
    tls === undefined
      ? createHttpServer(handle)
      : createHttpsServer(
          {
            cert: tls.cert,
            key: tls.key,
            minVersion: 'TLSv1.2',
            ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true }),
          },
          handle,
        );
  server.listen(listen.port, listen.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${listen.host}:${port}/front-office`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: object | null;
}

async function answer(request: IncomingMessage, source: FactSource, token: string | null): Promise<Answer> {
  if (token !== null && !isSame(request.headers.authorization ?? '', `Bearer ${token}`)) return { status: 401, body: null };
  const kind = /^\/front-office\/v1\/facts\/([a-z-]+)$/.exec(request.url ?? '')?.[1];
  if (kind === undefined || !isKind(kind)) return { status: 404, body: null };
  if (request.method !== 'POST') return { status: 405, body: null };
  const asked = questionOf(await readBody(request));
  if (asked === null) return { status: 400, body: null };
  const { taxCode, onDay } = asked;
  const given = await source.ask(kind, asked, { signal: AbortSignal.timeout(5_000) });
  if ('value' in given) return { status: 200, body: { kind, taxCode, onDay, specimen: source.specimen, fact: given.value } };
  return given.refusal === 'unavailable'
    ? { status: 503, body: null }
    : { status: 404, body: { taxCode, refusal: given.refusal } };
}

const isKind = (kind: string): kind is FactKind => KINDS.has(kind);

/** Null when longer than a question can be. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_QUESTION_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Null for what is no question. */
function questionOf(body: string | null): { taxCode: string; onDay: string | null } | null {
  let json: unknown;
  try {
    json = JSON.parse(body ?? '');
  } catch {
    return null;
  }
  if (typeof json !== 'object' || json === null || !('taxCode' in json) || !('onDay' in json)) return null;
  const { taxCode, onDay } = json;
  if (typeof taxCode !== 'string' || !/^[A-Z0-9]{16}$/.test(taxCode)) return null;
  if (onDay !== null && (typeof onDay !== 'string' || !isDay(onDay))) return null;
  return { taxCode, onDay };
}

function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(`${text}T`);
}

/** In a time that does not tell how much of it is right. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function send(response: ServerResponse, status: number, body: object | null): void {
  const headers = {
    'cache-control': 'no-store',
    ...(body === null ? {} : { 'content-type': 'application/json; charset=utf-8' }),
  };
  response.writeHead(status, headers).end(body === null ? '' : JSON.stringify(body));
}
