import type { RoomBody } from '@videosportello/protocol/messages/room.ts';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';

type TextBody = Extract<RoomBody, { kind: 'text' }>;

/** Longest time a typed character waits before it leaves, ms (ui.md K24: EN 301 549, 6.2.4 allows 500). */
export const FLUSH_MS = 300;
/** How soon a line that did not arrive is sent again, ms. */
export const RESEND_MS = 1_000;

/** Sends what the citizen types. Since each message carries the whole line, one that is lost is mended by the next. */
export interface TextSender {
  /** The line as it is now. */
  type(line: number, text: string, done: boolean): void;
  stop(): void;
}

/** Makes a sender; `send` rejects when a message did not arrive. Lines leave in order, one at a time. */
export function createTextSender(send: (body: TextBody) => Promise<unknown>, timers: Timers): TextSender {
  const waiting = new Map<number, TextBody>();
  let timer: unknown;
  let sending = false;
  let stopped = false;

  const plan = (delayMs: number) => {
    if (timer !== undefined || sending || stopped) return;
    timer = timers.setTimeout(() => {
      timer = undefined;
      void flush();
    }, delayMs);
  };
  const flush = async () => {
    const [body] = waiting.values();
    if (!body || sending || stopped) return;
    sending = true;
    waiting.delete(body.line);
    let next = 0;
    try {
      await send(body);
    } catch {
      // A newer state of the same line may have been typed meanwhile; it goes instead.
      if (!waiting.has(body.line)) {
        const later = [...waiting];
        waiting.clear();
        for (const [line, value] of [[body.line, body] as const, ...later]) waiting.set(line, value);
      }
      next = RESEND_MS;
    } finally {
      sending = false;
    }
    if (waiting.size > 0) plan(next);
  };

  return {
    type(line, text, done) {
      waiting.set(line, { kind: 'text', line, text, done });
      plan(FLUSH_MS);
    },
    stop() {
      stopped = true;
      waiting.clear();
      if (timer !== undefined) timers.clearTimeout(timer);
    },
  };
}
