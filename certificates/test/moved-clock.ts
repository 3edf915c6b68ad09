import type { Timers } from '@videosportello/protocol/rpc/peer.ts';

/** A clock, and timers for one piece of work, that stand still until they are moved. */
export function movedClock(start: Date) {
  let nowMs = start.getTime();
  let next: { run: () => void; atMs: number } | undefined;
  const timers: Timers = {
    setTimeout: (run, delayMs) => (next = { run, atMs: nowMs + delayMs }),
    clearTimeout: (handle) => {
      if (handle === next) next = undefined;
    },
  };
  return {
    timers,
    now: () => new Date(nowMs),
    waiting: () => next !== undefined,
    /** Moves on, running what is due; what it does is not waited for. */
    forward(ms: number) {
      nowMs += ms;
      if (!next || next.atMs > nowMs) return;
      const { run } = next;
      next = undefined;
      run();
    },
  };
}
