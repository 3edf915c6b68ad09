import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import { createAgenda } from './agenda.ts';

/** Timers that come when somebody moves the clock, ms. */
export interface SimulatedTimers extends Timers {
  now(): number;
  /** When the next timer comes; undefined when none is planned. */
  next(): number | undefined;
  /** Moves the clock to `to`, and runs all that is due by then, each at its own time; `settle` is awaited after each time. */
  advance(to: number, settle: () => Promise<void>): Promise<void>;
}

/** Makes a clock that stands at `startMs`. */
export function createSimulatedTimers(startMs: number): SimulatedTimers {
  let now = startMs;
  const agenda = createAgenda();
  return {
    now: () => now,
    next: () => agenda.next(),
    setTimeout: (run, delayMs) => agenda.plan(now + Math.max(0, delayMs), run),
    clearTimeout: (handle) => agenda.cancel(handle),
    async advance(to, settle) {
      for (let at = agenda.next(); at !== undefined && at <= to; at = agenda.next()) {
        now = Math.max(now, at);
        agenda.runDue(now);
        await settle();
      }
      now = Math.max(now, to);
    },
  };
}
