import { createEventStream } from '../../src/node/event-stream.ts';
import { keysOf } from '../../src/redis/keys.ts';
import { readDecisions } from '../../src/routing/decision-log.ts';
import type { StreamLine } from '../history/service-stream.ts';
import { createStreamWriter } from '../history/write-lines.ts';
import type { StoreProcess } from './store-process.ts';

/** Takes down what the service says of itself, before Redis forgets it. */
export interface ServiceAccount extends AsyncDisposable {
  /** Takes in what has been added since. */
  read(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the file beside a history, `FILE.stream`: steps and decisions in one order of time; `watch` hears each. */
export function createServiceAccount(path: string, pool: string, store: StoreProcess, watch?: (line: StreamLine) => void): ServiceAccount {
  const keys = keysOf(pool);
  const writer = createStreamWriter(path, watch);
  const events = createEventStream(store, keys);
  let [lastEvent, lastDecision] = ['0-0', '0'];
  /** Everything after an id, batch by batch. */
  const all = async <Item extends { readonly id: string }>(from: string, next: (after: string) => Promise<Item[]>): Promise<Item[]> => {
    const found: Item[] = [];
    for (;;) {
      const batch = await next(found.at(-1)?.id ?? from);
      if (batch.length === 0) return found;
      for (const item of batch) found.push(item);
    }
  };
  return {
    async read() {
      if (!store.isUp) return;
      const [steps, decisions] = await Promise.all([
        all(lastEvent, (after) => events.after(after)),
        all(lastDecision, (after) => readDecisions(store, keys, after)),
      ]);
      lastEvent = steps.at(-1)?.id ?? lastEvent;
      lastDecision = decisions.at(-1)?.id ?? lastDecision;
      let next = 0;
      for (const event of steps) {
        for (let taken = decisions[next]; taken && taken.at <= event.at; taken = decisions[(next += 1)]) writer.write({ line: 'decision', decision: { ...taken } });
        writer.write({ line: 'step', event });
      }
      for (const taken of decisions.slice(next)) writer.write({ line: 'decision', decision: { ...taken } });
      await writer.ready();
    },
    close: () => writer.close(),
    [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
  };
}
