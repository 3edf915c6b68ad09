import { expect } from 'chai';
import { pictureFirst, VOICE_WAITS_MS } from './picture-first.ts';
import type { PictureReceiver } from './picture-first.ts';

describe('the voice after the picture', () => {
  const setting = () => {
    const planned: { run: () => void; ms: number }[] = [];
    const stop = new AbortController();
    let receiver: PictureReceiver | undefined;
    let isOver = false;
    const waiting = pictureFirst({
      receiver: () => receiver,
      signal: stop.signal,
      timers: { setTimeout: (run, ms) => planned.push({ run, ms }) },
    }).then(() => (isOver = true));
    return {
      waiting,
      stop,
      isOver: () => isOver,
      show: (sources: number) => {
        receiver = { getSynchronizationSources: () => Array.from({ length: sources }, () => ({ source: 1, timestamp: 0, rtpTimestamp: 0 })) };
      },
      look: () => planned.splice(planned.findIndex(({ ms }) => ms < VOICE_WAITS_MS), 1)[0]?.run(),
      deadline: () => planned.find(({ ms }) => ms === VOICE_WAITS_MS)?.run(),
    };
  };

  it('waits until the picture is shown', async () => {
    const { waiting, show, look, isOver } = setting();
    show(0);
    look();
    await Promise.resolve();
    expect(isOver()).to.equal(false);
    show(1);
    look();
    await waiting;
  });

  it('comes without it after a while, however seldom is looked', async () => {
    const { waiting, deadline } = setting();
    deadline();
    await waiting;
  });

  it('waits no longer than its connection lives', async () => {
    const { waiting, stop, look } = setting();
    stop.abort();
    look();
    await waiting;
  });
});
