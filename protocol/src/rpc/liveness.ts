import type { Timers } from './peer.ts';

/** A `ws` server socket, as far as liveness needs it (RFC 6455, 5.5.2: ping and pong). */
export interface Pingable {
  ping(): void;
  on(event: 'pong', listener: () => void): unknown;
  terminate(): void;
}

/** How often each socket is pinged, ms, and how many pings in a row may stay unanswered before it is given up. */
export const PING_EVERY_MS = 1_000;
export const PINGS_UNANSWERED = 3;

/** The watch over one socket. */
export interface Liveness {
  /** How long its last sign of life is ago, as far as pings tell, ms. */
  silentMs(): number;
  /** Ends the watch. */
  stop(): void;
}

const systemTimers: Timers = {
  setTimeout: (run, delayMs) => setTimeout(run, delayMs).unref(),
  clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
};

/**
 * Watches one socket: pings it, terminates it when pongs stop. Counts pings and looks at no clock, so that a clock set anew
 * or a process held up for seconds cuts nobody off.
 */
export function watchLiveness(socket: Pingable, timers: Timers = systemTimers): Liveness {
  let unanswered = 0;
  socket.on('pong', () => {
    unanswered = 0;
  });
  const beat = () => {
    timer = timers.setTimeout(beat, PING_EVERY_MS);
    if (unanswered >= PINGS_UNANSWERED) return socket.terminate();
    unanswered += 1;
    socket.ping();
  };
  let timer = timers.setTimeout(beat, PING_EVERY_MS);
  return { silentMs: () => unanswered * PING_EVERY_MS, stop: () => timers.clearTimeout(timer) };
}
