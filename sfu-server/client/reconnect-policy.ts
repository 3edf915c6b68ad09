/** One try to reach the node: how long to wait before it, and how long it may take, ms. */
export interface Attempt {
  readonly delayMs: number;
  readonly timeoutMs: number;
}

/**
 * When to try again, as values: the next attempt, or null to give up. `attempt` counts from 0; `lostForMs` is the time since
 * the connection was lost.
 */
export type ReconnectPolicy = (attempt: number, lostForMs: number) => Attempt | null;

/**
 * The first attempts follow at once and are short, because most losses are a moment of bad network and the picture is to be
 * back within 2 s of its end; later ones give a slow network more time. After a minute they come seldom: the visit goes on by
 * text over the queue socket, and the face comes back by itself when the node does. After half an hour, longer than any
 * visit, it gives up.
 */
export const quickReconnect: ReconnectPolicy = (attempt, lostForMs) => {
  if (lostForMs > 30 * 60_000) return null;
  if (lostForMs > 60_000) return { delayMs: 10_000, timeoutMs: 8_000 };
  const delayMs = Math.min(2_000, [0, 100, 200, 300][attempt] ?? 500 * (attempt - 3));
  return { delayMs, timeoutMs: Math.min(8_000, 1_500 + 500 * attempt) };
};
