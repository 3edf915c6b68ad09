import { PassThrough } from 'node:stream';
import type { Context } from 'koa';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { WatchedView } from '../view/watched-view.ts';

/** How much of the view may lie unread before its reader is given up, bytes. */
const BACKLOG_BYTES = 1_000_000;

/**
 * Answers with server-sent events (HTML Standard, 9.2): `queue` with each reading of the view, `unavailable` when it could not be
 * read, until the reader goes. `check` is asked before each view; when it refuses, the stream ends without it.
 */
export function streamView(ctx: Pick<Context, 'req' | 'type' | 'body'>, view: Pick<WatchedView, 'watch'>, check: () => Promise<void>): void {
  const stream = new PassThrough();
  const say = (event: string, data: object) => {
    if (!stream.writable) return;
    // Who does not read is not written to without end.
    if (stream.writableLength > BACKLOG_BYTES) stream.destroy();
    else stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const stop = view.watch(
    (reading) =>
      void check().then(
        () => say('queue', reading),
        (error: unknown) => (error instanceof ProtocolError && error.retryable ? say('unavailable', {}) : stream.end()),
      ),
    () => say('unavailable', {}),
  );
  stream.once('close', stop);
  ctx.req.once('close', () => stream.destroy());
  ctx.type = 'text/event-stream';
  ctx.body = stream;
}
