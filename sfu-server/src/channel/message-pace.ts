import type { MessageTransport } from '@videosportello/protocol/rpc/transport.ts';

/** How much one page may send: so many messages at once, and so many in a second over time. */
export interface MessagePace {
  readonly burst: number;
  readonly perSecond: number;
}

/** Anything on a room socket: a call needs some 20 messages to begin, a few a second after. */
export const socketPace: MessagePace = { burst: 200, perSecond: 50 };
/**
 * Messages to the other side: text goes every 300 ms. Well below {@link socketPace}, so that nobody brings the other side over
 * it by the answers it owes.
 */
export const relayPace: MessagePace = { burst: 60, perSecond: 20 };

/** Close code of a page that sent too fast (RFC 6455, 7.4.2: 4000 and above are the application's). */
export const TOO_FAST_CODE = 4_429;

/** A token bucket; the returned function takes one and tells whether there was one. `nowMs` is a clock that never goes back. */
export function createPace({ burst, perSecond }: MessagePace, nowMs: () => number): () => boolean {
  let left = burst;
  let filledMs = nowMs();
  return () => {
    const now = nowMs();
    left = Math.min(burst, left + ((now - filledMs) / 1000) * perSecond);
    filledMs = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}

/** A transport that is not heard any more once its other side was faster than `mayPass`; `onTooFast`, called once, closes it. */
export function pacedTransport(transport: MessageTransport, mayPass: () => boolean, onTooFast: () => void): MessageTransport {
  let isTooFast = false;
  return {
    ...transport,
    onMessage: (handler) =>
      transport.onMessage((text) => {
        if (isTooFast) return;
        if (mayPass()) return handler(text);
        isTooFast = true;
        onTooFast();
      }),
  };
}
