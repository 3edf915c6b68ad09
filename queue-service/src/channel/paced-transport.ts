import type { MessageTransport } from '@videosportello/protocol/rpc/transport.ts';

/** How much one socket may send: so many messages at once, and so many in a second over time. */
export interface MessagePace {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * A transport that hears its other side only at a pace (a token bucket). Who sends more is not heard any more, and
 * `onTooFast` is called once: to close is its business. `nowMs` is a clock that never goes back.
 */
export function pacedTransport(
  transport: MessageTransport,
  { burst, perSecond }: MessagePace,
  { onTooFast, nowMs }: { readonly onTooFast: () => void; readonly nowMs: () => number },
): MessageTransport {
  let left = burst;
  let filledMs = nowMs();
  let isTooFast = false;
  return {
    ...transport,
    onMessage: (handler) =>
      transport.onMessage((text) => {
        if (isTooFast) return;
        const now = nowMs();
        left = Math.min(burst, left + ((now - filledMs) / 1000) * perSecond);
        filledMs = now;
        if (left < 1) {
          isTooFast = true;
          return onTooFast();
        }
        left -= 1;
        handler(text);
      }),
  };
}
