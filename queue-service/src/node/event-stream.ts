import { z } from 'zod';
import { visitEvent } from '@videosportello/protocol/contract/node-queue.ts';
import type { VisitEvent } from '@videosportello/protocol/contract/node-queue.ts';
import type { Keys } from '../redis/keys.ts';
import type { StoreConnection } from '../redis/store-connection.ts';

/** Most events a node is given at once. */
export const EVENT_BATCH = 200;

/** Most events read from Redis in one answer, so that nobody else waits long. */
const READ_BATCH = 5_000;

/** The steps of all visits, in order, as the scripts wrote them. */
export interface EventStream {
  /** Up to {@link EVENT_BATCH} events after a stream id; empty when there are none yet. @throws ProtocolError `store-unavailable` */
  after(id: string): Promise<VisitEvent[]>;
  /** All events since a moment, ms, as far as they are kept. @throws ProtocolError `store-unavailable` */
  since(fromMs: number): Promise<VisitEvent[]>;
}

const entries = z.array(z.tuple([z.string(), z.array(z.string())]));

/** Flat field list of a stream entry as an event. */
function readEntry(id: string, flat: readonly string[]): VisitEvent {
  const fields: Record<string, string> = {};
  for (let at = 0; at + 1 < flat.length; at += 2) fields[flat[at] ?? ''] = flat[at + 1] ?? '';
  return visitEvent.parse({
    ...fields,
    id,
    at: Number(fields['at']),
    fence: { epoch: Number(fields['epoch']), counter: Number(fields['counter']) },
  });
}

export const createEventStream = (connection: Pick<StoreConnection, 'command'>, keys: Keys): EventStream => ({
  async after(id) {
    const answer = await connection.command(['XRANGE', keys.events(), `(${id}`, '+', 'COUNT', String(EVENT_BATCH)]);
    return entries.parse(answer).map(([entry, fields]) => readEntry(entry, fields));
  },
  async since(fromMs) {
    const found: VisitEvent[] = [];
    // Ids of the stream are moments of Redis.
    for (let from = String(Math.max(Math.floor(fromMs), 0)); ; ) {
      const answer = entries.parse(await connection.command(['XRANGE', keys.events(), from, '+', 'COUNT', String(READ_BATCH)]));
      found.push(...answer.map(([entry, fields]) => readEntry(entry, fields)));
      const last = answer.at(-1);
      if (!last || answer.length < READ_BATCH) return found;
      from = `(${last[0]}`;
    }
  },
});
