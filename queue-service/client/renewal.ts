import type { Timers } from '@videosportello/protocol/rpc/peer.ts';

/** How soon a failed renewal is tried again, ms: several times within the other half of a grant's life. */
export const RENEWAL_RETRY_MS = 2_000;

/** The system's timers, as the clients' default. */
export const systemTimers: Timers = {
  setTimeout: (run, delayMs) => setTimeout(run, delayMs),
  clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
};

/** Keeps grants fresh: asks for new ones when half of their life has passed. */
export interface Renewal {
  /** Plans the next renewal for a grant that ends `remainingMs` from now; replaces the plan before. */
  plan(remainingMs: number): void;
  stop(): void;
}

/**
 * Makes a renewal. `renew` asks for new grants and answers how long they live, ms, or undefined when there is nothing to
 * renew any more. When it throws it is tried again after {@link RENEWAL_RETRY_MS}.
 */
export function createRenewal(renew: () => Promise<number | undefined>, timers: Timers): Renewal {
  let timer: unknown;
  let round = 0;
  const stop = () => {
    round += 1;
    if (timer !== undefined) timers.clearTimeout(timer);
    timer = undefined;
  };
  const after = (delayMs: number) => {
    stop();
    const mine = round;
    timer = timers.setTimeout(() => {
      renew().then(
        (remainingMs) => mine === round && remainingMs !== undefined && after(Math.max(remainingMs / 2, 0)),
        () => mine === round && after(RENEWAL_RETRY_MS),
      );
    }, delayMs);
  };
  return { plan: (remainingMs) => after(Math.max(remainingMs / 2, 0)), stop };
}
