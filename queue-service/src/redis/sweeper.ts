import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import type { Milliseconds } from '@videosportello/protocol/units.ts';

/** Does what has fallen due, when it does. */
export interface Sweeper {
  /** The next deadline is so far away, ms: as every command's answer says. */
  heard(inMs: number): void;
  stop(): void;
}

/**
 * Calls `sweep` at the next deadline that this process has heard of, and at least every `pollMs`: the deadlines of a process
 * that is gone are known to nobody else. One sweep at a time; `onError` hears of those that failed.
 */
export function createSweeper(
  config: { readonly pollMs: Milliseconds },
  deps: {
    readonly sweep: () => Promise<void>;
    readonly now: () => number;
    readonly timers: Timers;
    readonly onError: (error: unknown) => void;
  },
): Sweeper {
  const { now, timers } = deps;
  let isStopped = false;
  let isSweeping = false;
  /** A deadline has come while a sweep was running. */
  let isMissed = false;
  let at = Infinity;
  let timer: unknown;
  const heard = (inMs: number) => {
    const dueAt = now() + inMs;
    if (isStopped || dueAt >= at) return;
    timers.clearTimeout(timer);
    at = dueAt;
    timer = timers.setTimeout(() => void act(), inMs);
  };
  const act = async () => {
    at = Infinity;
    isMissed = isSweeping;
    if (isSweeping) return;
    isSweeping = true;
    try {
      await deps.sweep();
    } catch (error) {
      deps.onError(error);
    } finally {
      isSweeping = false;
      heard(isMissed ? 0 : config.pollMs);
    }
  };
  heard(config.pollMs);
  return {
    heard,
    stop() {
      isStopped = true;
      timers.clearTimeout(timer);
    },
  };
}
