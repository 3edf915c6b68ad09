import type { VisitEvent } from '@videosportello/protocol/contract/node-queue.ts';
import type { QueueOf, QueueView } from '@videosportello/protocol/messages/queue-view.ts';
import { queuesReading } from '../redis/records.ts';
import type { QueuesReading } from '../redis/records.ts';
import type { ScriptRunner } from '../redis/scripts.ts';
import { estimateWait } from '../routing/estimate-wait.ts';
import { POOL_REACH } from '../routing/rules.ts';
import { measure, PROMISE, WINDOW_MS } from './measures.ts';

/** No span of a view is longer, ms. */
const DAY_MS = 86_400_000;

/** Reads the view. @throws ProtocolError `store-unavailable` */
export async function readQueueView(deps: {
  readonly scripts: ScriptRunner;
  /** The steps of visits since a moment, in order. */
  readonly eventsSince: (fromMs: number) => Promise<readonly VisitEvent[]>;
}): Promise<QueueView> {
  const reading = await deps.scripts.run('read-queues', {}, queuesReading);
  return queueViewOf(reading, await deps.eventsSince(reading.now - WINDOW_MS));
}

/** The view of one moment; `events` are the steps of the last {@link WINDOW_MS}, in order. */
export function queueViewOf({ now, waiting, handling, operators }: QueuesReading, events: readonly VisitEvent[]): QueueView {
  const queues = new Map<string, Pick<QueueOf, 'town' | 'language' | 'service' | 'signLanguage'> & { tickets: (typeof waiting)[number][] }>();
  const byClass = { 'coming-back': 0, assisted: 0, 'walk-up': 0 };
  for (const ticket of waiting) {
    byClass[ticket.class] += 1;
    // The first lane of a plan says whose operators are asked first.
    const town = ticket.plan.startsWith(`${POOL_REACH}.`) ? undefined : ticket.town;
    const wanted = { town, language: ticket.language, service: ticket.service, signLanguage: ticket.needs.includes('sign-language') };
    const name = JSON.stringify(wanted);
    const queue = queues.get(name) ?? { ...wanted, tickets: [] };
    queue.tickets.push(ticket);
    queues.set(name, queue);
  }
  const waitOf = (since: number) => Math.min(Math.max(now - since, 0), DAY_MS);
  const told = (place: number) =>
    place === 0 ? undefined : estimateWait({ place, slots: operators.places, meanMs: handling.mean, talks: handling.count });
  const lists = [...queues.values()]
    .map(
      ({ tickets, ...wanted }): QueueOf => ({
        ...wanted,
        waiting: tickets.length,
        longestWaitMs: Math.max(...tickets.map(({ since }) => waitOf(since))),
        expected: told(Math.max(...tickets.map(({ place }) => place))),
        able: Math.min(...tickets.map(({ able }) => able)),
      }),
    )
    .toSorted((a, b) => b.longestWaitMs - a.longestWaitMs);
  const lastHour = measure(events);
  const { places, onDuty } = operators;
  return {
    at: now,
    waiting: waiting.length,
    longestWaitMs: lists[0]?.longestWaitMs,
    byClass,
    queues: lists,
    operators: {
      ...operators,
      occupancy: places === 0 ? undefined : Math.round((operators.busy / places) * 10_000) / 10_000,
      needed: lastHour.placesNeeded === undefined || places === 0 ? undefined : Math.ceil((lastHour.placesNeeded * onDuty) / places),
    },
    promise: PROMISE,
    lastHour,
  };
}
