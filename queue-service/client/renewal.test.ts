import { expect } from 'chai';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import { createRenewal, RENEWAL_MOST_MS, RENEWAL_PAUSE_MS, RENEWAL_RETRY_MS } from './renewal.ts';

/** Timers that fire only when the test says so; `fire` waits until the renewal has planned anew. The clock stands unless it is moved. */
function handTimers() {
  const clock = { now: 0 };
  let planned: { run: () => void; delayMs: number } | undefined;
  const timers: Timers = {
    setTimeout: (run, delayMs) => (planned = { run, delayMs }),
    clearTimeout: (handle) => {
      if (planned === handle) planned = undefined;
    },
  };
  return {
    deps: { timers, now: () => clock.now },
    clock,
    delay: () => planned?.delayMs,
    async fire() {
      const { run } = planned ?? expect.fail('nothing is planned');
      planned = undefined;
      run();
      await settled();
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('renewal of grants', () => {
  it('asks at half of the remaining life, and again at half of the next', async () => {
    const clock = handTimers();
    const renewal = createRenewal(async () => 60_000, clock.deps);
    renewal.plan(50_000);
    expect(clock.delay()).to.equal(25_000);
    await clock.fire();
    expect(clock.delay()).to.equal(30_000);
  });

  it('does not put off a renewal for years because a clock was set anew', () => {
    const clock = handTimers();
    const renewal = createRenewal(async () => 60_000, clock.deps);
    renewal.plan(5 * 365 * 86_400_000);
    expect(clock.delay()).to.equal(RENEWAL_MOST_MS);
  });

  it('tries again soon after a failure', async () => {
    const clock = handTimers();
    let tries = 0;
    const renewal = createRenewal(async () => {
      tries += 1;
      if (tries === 1) throw new Error('line lost');
      return 60_000;
    }, clock.deps);
    renewal.plan(60_000);
    await clock.fire();
    expect(clock.delay()).to.equal(RENEWAL_RETRY_MS);
    await clock.fire();
    expect([tries, clock.delay()]).to.deep.equal([2, 30_000]);
  });

  it('renews at once when somebody cannot wait, but not without a pause, and not twice at a time', async () => {
    const hand = handTimers();
    let tries = 0;
    const renewal = createRenewal(async () => ((tries += 1), 60_000), hand.deps);
    renewal.plan(60_000);
    renewal.renewNow();
    renewal.renewNow();
    await settled();
    expect([tries, hand.delay()]).to.deep.equal([1, 30_000]);
    hand.clock.now += 400;
    renewal.renewNow();
    expect([tries, hand.delay()]).to.deep.equal([1, RENEWAL_PAUSE_MS - 400]);
    hand.clock.now += 600;
    await hand.fire();
    expect([tries, hand.delay()]).to.deep.equal([2, 30_000]);
    hand.clock.now = -5_000;
    renewal.renewNow();
    await settled();
    expect(tries).to.equal(3);
  });

  it('does not ask without end for grants that have ended when they come: clocks differ', async () => {
    const hand = handTimers();
    const renewal = createRenewal(async () => -5_000, hand.deps);
    renewal.plan(60_000);
    await hand.fire();
    expect(hand.delay()).to.equal(RENEWAL_PAUSE_MS);
  });

  it('ends when there is nothing to renew, and when it is stopped in the middle', async () => {
    const clock = handTimers();
    const nothing = createRenewal(async () => undefined, clock.deps);
    nothing.plan(60_000);
    await clock.fire();
    expect(clock.delay()).to.equal(undefined);
    const stopped = createRenewal(async () => {
      stopped.stop();
      return 60_000;
    }, clock.deps);
    stopped.plan(60_000);
    await clock.fire();
    expect(clock.delay()).to.equal(undefined);
  });
});
