import Koa from 'koa';
import type { Middleware } from 'koa';
import type { Registry } from 'prom-client';

/** The service's own addresses: is it alive, can it serve, how busy is it; before them the doors for the public. */
export function createHttpApp(options: {
  readonly ready: () => boolean;
  readonly metrics: Registry;
  readonly jwks: object;
  /** Answers `/o/…`; see `../originals/`. */
  readonly originals: Middleware;
  /** Answers `/`, `/S` and the page's own files; see `checker-page.ts`. */
  readonly checker: Middleware;
  readonly onError: (cause: unknown) => void;
}): Koa {
  const app = new Koa();
  app.silent = true;
  app.on('error', options.onError);
  app.use(options.originals);
  app.use(options.checker);
  app.use(async (context) => {
    context.set('x-content-type-options', 'nosniff');
    if (context.method !== 'GET' && context.method !== 'HEAD') return void (context.status = 405);
    switch (context.path) {
      case '/live':
        return void (context.body = { live: true });
      case '/ready':
        context.status = options.ready() ? 200 : 503;
        return void (context.body = { ready: options.ready() });
      // Public halves of the verdict keys (RFC 7517).
      case '/verdict-keys':
        return void (context.body = options.jwks);
      case '/metrics':
        context.type = options.metrics.contentType;
        return void (context.body = await options.metrics.metrics());
      default:
        context.status = 404;
    }
  });
  return app;
}
