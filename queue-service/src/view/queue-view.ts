import { z } from 'zod';
import { language, priorityClass, service } from '@videosportello/protocol/messages/visit.ts';
import type { VisitEvent } from '@videosportello/protocol/contract/node-queue.ts';
import { luaList } from '../redis/scripts.ts';
import type { ScriptRunner } from '../redis/scripts.ts';
import { measure, WINDOW_MS } from './measures.ts';
import type { Measures } from './measures.ts';

const count = z.coerce.number().int().min(0);
const queuesReading = z.object({
  now: count,
  waiting: luaList(
    z.object({
      class: priorityClass,
      service: z.union([z.literal('').transform(() => undefined), service]),
      language,
      since: count,
    }),
  ),
  onDuty: count,
  places: count,
  busy: count,
});

/** One queue: those who wait for the same. */
export interface QueueOf {
  readonly service: z.output<typeof service> | undefined;
  readonly language: z.output<typeof language>;
  readonly waiting: number;
  readonly longestWaitMs: number;
}

/** The queue at one moment and over the last hour. Nothing in it names a visit, a kiosk or a person. */
export interface QueueView {
  readonly at: number;
  readonly waiting: number;
  readonly longestWaitMs: number | undefined;
  readonly byClass: Readonly<Record<z.output<typeof priorityClass>, number>>;
  readonly queues: readonly QueueOf[];
  readonly operators: {
    readonly onDuty: number;
    /** Places of all on duty together, and those with a visit in them, from the offer to the end of wrap-up. */
    readonly places: number;
    readonly busy: number;
    /** Share of places in use now; undefined while nobody is on duty. */
    readonly occupancy: number | undefined;
  };
  readonly lastHour: Measures;
}

/** Reads the view. @throws ProtocolError `store-unavailable` */
export async function readQueueView(deps: {
  readonly scripts: ScriptRunner;
  /** The steps of visits since a moment, in order. */
  readonly eventsSince: (fromMs: number) => Promise<readonly VisitEvent[]>;
}): Promise<QueueView> {
  const { now, waiting, onDuty, places, busy } = await deps.scripts.run('read-queues', {}, queuesReading);
  const queues = new Map<string, QueueOf>();
  const byClass = { 'coming-back': 0, assisted: 0, 'walk-up': 0 };
  for (const ticket of waiting) {
    byClass[ticket.class] += 1;
    const name = `${ticket.language} ${ticket.service ?? ''}`;
    const before = queues.get(name) ?? { service: ticket.service, language: ticket.language, waiting: 0, longestWaitMs: 0 };
    const waitedMs = Math.max(now - ticket.since, 0);
    queues.set(name, { ...before, waiting: before.waiting + 1, longestWaitMs: Math.max(before.longestWaitMs, waitedMs) });
  }
  const lists = [...queues.values()].toSorted((a, b) => b.longestWaitMs - a.longestWaitMs);
  return {
    at: now,
    waiting: waiting.length,
    longestWaitMs: lists[0]?.longestWaitMs,
    byClass,
    queues: lists,
    operators: { onDuty, places, busy, occupancy: places === 0 ? undefined : Math.round((busy / places) * 10_000) / 10_000 },
    lastHour: measure(await deps.eventsSince(now - WINDOW_MS)),
  };
}
