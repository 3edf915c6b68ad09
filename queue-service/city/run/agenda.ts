/** What is to be done when: a heap by time, and by order of planning where times are equal. */
export interface Agenda {
  /** Plans `run` and gives a handle to cancel it by. */
  plan(at: number, run: () => void): unknown;
  cancel(handle: unknown): void;
  /** Time of the earliest entry. */
  next(): number | undefined;
  /** Runs everything that is due at `now`, also what is planned meanwhile for `now` or earlier. */
  runDue(now: number): void;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

const isEarlier = (a: Entry, b: Entry) => a.at < b.at || (a.at === b.at && a.order < b.order);

export function createAgenda(): Agenda {
  const heap: Entry[] = [];
  let planned = 0;
  const push = (entry: Entry) => {
    let index = heap.length;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (!parent || !isEarlier(entry, parent)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = entry;
  };
  const pop = () => {
    const top = heap[0];
    const last = heap.pop();
    if (!last || last === top) return top;
    let index = 0;
    for (;;) {
      const [left, right] = [heap[2 * index + 1], heap[2 * index + 2]];
      const child = right && left && isEarlier(right, left) ? right : left;
      if (!child || !isEarlier(child, last)) break;
      heap[index] = child;
      index = 2 * index + (child === left ? 1 : 2);
    }
    heap[index] = last;
    return top;
  };
  /** What was cancelled stays in the heap until its turn. */
  const skipCancelled = () => {
    while (heap[0] && !heap[0].run) pop();
    return heap[0];
  };
  return {
    plan(at, run) {
      const entry: Entry = { at, order: (planned += 1), run };
      push(entry);
      return entry;
    },
    cancel(handle) {
      if (typeof handle === 'object' && handle !== null && 'run' in handle) handle.run = undefined;
    },
    next: () => skipCancelled()?.at,
    runDue(now) {
      for (let head = skipCancelled(); head && head.at <= now; head = skipCancelled()) {
        pop();
        const { run } = head;
        head.run = undefined;
        run?.();
      }
    },
  };
}
