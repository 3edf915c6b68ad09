/** A `ws` server socket, as far as liveness needs it (RFC 6455, 5.5.2: ping and pong). */
export interface Pingable {
  ping(): void;
  on(event: 'pong', listener: () => void): unknown;
  terminate(): void;
}

/** How often each socket is pinged, and how long a pong may be missing before the socket is given up, ms. */
export const PING_EVERY_MS = 1_000;
export const PONG_OVERDUE_MS = 3_000;

/**
 * Watches one socket: pings it, reports each pong, terminates it when pongs stop.
 * Returns the function that ends the watch.
 */
export function watchLiveness(
  socket: Pingable,
  { onPong = () => {}, now = () => Date.now() }: { onPong?: () => void; now?: () => number } = {},
): () => void {
  let lastPong = now();
  socket.on('pong', () => {
    lastPong = now();
    onPong();
  });
  const timer = setInterval(() => {
    if (now() - lastPong > PONG_OVERDUE_MS) socket.terminate();
    else socket.ping();
  }, PING_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
