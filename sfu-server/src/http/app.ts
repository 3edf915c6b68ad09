import Router from '@koa/router';
import Koa from 'koa';
import type { SfuMetrics } from './metrics.ts';

/**
 * The node's HTTP side: `/live` (the process serves), `/ready` (keys known, a worker alive), `/metrics`. An error's cause
 * goes to `onError`, never to the client.
 */
export function createHttpApp(deps: {
  readonly isReady: () => boolean;
  readonly metrics: SfuMetrics;
  readonly onError: (cause: unknown) => void;
}): Koa {
  const router = new Router();
  router.get('/live', (ctx) => {
    ctx.body = { live: true };
  });
  router.get('/ready', (ctx) => {
    const ready = deps.isReady();
    ctx.status = ready ? 200 : 503;
    ctx.body = { ready };
  });
  router.get('/metrics', async (ctx) => {
    ctx.type = deps.metrics.contentType;
    ctx.body = await deps.metrics.text();
  });
  const app = new Koa();
  app.silent = true;
  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (cause) {
      deps.onError(cause);
      ctx.status = 500;
      ctx.body = { code: 'internal' };
    }
  });
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}
