/**
 * The order of what one socket is told. Views are read from Redis, which takes a moment; everything that reads and then speaks
 * goes through the lane, so that an older view never follows a newer one.
 */
export interface ViewLane {
  /** Runs after everything before it has ended, also when that failed. */
  run<Value>(work: () => Promise<Value>): Promise<Value>;
  /** Nothing is under way. */
  readonly isIdle: boolean;
}

export function createViewLane(): ViewLane {
  let last: Promise<unknown> = Promise.resolve();
  let begun = 0;
  let ended = 0;
  const end = () => void (ended += 1);
  return {
    run(work) {
      begun += 1;
      const mine = last.then(work, work);
      last = mine.then(end, end);
      return mine;
    },
    get isIdle() {
      return begun === ended;
    },
  };
}

/**
 * Joins calls: while `work` runs, any number of calls become one more run after it, so the last run began after the last call.
 * `onError` hears of failures; the next call tries again.
 */
export function createRefresher(work: () => Promise<void>, onError: (error: unknown) => void): () => void {
  let running = false;
  let again = false;
  const start = async () => {
    running = true;
    do {
      again = false;
      try {
        await work();
      } catch (error) {
        onError(error);
      }
    } while (again);
    running = false;
  };
  return () => {
    if (running) again = true;
    else void start();
  };
}
