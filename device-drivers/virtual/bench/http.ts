import { timingSafeEqual } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import Koa from 'koa';
import type { Context } from 'koa';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { PageFile } from '../../src/http/page-files.ts';
import { BenchError } from './bench-error.ts';
import type { BenchErrorCode } from './bench-error.ts';
import type { Bench } from './bench.ts';
import type { PrintedPictures } from './printed-picture.ts';

const REQUEST_BYTES_MAX = 4_096;

/** Nothing but this page's own files; nothing may frame it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const STATUS: Readonly<Record<BenchErrorCode, number>> = {
  'unknown-action': 400,
  'unknown-citizen': 400,
  'bad-argument': 400,
  'bad-request': 400,
  'wrong-token': 403,
  'reader-occupied': 409,
  'device-silent': 503,
};

const command = z.object({ action: z.string().max(40), argument: z.string().max(80).optional() });

/**
 * The bench's page and its few addresses. Only loopback names are answered (a page of another name that resolves here gets
 * nothing), and only our own page has the token that acting takes.
 *
 *   GET  /                   the page          GET /state            the bench as it is (BenchState)
 *   GET  /portrait/ID.jpg    a card's face     GET /printed/N.pdf    a printed document, N.png its first page
 *   POST /do                 {action, argument?} with the header x-bench-token: 204, or an error with a `sentence`
 *   GET  /live, /ready       for whoever watches the process
 */
export function createBenchApp(options: {
  readonly bench: Bench;
  readonly files: ReadonlyMap<string, PageFile>;
  readonly pictures: PrintedPictures;
  readonly token: string;
  /** The port it is reached on. */
  readonly port: () => number;
  readonly log: Logger;
}): Koa {
  const { bench, files, pictures, log } = options;
  const app = new Koa();
  app.silent = true;
  app.on('error', (error: unknown) => log.warn({ error: nameOf(error) }, 'answer failed'));

  app.use(async (context) => {
    context.set('x-content-type-options', 'nosniff');
    context.set('referrer-policy', 'no-referrer');
    context.set('cache-control', 'no-store');
    context.set('content-security-policy', POLICY);
    const port = options.port();
    if (![`127.0.0.1:${port}`, `localhost:${port}`].includes(context.host)) return void (context.status = 421);
    if (context.method === 'POST' && context.path === '/do') return act(context);
    if (context.method !== 'GET' && context.method !== 'HEAD') return void (context.status = 405);
    return show(context);
  });
  return app;

  async function act(context: Context): Promise<void> {
    try {
      if (!isToken(context.get('x-bench-token'), options.token)) throw new BenchError('wrong-token');
      const body = command.safeParse(await readJson(context.req));
      if (!body.success) throw new BenchError('bad-request');
      const { action, argument } = body.data;
      await bench.perform(action, argument);
      // The argument names a person and stays out of the log.
      log.info({ action }, 'bench action');
      context.status = 204;
    } catch (error) {
      const refusal = error instanceof BenchError ? error : new BenchError('device-silent', { cause: error });
      log.warn({ code: refusal.code, cause: nameOf(refusal.cause) }, 'bench action refused');
      context.status = STATUS[refusal.code];
      context.body = { code: refusal.code, sentence: refusal.message };
    }
  }

  async function show(context: Context): Promise<void> {
    switch (context.path) {
      case '/live':
        return void (context.body = { live: true });
      case '/ready':
        context.status = bench.running() ? 200 : 503;
        return void (context.body = { ready: bench.running() });
      case '/favicon.ico':
        // Browsers ask for it unbidden.
        return void (context.status = 204);
      case '/state':
        return void (context.body = bench.state());
    }
    const [, kind, id, form] = /^\/(portrait|printed)\/([a-z0-9-]+)\.(jpg|pdf|png)$/.exec(context.path) ?? [];
    if (kind === 'portrait' && id !== undefined && form === 'jpg') return send(context, 'image/jpeg', bench.portrait(id));
    if (kind === 'printed' && id !== undefined) return showPrinted(context, id, form);
    const file = files.get(context.path);
    if (file === undefined) return void (context.status = 404);
    context.type = file.type;
    context.body = file.type.startsWith('text/html')
      ? file.body.toString('utf8').replace('</head>', `<meta name="bench-token" content="${options.token}" /></head>`)
      : file.body;
  }

  async function showPrinted(context: Context, id: string, form: string | undefined): Promise<void> {
    const path = bench.printed(id);
    if (path === undefined) return void (context.status = 404);
    if (form === 'png') return send(context, 'image/png', await pictures.picture(id, path));
    if (form !== 'pdf') return void (context.status = 404);
    context.type = 'application/pdf';
    context.body = createReadStream(path);
  }
}

function send(context: Context, type: string, bytes: Uint8Array | undefined): void {
  if (bytes === undefined) return void (context.status = 404);
  context.type = type;
  context.body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function isToken(given: string, token: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(token)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** @throws {BenchError} `bad-request` for what is too long or no JSON. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= REQUEST_BYTES_MAX) chunks.push(chunk);
  }
  if (bytes > REQUEST_BYTES_MAX) throw new BenchError('bad-request');
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new BenchError('bad-request', { cause });
  }
}

const nameOf = (error: unknown): string | undefined => (error instanceof Error ? error.name : undefined);
