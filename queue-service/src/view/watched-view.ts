import type { QueueView } from '@videosportello/protocol/messages/queue-view.ts';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';

/** How often the view is read for those who watch it, ms. */
export const VIEW_EVERY_MS = 2_000;

/** The view for all who look at it: read at most every {@link VIEW_EVERY_MS}, and while nobody watches not at all. */
export interface WatchedView extends Disposable {
  /** The view, at most so old. @throws ProtocolError `store-unavailable` */
  get(): Promise<QueueView>;
  /** Calls `tell` now and with every further view until the returned function is called; `onError` when one could not be read. */
  watch(tell: (view: QueueView) => void, onError: (error: unknown) => void): () => void;
}

export function createWatchedView(deps: {
  readonly read: () => Promise<QueueView>;
  readonly now: () => number;
  readonly timers: Timers;
}): WatchedView {
  const { now, timers } = deps;
  let last: { readonly at: number; readonly view: Promise<QueueView> } | undefined;
  let timer: unknown;
  /** A round is on its way: who comes now hears of it. */
  let isComing = false;
  const watchers = new Set<{ readonly tell: (view: QueueView) => void; readonly onError: (error: unknown) => void }>();
  const get = () => {
    if (last && now() - last.at < VIEW_EVERY_MS && now() >= last.at) return last.view;
    const mine = { at: now(), view: deps.read() };
    last = mine;
    mine.view.catch(() => {
      if (last === mine) last = undefined;
    });
    return mine.view;
  };
  const round = () => {
    timer = timers.setTimeout(round, VIEW_EVERY_MS);
    isComing = true;
    get()
      .then(
        (view) => watchers.forEach(({ tell }) => tell(view)),
        (error: unknown) => watchers.forEach(({ onError }) => onError(error)),
      )
      .finally(() => {
        isComing = false;
      });
  };
  const stop = () => {
    timers.clearTimeout(timer);
    timer = undefined;
  };
  return {
    get,
    watch(tell, onError) {
      const mine = { tell, onError };
      watchers.add(mine);
      if (timer === undefined) round();
      else if (!isComing) get().then(tell, onError);
      return () => {
        watchers.delete(mine);
        if (watchers.size === 0) stop();
      };
    },
    [Symbol.dispose]: stop,
  };
}
