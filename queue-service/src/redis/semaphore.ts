/** Runs a piece of work in its turn. @throws what the work throws */
export type Semaphore = <Value>(work: () => Promise<Value>) => Promise<Value>;

/**
 * Lets `most` pieces of work be under way at once; the others wait in their order. Whoever has stopped waiting finds that out when
 * his turn comes, and does nothing: so a server that is asked too much only ever does what somebody still waits for.
 */
export function createSemaphore(most: number): Semaphore {
  let inside = 0;
  const waiting: (() => void)[] = [];
  const leave = () => {
    const next = waiting.shift();
    // Who waits takes the place that is left; nobody can step in between.
    if (next) next();
    else inside -= 1;
  };
  return async (work) => {
    if (inside < most) inside += 1;
    else await new Promise<void>((resolve) => void waiting.push(resolve));
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
