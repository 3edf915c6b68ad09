import Koa from 'koa';
import type { Registry } from 'prom-client';
import type { PageFile } from './page-files.ts';

/** What the page is told at its start, in a meta element: readable by this origin's page only. */
const TOKEN_PLACE = '<!--device-token-->';

/**
 * The kiosk page and the service's own addresses. Only our host names are answered (a page of another name that resolves
 * here gets nothing), and the policy of the page names every origin it may speak to.
 */
export function createHttpApp(options: {
  readonly files: ReadonlyMap<string, PageFile>;
  readonly token: string;
  /** The page starts muted. */
  readonly demo: boolean;
  readonly allowedHosts: () => readonly string[];
  /** Origins of sockets the page may open besides its own: the queue and the media nodes. */
  readonly connectTo: readonly string[];
  readonly ready: () => boolean;
  readonly metrics: Registry;
  readonly onError: (cause: unknown) => void;
}): Koa {
  const app = new Koa();
  app.silent = true;
  app.on('error', options.onError);
  const meta = `<meta name="device-token" content="${options.token}">${options.demo ? '<meta name="demo" content="1">' : ''}`;
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    // Attributes of drawings; style elements come from our own files only.
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob: mediastream:",
    `connect-src 'self' ${options.connectTo.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

  app.use(async (context) => {
    context.set('x-content-type-options', 'nosniff');
    context.set('referrer-policy', 'no-referrer');
    context.set('cross-origin-resource-policy', 'same-origin');
    if (!options.allowedHosts().includes(context.host)) return void (context.status = 421);
    if (context.method === 'POST' && context.path === '/wipe') {
      if (context.get('origin') !== `http://${context.host}`) return void (context.status = 403);
      context.set('clear-site-data', '"cache", "cookies", "storage"');
      return void (context.status = 204);
    }
    if (context.method !== 'GET' && context.method !== 'HEAD') return void (context.status = 405);
    switch (context.path) {
      case '/live':
        return void (context.body = { live: true });
      case '/ready':
        context.status = options.ready() ? 200 : 503;
        return void (context.body = { ready: options.ready() });
      case '/metrics':
        context.type = options.metrics.contentType;
        return void (context.body = await options.metrics.metrics());
    }
    const file = options.files.get(context.path);
    if (!file) return void (context.status = 404);
    context.type = file.type;
    context.set('content-security-policy', policy);
    context.set('permissions-policy', 'camera=(self), microphone=(self), geolocation=(), payment=()');
    if (file.type.startsWith('text/html')) {
      context.set('cache-control', 'no-store');
      context.body = file.body.toString('utf8').replace(TOKEN_PLACE, meta);
      return;
    }
    context.set('cache-control', 'no-cache');
    context.set('etag', file.etag);
    context.body = file.body;
    // Only an answer that would be 200 can be fresh.
    if (context.fresh) context.status = 304;
  });
  return app;
}
