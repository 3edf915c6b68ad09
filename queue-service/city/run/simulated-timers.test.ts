import { expect } from 'chai';
import { createSimulatedTimers } from './simulated-timers.ts';

describe('simulated timers', () => {
  it('run at their own time, in order, and those that they plan with them', async () => {
    const timers = createSimulatedTimers(1_000);
    const seen: string[] = [];
    const say = (word: string) => seen.push(`${word} ${timers.now()}`);
    timers.setTimeout(() => say('second'), 200);
    timers.setTimeout(() => {
      say('first');
      timers.setTimeout(() => say('third'), 200);
    }, 100);
    timers.setTimeout(() => say('also second'), 200);
    const dropped = timers.setTimeout(() => say('never'), 150);
    timers.clearTimeout(dropped);
    timers.setTimeout(() => say('later'), 500);
    let settled = 0;
    await timers.advance(1_400, async () => void (settled += 1));
    expect(seen).to.deep.equal(['first 1100', 'second 1200', 'also second 1200', 'third 1300']);
    expect([timers.now(), timers.next(), settled]).to.deep.equal([1_400, 1_500, 3]);
  });

  it('keep their order among thousands', async () => {
    const timers = createSimulatedTimers(0);
    const seen: number[] = [];
    for (let index = 0; index < 5_000; index += 1) {
      const at = (index * 7_919) % 4_999;
      timers.setTimeout(() => seen.push(at), at);
    }
    await timers.advance(5_000, async () => {});
    expect(seen).to.have.length(5_000);
    expect(seen).to.deep.equal(seen.toSorted((a, b) => a - b));
  });
});
