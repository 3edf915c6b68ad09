/** Work that is due at a moment of the history; run once all lines of that moment are in. */
export interface Agenda {
  /** The moment of the work that runs, or of the line that is being read, ms. */
  readonly now: number;
  /** Runs `work` when the history has gone beyond `at`. */
  later(at: number, work: () => void): void;
  /** Runs everything due before `at`, in order of time; between equal ones, in the order they were put in. Then it is `at`. */
  runBefore(at: number): void;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly work: () => void;
}

const isBefore = (a: Entry, b: Entry) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap: millions of entries pass through it. */
export function createAgenda(): Agenda {
  const heap: Entry[] = [];
  let order = 0;
  let now = 0;

  const sinkFirst = (entry: Entry): void => {
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      let least = left;
      if (right !== undefined && isBefore(right, left)) {
        least = right;
        child += 1;
      }
      if (!isBefore(least, entry)) break;
      heap[hole] = least;
      hole = child;
    }
    heap[hole] = entry;
  };

  return {
    get now() {
      return now;
    },
    later(at, work) {
      order += 1;
      const entry = { at, order, work };
      let hole = heap.length;
      heap.push(entry);
      while (hole > 0) {
        const parent = (hole - 1) >> 1;
        const above = heap[parent];
        if (above === undefined || !isBefore(entry, above)) break;
        heap[hole] = above;
        hole = parent;
      }
      heap[hole] = entry;
    },
    runBefore(at) {
      for (;;) {
        const first = heap[0];
        if (first === undefined || first.at >= at) break;
        now = Math.max(now, first.at);
        const last = heap.pop();
        if (heap.length > 0 && last !== undefined) sinkFirst(last);
        first.work();
      }
      now = at;
    },
  };
}
