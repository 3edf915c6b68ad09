import type { Timers } from '@videosportello/protocol/rpc/peer.ts';

/** Work that is done again and again until it is closed. */
export interface Rounds extends AsyncDisposable {
  /** Ends the waits of a round that is running, and resolves after it. */
  close(): Promise<void>;
}

/**
 * Runs a round at once, and the next one so long after the end of each.
 *
 * @param round aborted when all is closed
 * @param options.onFailure called when a round failed; the next one tries again
 */
export function startRounds(
  round: (signal: AbortSignal) => Promise<void>,
  options: { readonly everyMs: number; readonly timers: Timers; readonly onFailure: (cause: unknown) => void },
): Rounds {
  const { everyMs, timers, onFailure } = options;
  const closing = new AbortController();
  let timer: unknown;
  let running: Promise<void>;
  const goThrough = async (): Promise<void> => {
    try {
      await round(closing.signal);
    } catch (cause) {
      if (!closing.signal.aborted) onFailure(cause);
    }
    if (!closing.signal.aborted) timer = timers.setTimeout(() => (running = goThrough()), everyMs);
  };
  running = goThrough();
  const close = async (): Promise<void> => {
    closing.abort();
    timers.clearTimeout(timer);
    await running;
  };
  return { close, [Symbol.asyncDispose]: close };
}

/** The process's own timers; none of them keeps it alive. */
export const processTimers: Timers = {
  setTimeout: (run, delayMs) => setTimeout(run, delayMs).unref(),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout | undefined),
};
