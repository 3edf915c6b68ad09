import type { Timers } from '@videosportello/protocol/rpc/peer.ts';

/** A clock that tests move. */
export interface ManualTimers extends Timers {
  /** Moves the clock and runs what is due, in order. */
  pass(ms: number): void;
}

export function manualTimers(): ManualTimers {
  let now = 0;
  const due = new Map<number, { at: number; run: () => void }>();
  let last = 0;
  return {
    setTimeout(run, delayMs) {
      due.set((last += 1), { at: now + delayMs, run });
      return last;
    },
    clearTimeout: (handle) => void due.delete(handle as number),
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const next = [...due].filter(([, { at }]) => at <= end).toSorted(([, a], [, b]) => a.at - b.at)[0];
        if (!next) break;
        due.delete(next[0]);
        now = next[1].at;
        next[1].run();
      }
      now = end;
    },
  };
}
