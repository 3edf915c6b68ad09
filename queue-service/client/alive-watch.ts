import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';

/** How often a page asks for a sign of life, and how long the answer may take, ms. */
export const ALIVE_EVERY_MS = 1_000;
export const ALIVE_DEADLINE_MS = 1_000;
/** How many questions in a row may stay unanswered. */
export const ALIVE_UNANSWERED = 2;
/** A timer that comes so much later than planned tells that the page itself was held up, ms. */
const HELD_UP_MS = 500;

/** Failures that do not come from the other side. */
const silence: readonly ErrorCode[] = ['timeout', 'link-lost', 'aborted'];

/**
 * Watches a line from a page, which hears nothing of WebSocket's own pings (RFC 6455, 5.5.2): `ask` asks the other side for
 * a sign of life, and `onSilent` is called once when {@link ALIVE_UNANSWERED} questions in a row stayed unanswered. Any
 * answer is one, also a late one and also a refusal.
 *
 *   resting ──every second──▶ asked ──deadline──▶ asked again ──deadline──▶ silent
 *      ▲                        │                    │
 *      └────────answer──────────┴──────answer────────┘
 *
 * A page that was held up (in the background browsers slow timers down to one a second or a minute; a computer sleeps) may
 * have the answer lying unread: after a deadline that comes late one more is waited for. Slow timers only make silence noticed
 * later. Returns the function that ends the watch.
 */
export function watchAlive(
  ask: () => Promise<unknown>,
  deps: { readonly timers: Timers; readonly now: () => number; readonly onSilent: () => void },
): () => void {
  const { timers, now } = deps;
  let timer: unknown;
  let isOver = false;
  let isAsking = false;
  let unanswered = 0;
  let askedMs = 0;

  const stop = () => {
    isOver = true;
    timers.clearTimeout(timer);
  };
  const after = (delayMs: number, run: (lateMs: number) => void) => {
    timers.clearTimeout(timer);
    const dueMs = now() + delayMs;
    timer = timers.setTimeout(() => run(now() - dueMs), delayMs);
  };
  const rest = () => {
    isAsking = false;
    // The clock may have been set anew meanwhile: never sooner than at once, never later than after a whole rest.
    after(Math.min(ALIVE_EVERY_MS, Math.max(0, askedMs + ALIVE_EVERY_MS - now())), question);
  };
  const heard = () => {
    if (isOver) return;
    unanswered = 0;
    if (isAsking) rest();
  };
  const wait = (isSecond: boolean) =>
    after(ALIVE_DEADLINE_MS, (lateMs) => {
      if (lateMs > HELD_UP_MS && !isSecond) return wait(true);
      unanswered += 1;
      if (unanswered < ALIVE_UNANSWERED) return question();
      stop();
      deps.onSilent();
    });
  const question = () => {
    isAsking = true;
    askedMs = now();
    ask().then(heard, (error: unknown) => {
      if (!(error instanceof ProtocolError && silence.includes(error.code))) heard();
    });
    wait(false);
  };

  after(ALIVE_EVERY_MS, question);
  return stop;
}
