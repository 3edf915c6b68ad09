import type { connectStore } from '../../src/redis/store-connection.ts';

/** What a process hears of the others, which can be held up. */
export interface Hearing {
  /** Opens the line to Redis. */
  readonly connect: typeof connectStore;
  /** While set nothing that is published arrives; what was held up comes in its order when it ends. */
  isDeaf: boolean;
}

/** Puts a hold between a line to Redis and what it brings: Redis delivers publications on a connection of their own. */
export function createHearing(connect: typeof connectStore): Hearing {
  const held: (() => void)[] = [];
  let isDeaf = false;
  return {
    get isDeaf() {
      return isDeaf;
    },
    set isDeaf(on) {
      isDeaf = on;
      if (!on) for (const hear of held.splice(0)) hear();
    },
    async connect(address, deps) {
      const store = await connect(address, deps);
      return {
        ...store,
        get isReady() {
          return store.isReady;
        },
        subscribe: (channel, hear) =>
          store.subscribe(channel, (text) => {
            if (isDeaf) held.push(() => hear(text));
            else hear(text);
          }),
        [Symbol.asyncDispose]: () => store.close(),
      };
    },
  };
}
