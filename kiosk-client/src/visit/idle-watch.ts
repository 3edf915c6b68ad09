import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import type { IdleLimit } from './idle-rule.ts';

/** Counts the time without a touch. */
export interface IdleWatch {
  /** A touch or key: the count begins again, and a warning on screen is answered. */
  activity(): void;
  /** The limit that holds from now on; another one begins the count anew, the same one does not. */
  limit(limit: IdleLimit | undefined): void;
  stop(): void;
}

/** Makes the watch. `onWarn` when the limit is reached, `onAnswered` when somebody then touched, `onOver` when nobody did. */
export function createIdleWatch(options: {
  readonly timers: Timers;
  readonly onWarn: () => void;
  readonly onAnswered: () => void;
  readonly onOver: () => void;
}): IdleWatch {
  const { timers, onWarn, onAnswered, onOver } = options;
  let limit: IdleLimit | undefined;
  let warned = false;
  let timer: unknown;
  const clear = () => {
    if (timer !== undefined) timers.clearTimeout(timer);
    timer = undefined;
  };
  const begin = () => {
    clear();
    const held = limit;
    if (!held) return;
    timer = timers.setTimeout(() => {
      warned = true;
      timer = timers.setTimeout(() => {
        warned = false;
        onOver();
      }, held.answerMs);
      onWarn();
    }, held.warnAfterMs);
  };
  const answer = () => {
    if (!warned) return;
    warned = false;
    onAnswered();
  };
  return {
    activity() {
      answer();
      begin();
    },
    limit(next) {
      if (next?.warnAfterMs === limit?.warnAfterMs && next?.answerMs === limit?.answerMs) return;
      limit = next;
      answer();
      begin();
    },
    stop: clear,
  };
}
