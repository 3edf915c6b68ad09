import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { PassThrough } from 'node:stream';
import { expect } from 'chai';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { QueueView } from '@videosportello/protocol/messages/queue-view.ts';
import { streamView } from './view-stream.ts';

/** Lets what was promised happen. */
const settle = () => new Promise(setImmediate);

describe('the view as a stream', () => {
  /** A stream whose view is told by the test, and whose check refuses with `refused` while that is set. */
  const start = () => {
    const ctx = { req: new IncomingMessage(new Socket()), type: '', body: undefined as unknown };
    const watched: { tell?: (view: QueueView) => void; fail?: (error: unknown) => void; stopped: number } = { stopped: 0 };
    const right: { refused: ErrorCode | undefined } = { refused: undefined };
    const watch = (tell: (view: QueueView) => void, onError: (error: unknown) => void) => {
      Object.assign(watched, { tell, fail: onError });
      return () => void (watched.stopped += 1);
    };
    streamView(ctx, { watch }, async () => {
      if (right.refused) throw new ProtocolError(right.refused);
    });
    const stream = ctx.body as PassThrough;
    const tell = async (waiting: number, filler = '') => {
      watched.tell?.({ waiting, filler } as unknown as QueueView);
      await settle();
    };
    const read = () => String(stream.read() ?? '');
    return { ctx, watched, right, stream, tell, read };
  };

  it('tells each view, and that one could not be read', async () => {
    const { ctx, watched, stream, tell, read } = start();
    await tell(1);
    watched.fail?.(new ProtocolError('store-unavailable'));
    await tell(2);
    expect(ctx.type).to.equal('text/event-stream');
    expect(read().split('\n\n').map((event) => event.split('\n')[0])).to.deep.equal(['event: queue', 'event: unavailable', 'event: queue', '']);
    stream.destroy();
  });

  it('ends without another view when the right to it is gone', async () => {
    for (const refused of ['signed-out', 'not-allowed'] as const) {
      const { watched, right, stream, tell, read } = start();
      await tell(1);
      right.refused = refused;
      await tell(2);
      await tell(3);
      expect(read()).to.include('"waiting":1').and.not.to.match(/"waiting":[23]/);
      stream.resume();
      await settle();
      await settle();
      expect([stream.writableEnded, watched.stopped]).to.deep.equal([true, 1]);
    }
  });

  it('goes on without views while the right cannot be looked at', async () => {
    const { right, stream, tell, read } = start();
    right.refused = 'store-unavailable';
    await tell(1);
    expect(read()).to.equal('event: unavailable\ndata: {}\n\n');
    right.refused = undefined;
    await tell(2);
    expect(read()).to.include('"waiting":2');
    stream.destroy();
  });

  it('gives up who does not read, and stops when its reader goes', async () => {
    const slow = start();
    for (let round = 0; round < 3; round += 1) await slow.tell(round, 'x'.repeat(600_000));
    await settle();
    expect([slow.stream.destroyed, slow.watched.stopped]).to.deep.equal([true, 1]);
    const gone = start();
    gone.ctx.req.emit('close');
    await settle();
    expect([gone.stream.destroyed, gone.watched.stopped]).to.deep.equal([true, 1]);
  });
});
