import type { Timers } from './peer.ts';
import type { Milliseconds } from '../units.ts';
import { ms } from '../units.ts';

/** When to try again: delays in milliseconds, an endless sequence unless `attempts` says otherwise. */
export interface RetryPolicy {
  delays(random: () => number): Iterable<Milliseconds>;
}

/**
 * Exponential back-off with full jitter in its upper half: each delay lies between half and all of
 * `firstMs * factor^n`, at most `maxMs`. Defaults: first 250 ms, factor 2, at most 5 s, endless.
 */
export function backoff({ firstMs = 250, factor = 2, maxMs = 5_000, attempts = Infinity } = {}): RetryPolicy {
  return {
    *delays(random) {
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const ceiling = Math.min(maxMs, firstMs * factor ** Math.min(attempt, 30));
        yield ms(Math.round(ceiling / 2 + (random() * ceiling) / 2));
      }
    },
  };
}

const systemTimers: Timers = {
  setTimeout: (run, delayMs) => setTimeout(run, delayMs),
  clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
};

/** Resolves after `delayMs`; rejects with the signal's reason when it is aborted first. */
export function delay(delayMs: number, signal: AbortSignal, timers: Timers = systemTimers): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const timer = timers.setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, delayMs);
    const abort = () => {
      timers.clearTimeout(timer);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
  });
}
