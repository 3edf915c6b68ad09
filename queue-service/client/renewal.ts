import type { Timers } from '@videosportello/protocol/rpc/peer.ts';

/** How soon a failed renewal is tried again, ms: several times within the other half of a grant's life. */
export const RENEWAL_RETRY_MS = 2_000;
/** How long lies between two renewals at least, however often one is asked for and however short a grant's life is, ms. */
export const RENEWAL_PAUSE_MS = 1_000;
/** How long lies between two renewals at most, ms: a grant lives minutes, and only a clock that was set anew says years. */
export const RENEWAL_MOST_MS = 300_000;

const halfOf = (remainingMs: number) => Math.min(Math.max(remainingMs / 2, RENEWAL_PAUSE_MS), RENEWAL_MOST_MS);

/** The system's timers, as the clients' default. */
export const systemTimers: Timers = {
  setTimeout: (run, delayMs) => setTimeout(run, delayMs),
  clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
};

/** Keeps grants fresh: asks for new ones when half of their life has passed, or when somebody cannot wait. */
export interface Renewal {
  /** Plans the next renewal for a grant that ends `remainingMs` from now; replaces the plan before. */
  plan(remainingMs: number): void;
  /** Renews at once, or {@link RENEWAL_PAUSE_MS} after the renewal before; one that is under way is enough. */
  renewNow(): void;
  stop(): void;
}

/**
 * Makes a renewal. `renew` asks for new grants and answers how long they live, ms, or undefined when there is nothing to
 * renew any more. When it throws it is tried again after {@link RENEWAL_RETRY_MS}.
 */
export function createRenewal(
  renew: () => Promise<number | undefined>,
  { timers, now }: { readonly timers: Timers; readonly now: () => number },
): Renewal {
  let timer: unknown;
  let round = 0;
  let isAsking = false;
  let lastAskedMs = -Infinity;
  const stop = () => {
    round += 1;
    if (timer !== undefined) timers.clearTimeout(timer);
    timer = undefined;
  };
  const ask = () => {
    stop();
    const mine = round;
    isAsking = true;
    lastAskedMs = now();
    renew()
      .finally(() => (isAsking = false))
      .then(
        (remainingMs) => mine === round && remainingMs !== undefined && after(halfOf(remainingMs)),
        () => mine === round && after(RENEWAL_RETRY_MS),
      );
  };
  const after = (delayMs: number) => {
    stop();
    timer = timers.setTimeout(ask, delayMs);
  };
  return {
    plan: (remainingMs) => after(halfOf(remainingMs)),
    renewNow() {
      if (isAsking) return;
      const restMs = lastAskedMs + RENEWAL_PAUSE_MS - now();
      // A clock that was set back must not hold up anybody.
      if (restMs > 0 && restMs <= RENEWAL_PAUSE_MS) after(restMs);
      else ask();
    },
    stop,
  };
}
