import { expect } from 'chai';
import { seconds } from '@videosportello/protocol/units.ts';
import { handClock } from '../../testing/hand-clock.ts';
import { createSweeper } from './sweeper.ts';

describe('sweeper', () => {
  const start = (sweep: () => Promise<void> = async () => {}) => {
    const clock = handClock();
    const swept: number[] = [];
    const errors: unknown[] = [];
    const sweeper = createSweeper(
      { pollMs: seconds(1) },
      {
        sweep: () => {
          swept.push(clock.now());
          return sweep();
        },
        now: clock.now,
        timers: clock.timers,
        onError: (error) => errors.push(error),
      },
    );
    /** Time passes a step at a time, and what a sweep has awaited comes about. */
    const pass = async (spanMs: number) => {
      for (let left = spanMs; left > 0; left -= 50) {
        clock.pass(Math.min(left, 50));
        await new Promise(setImmediate);
      }
    };
    return { clock, swept, errors, sweeper, pass };
  };

  it('sweeps at the nearest deadline it heard of, and every second without one', async () => {
    const { swept, sweeper, pass } = start();
    sweeper.heard(700);
    sweeper.heard(250);
    sweeper.heard(9_000);
    await pass(3_000);
    expect(swept).to.deep.equal([250, 1_250, 2_250]);
  });

  it('goes on after a sweep that failed', async () => {
    const { swept, errors, pass } = start(async () => {
      throw new Error('away');
    });
    await pass(2_000);
    expect([swept, errors.length]).to.deep.equal([[1_000, 2_000], 2]);
  });

  it('sweeps once at a time, and again when a deadline came meanwhile', async () => {
    const waiting: (() => void)[] = [];
    const { swept, sweeper, pass } = start(() => new Promise<void>((resolve) => waiting.push(resolve)));
    sweeper.heard(100);
    await pass(200);
    sweeper.heard(0);
    await pass(2_000);
    expect(swept).to.deep.equal([100]);
    waiting.pop()?.();
    await pass(100);
    expect(swept.length).to.equal(2);
  });

  it('does nothing any more when it is stopped', async () => {
    const { swept, sweeper, pass } = start();
    sweeper.stop();
    sweeper.heard(10);
    await pass(2_000);
    expect(swept).to.deep.equal([]);
  });
});
