import { expect } from 'chai';
import type { QueueView } from '@videosportello/protocol/messages/queue-view.ts';
import { handClock } from '../../testing/hand-clock.ts';
import { createWatchedView, VIEW_EVERY_MS } from './watched-view.ts';

describe('the view for those who watch', () => {
  const start = (fails: () => boolean = () => false) => {
    const clock = handClock();
    let reads = 0;
    const view = createWatchedView({
      read: async () => {
        reads += 1;
        if (fails()) throw new Error('away');
        return { at: clock.now() } as QueueView;
      },
      now: clock.now,
      timers: clock.timers,
    });
    const pass = async (spanMs: number) => {
      clock.pass(spanMs);
      await new Promise(setImmediate);
    };
    return { view, pass, reads: () => reads };
  };

  it('reads once for all, and not while nobody watches', async () => {
    const { view, pass, reads } = start();
    await pass(60_000);
    expect(reads()).to.equal(0);
    const told: number[] = [];
    const stops = [1, 2, 3].map(() => view.watch(({ at }) => told.push(at), () => expect.fail()));
    await pass(0);
    expect([reads(), told.length]).to.deep.equal([1, 3]);
    await pass(VIEW_EVERY_MS);
    expect([reads(), told.length]).to.deep.equal([2, 6]);
    for (const stop of stops) stop();
    await pass(60_000);
    expect(reads()).to.equal(2);
  });

  it('tells those who watch that it could not be read, and goes on', async () => {
    let isAway = true;
    const { view, pass } = start(() => isAway);
    const heard: string[] = [];
    const stop = view.watch(() => heard.push('view'), () => heard.push('away'));
    await pass(0);
    isAway = false;
    await pass(VIEW_EVERY_MS);
    stop();
    expect(heard).to.deep.equal(['away', 'view']);
  });
});
