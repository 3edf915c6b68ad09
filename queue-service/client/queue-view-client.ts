import { z } from 'zod';
import { errorCode, ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import { queueView } from '@videosportello/protocol/messages/queue-view.ts';
import type { QueueView } from '@videosportello/protocol/messages/queue-view.ts';
import type { ConnectionState } from '@videosportello/protocol/rpc/connection.ts';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import { backoff, delay } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { RetryPolicy } from '@videosportello/protocol/rpc/retry-policy.ts';
import { createObservable } from './observable.ts';
import type { Observable } from './observable.ts';
import { systemTimers } from './renewal.ts';
import { serverSentEvents } from './server-sent-events.ts';

/** The service speaks every two seconds; when it has said nothing for so long the line counts as cut, ms. */
export const VIEW_SILENCE_MS = 7_000;

/** What a supervisor's page knows of the queue. After a cut the last view stays until the next one. */
export interface QueueViewState {
  readonly connection: ConnectionState;
  /** Why the client gave up for good: `signed-out`, `not-allowed`, or another refusal that coming back does not change. */
  readonly ended: ErrorCode | undefined;
  readonly view: QueueView | undefined;
  /** When the view came, by this page's clock, ms. */
  readonly heardAtMs: number | undefined;
  /** The service answers, but could not read the queue. */
  readonly isUnavailable: boolean;
}

/** Follows the queue as a whole, for as long as somebody may see it. */
export interface QueueViewClient extends Observable<QueueViewState>, AsyncDisposable {
  close(): Promise<void>;
}

export interface QueueViewDeps {
  readonly fetch: typeof fetch;
  /** When to come again after a cut; default: {@link backoff}, from the start after each view. */
  readonly policy?: RetryPolicy;
  readonly timers?: Timers;
  readonly now?: () => number;
  readonly random?: () => number;
}

const refusal = z.object({ error: z.object({ code: errorCode }) });
const refusalOf = async (answer: Response) => {
  const read = refusal.safeParse(await answer.json().catch(() => undefined));
  return new ProtocolError(read.success ? read.data.error.code : 'link-lost');
};
const readView = (data: string): QueueView => {
  try {
    return queueView.parse(JSON.parse(data));
  } catch (cause) {
    throw new ProtocolError('bad-params', { cause });
  }
};

/** Opens the events of `GET /view/queue/events` at `url`; the session cookie goes with them, as the page's own. */
export function createQueueViewClient(url: string, deps: QueueViewDeps): QueueViewClient {
  // Taken out of `deps`: browsers refuse a fetch that is called as somebody's member.
  const { fetch: ask, policy = backoff(), timers = systemTimers, now = () => Date.now(), random = Math.random } = deps;
  const stop = new AbortController();
  const held = createObservable<QueueViewState>({
    connection: 'connecting',
    ended: undefined,
    view: undefined,
    heardAtMs: undefined,
    isUnavailable: false,
  });
  const freshDelays = () => policy.delays(random)[Symbol.iterator]();
  let delays = freshDelays();

  /** Follows one answer until it ends. @throws ProtocolError or what the network fails with */
  const follow = async () => {
    const cut = new AbortController();
    let timer: unknown;
    const awaitMore = () => {
      timers.clearTimeout(timer);
      timer = timers.setTimeout(() => cut.abort(new ProtocolError('timeout')), VIEW_SILENCE_MS);
    };
    awaitMore();
    try {
      const answer = await ask(url, { cache: 'no-store', signal: AbortSignal.any([stop.signal, cut.signal]) });
      if (!answer.ok || !answer.body) throw await refusalOf(answer);
      for await (const { event, data } of serverSentEvents(answer.body)) {
        awaitMore();
        if (event === 'queue') {
          held.change({ connection: 'open', view: readView(data), heardAtMs: now(), isUnavailable: false });
          delays = freshDelays();
        } else if (event === 'unavailable') held.change({ connection: 'open', isUnavailable: true });
      }
    } finally {
      timers.clearTimeout(timer);
    }
  };
  const keepOn = async (): Promise<ErrorCode | undefined> => {
    while (!stop.signal.aborted) {
      try {
        await follow();
      } catch (error) {
        if (error instanceof ProtocolError && !error.retryable) return error.code;
      }
      if (stop.signal.aborted) break;
      held.change({ connection: 'lost' });
      const pause = delays.next();
      if (pause.done) return 'link-lost';
      await delay(pause.value, stop.signal, timers).catch(() => undefined);
    }
    return undefined;
  };
  const done = keepOn().then((ended) => held.change({ connection: 'closed', ended }));

  const close = () => {
    stop.abort();
    return done;
  };
  return {
    get state() {
      return held.state;
    },
    subscribe: held.subscribe,
    close,
    [Symbol.asyncDispose]: close,
  };
}
