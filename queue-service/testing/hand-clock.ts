import type { Timers } from '@videosportello/protocol/rpc/peer.ts';

/** A clock with timers that only the test moves. */
export function handClock() {
  let elapsed = 0;
  let setBy = 0;
  let step = 1;
  let last = 0;
  const planned = new Map<number, { at: number; run: () => void }>();
  const timers: Timers = {
    setTimeout(run, delayMs) {
      planned.set((last += 1), { at: elapsed + delayMs, run });
      return last;
    },
    clearTimeout: (handle) => void (typeof handle === 'number' && planned.delete(handle)),
  };
  /** When a timer comes: at its time, or at the next moment at which the browser lets timers run. */
  const comesAt = (at: number) => Math.ceil(at / step) * step;
  const runDue = () => {
    for (;;) {
      const [next] = [...planned].filter(([, { at }]) => comesAt(at) <= elapsed).toSorted(([, a], [, b]) => a.at - b.at);
      if (!next) return;
      planned.delete(next[0]);
      next[1].run();
    }
  };
  return {
    timers,
    /** What the page reads as the time, ms. */
    now: () => elapsed + setBy,
    /** Time passes; what is due runs in its turn. */
    pass(spanMs: number) {
      const end = elapsed + spanMs;
      for (;;) {
        const next = [...planned.values()].map(({ at }) => Math.max(elapsed, comesAt(at))).toSorted((a, b) => a - b)[0];
        if (next === undefined || next > end) break;
        elapsed = next;
        runDue();
      }
      elapsed = end;
    },
    /** Time passes while nothing at all can run; then everything that is due does. */
    holdUp(spanMs: number) {
      elapsed += spanMs;
      runDue();
    },
    /** From now on timers run only at whole multiples of this, ms: what browsers do to pages in the background. */
    slowTo(everyMs: number) {
      step = everyMs;
    },
    /** Sets the clock by so much, ms, without time passing. */
    set(byMs: number) {
      setBy += byMs;
    },
  };
}
