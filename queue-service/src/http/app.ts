import { timingSafeEqual } from 'node:crypto';
import Koa from 'koa';
import type { Context, Middleware } from 'koa';
import { z } from 'zod';
import { errorCodes, ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { kioskId, nodeId } from '@videosportello/protocol/ids.ts';
import { publicKey } from '@videosportello/protocol/keys.ts';
import type { QueueEvents } from '../events.ts';
import { newEnrolmentCode } from '../kiosk/enrolment-code.ts';
import type { KioskStore } from '../kiosk/kiosk-store.ts';
import type { QueueMetrics } from '../metrics.ts';
import type { NodeStore } from '../node/node-store.ts';
import type { OperatorStore } from '../operator/operator-store.ts';
import { consolePages, FLOW_COOKIE, FLOW_LIFE_MS, SignInError } from '../sign-in/sign-in-flow.ts';
import type { SignInFlow } from '../sign-in/sign-in-flow.ts';
import { cookieOf, SESSION_COOKIE, SESSION_LIFE_MS } from '../sign-in/console-session.ts';
import type { ConsoleSessions } from '../sign-in/console-session.ts';
import type { WatchedView } from '../view/watched-view.ts';
import { streamView } from './view-stream.ts';

/** Largest body of a request, bytes, and how long it may take to come, ms. */
const BODY_MAX_BYTES = 4_096;
const BODY_TIMEOUT_MS = 5_000;

export interface HttpDeps {
  readonly kiosks: KioskStore;
  readonly nodes: Pick<NodeStore, 'list' | 'drain'>;
  readonly operators: Pick<OperatorStore, 'signOut'>;
  readonly ping: () => Promise<void>;
  readonly metrics: QueueMetrics;
  readonly sessions: ConsoleSessions;
  readonly signIn: SignInFlow | undefined;
  readonly events: QueueEvents;
  /** Where browsers find this service, without a slash at the end. */
  readonly publicUrl: () => string;
  /** Whether a Host header is one of ours. */
  readonly isOwnHost: (host: string) => boolean;
  /** The secret of `tools/kiosk.ts`. */
  readonly adminToken: string;
  readonly view: WatchedView;
  /** Whether the person of a Cookie header may see the queue; rejects with ProtocolError `signed-out`, `not-allowed`, `store-unavailable`. */
  readonly checkViewer: (cookieHeader: string | undefined) => Promise<void>;
  readonly console: Middleware | undefined;
}

const enrolment = z.object({ code: z.string().min(1).max(40), publicKey });
const newKiosk = z.object({ kioskId, name: z.string().min(1).max(80), town: z.string().min(1).max(80) });
const oneKiosk = z.object({ kioskId });
const drainedNode = z.object({ nodeId, draining: z.boolean() });

const statusOf = (error: ProtocolError): number => {
  if (error.code === 'store-unavailable') return 503;
  if (error.code === 'kiosk-unknown' || error.code === 'node-unknown') return 404;
  if (error.code === 'not-authenticated' || error.code === 'signed-out') return 401;
  if (error.code === 'not-allowed') return 403;
  return error.code === 'internal' ? 500 : 400;
};

/** Reads a JSON body within its bounds. @throws ProtocolError `too-much`, `timeout`, `bad-message`, `bad-params` */
async function readBody<Schema extends z.ZodType>(ctx: Context, schema: Schema): Promise<z.output<Schema>> {
  if (!ctx.is('application/json')) throw new ProtocolError('bad-message');
  const pieces: Buffer[] = [];
  let size = 0;
  const timer = setTimeout(() => ctx.req.destroy(), BODY_TIMEOUT_MS);
  try {
    for await (const piece of ctx.req) {
      const bytes = Buffer.from(z.instanceof(Uint8Array).parse(piece));
      size += bytes.length;
      if (size > BODY_MAX_BYTES) throw new ProtocolError('too-much');
      pieces.push(bytes);
    }
  } finally {
    clearTimeout(timer);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    throw new ProtocolError('bad-message');
  }
  const read = schema.safeParse(value);
  if (!read.success) throw new ProtocolError('bad-params');
  return read.data;
}

/** Health, metrics, sign-in, enrolment, the administrator's door, and the console's files. */
export function createApp(deps: HttpDeps): Koa {
  const app = new Koa();
  const secure = () => deps.publicUrl().startsWith('https:');
  const cookie = (name: string, value: string, lifeMs: number, path: string) =>
    `${name}=${value}; Path=${path}; HttpOnly; SameSite=Lax; Max-Age=${Math.floor(lifeMs / 1000)}${secure() ? '; Secure' : ''}`;
  const fail = (ctx: Context, error: ProtocolError) => {
    ctx.status = statusOf(error);
    ctx.body = { error: { code: error.code, message: errorCodes[error.code].sentence } };
  };
  const administrator = (ctx: Context) => {
    const shown = Buffer.from(ctx.get('authorization').replace(/^Bearer /, ''));
    const expected = Buffer.from(deps.adminToken);
    const local = ctx.req.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
    const isLocal = local === '127.0.0.1' || local === '::1';
    if (!isLocal || shown.length !== expected.length || !timingSafeEqual(shown, expected)) throw new ProtocolError('not-authenticated');
  };
  /**
   * Whether a page of the console asks: its cookie alone does not say so. Browsers say it by Sec-Fetch-Site (Fetch Metadata, W3C),
   * where they know it; Origin is `null` in the form of a page that sends no referrer (Fetch Standard, 3.2), as ours are.
   */
  const isOwnPage = (ctx: Context) => {
    const site = ctx.get('sec-fetch-site');
    return site === 'same-origin' || (site === '' && ctx.get('origin') === new URL(deps.publicUrl()).origin);
  };
  /** What only reads is also for an address that somebody types, and for what is no browser. */
  const supervisor = async (ctx: Context) => {
    const isTyped = ctx.get('origin') === '' && ['', 'none'].includes(ctx.get('sec-fetch-site'));
    if (!isTyped && !isOwnPage(ctx)) throw new ProtocolError('not-allowed');
    await deps.checkViewer(ctx.get('cookie'));
  };

  const routes: Readonly<Record<string, (ctx: Context) => Promise<void> | void>> = {
    'GET /live': (ctx) => {
      ctx.body = { live: true };
    },
    'GET /ready': async (ctx) => {
      await deps.ping();
      ctx.body = { ready: true };
    },
    'GET /metrics': async (ctx) => {
      ctx.type = deps.metrics.registry.contentType;
      ctx.body = await deps.metrics.registry.metrics();
    },
    'GET /sign-in': async (ctx) => {
      if (!deps.signIn) throw new SignInError('provider');
      const { location, cookie: flow } = await deps.signIn.begin(ctx.query['page']);
      ctx.set('Set-Cookie', cookie(FLOW_COOKIE, flow, FLOW_LIFE_MS, '/callback'));
      ctx.redirect(location);
    },
    'GET /callback': async (ctx) => {
      if (!deps.signIn) throw new SignInError('provider');
      const { operator, page } = await deps.signIn.finish(
        new URL(ctx.originalUrl, `${deps.publicUrl()}/`),
        cookieOf(ctx.get('cookie'), FLOW_COOKIE),
      );
      deps.events.signedIn(operator.operatorId);
      ctx.set('Set-Cookie', [
        cookie(FLOW_COOKIE, '', 0, '/callback'),
        cookie(SESSION_COOKIE, deps.sessions.make(operator.operatorId), SESSION_LIFE_MS, '/'),
      ]);
      ctx.redirect(consolePages[page]);
    },
    'POST /sign-out': async (ctx) => {
      if (!isOwnPage(ctx)) throw new ProtocolError('not-authenticated');
      const signedIn = deps.sessions.read(ctx.get('cookie'));
      if (signedIn) {
        // Kept first: a sign-out that could not be kept is not said to have happened.
        await deps.operators.signOut(signedIn);
        deps.events.signedOut(signedIn.operatorId);
      }
      ctx.set('Set-Cookie', cookie(SESSION_COOKIE, '', 0, '/'));
      ctx.status = 303;
      ctx.set('Location', '/');
    },
    'POST /enrol': async (ctx) => {
      const { code, publicKey: key } = await readBody(ctx, enrolment);
      const enrolled = await deps.kiosks.enrol(code, key);
      deps.events.kioskEnrolled(enrolled.kioskId);
      ctx.body = enrolled;
    },
    'GET /admin/kiosks': async (ctx) => {
      administrator(ctx);
      const { kiosks } = await deps.kiosks.readBoard();
      ctx.body = {
        kiosks: kiosks.map(({ id, name, town, revoked, present }) => ({ kioskId: id, name, town, revoked, connected: present })),
      };
    },
    'GET /admin/queue': async (ctx) => {
      administrator(ctx);
      ctx.body = await deps.view.get();
    },
    'GET /admin/queue/events': (ctx) => {
      administrator(ctx);
      streamView(ctx, deps.view, async () => undefined);
    },
    'GET /view/queue': async (ctx) => {
      await supervisor(ctx);
      ctx.body = await deps.view.get();
    },
    'GET /view/queue/events': async (ctx) => {
      await supervisor(ctx);
      streamView(ctx, deps.view, () => deps.checkViewer(ctx.get('cookie')));
    },
    'GET /admin/nodes': async (ctx) => {
      administrator(ctx);
      const nodes = await deps.nodes.list();
      ctx.body = { nodes: nodes.map(({ nodeId: id, kind, rooms, draining }) => ({ nodeId: id, kind, rooms, draining })) };
    },
    'POST /admin/nodes/drain': async (ctx) => {
      administrator(ctx);
      const asked = await readBody(ctx, drainedNode);
      ctx.body = { ...asked, ...(await deps.nodes.drain(asked)) };
    },
    'POST /admin/kiosks': async (ctx) => {
      administrator(ctx);
      const kiosk = await readBody(ctx, newKiosk);
      const code = newEnrolmentCode();
      ctx.body = { code, ...(await deps.kiosks.allowEnrolment({ ...kiosk, code })) };
    },
    'POST /admin/kiosks/revoke': async (ctx) => {
      administrator(ctx);
      const { kioskId: revoked } = await readBody(ctx, oneKiosk);
      await deps.kiosks.revoke(revoked);
      deps.events.kioskRevoked(revoked);
      ctx.body = { revoked };
    },
  };
  const signInStatus = { provider: 503, flow: 400, unknown: 403 } as const;
  const signInSentence = {
    provider: 'The sign-in service does not answer; try again in a moment.',
    flow: 'This sign-in was begun elsewhere or took too long; begin again.',
    unknown: 'This account is not one of the operators of this counter.',
  } as const;

  app.use(async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined) {
        ctx.status = 404;
        ctx.body = { error: { code: 'unknown-method', message: 'There is nothing here.' } };
      }
    } catch (error) {
      if (error instanceof SignInError) {
        deps.events.signInRefused(error.why);
        ctx.status = signInStatus[error.why];
        ctx.body = signInSentence[error.why];
        return;
      }
      if (!(error instanceof ProtocolError)) deps.events.failed(`http ${ctx.method} ${ctx.path}`, error);
      fail(ctx, error instanceof ProtocolError ? error : new ProtocolError('internal'));
    }
  });
  app.use(async (ctx, next) => {
    ctx.set({ 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store' });
    if (!deps.isOwnHost(ctx.get('host'))) {
      ctx.status = 421;
      ctx.body = { error: { code: 'bad-message', message: 'This host name is not one of this service.' } };
      return;
    }
    const route = routes[`${ctx.method} ${ctx.path}`];
    await (route ? route(ctx) : next());
  });
  if (deps.console) app.use(deps.console);
  app.on('error', (error: unknown) => deps.events.failed('http', error));
  return app;
}
