import type { VisitEvent } from '@videosportello/protocol/contract/node-queue.ts';
import type { Measures } from '@videosportello/protocol/messages/queue-view.ts';
import type { Service } from '@videosportello/protocol/messages/visit.ts';
import { seconds } from '@videosportello/protocol/units.ts';
import { leastOperators } from '../staffing/erlang-c.ts';

/** What a counter promises (domain 8): four in five wait no longer than this. */
export const PROMISE = { share: 0.8, withinMs: seconds(20) } as const;
/** How far back the measures look, ms. */
export const WINDOW_MS = 3_600_000;
/** Fewer talks than this say nothing about how many operators are needed. */
const LEAST_TALKS = 20;

interface Ticket {
  readonly queuedAt: number;
  acceptedAt?: number;
}

/**
 * Measures the visits whose ticket was drawn in `events`, which are the steps of at most {@link WINDOW_MS}, in order. A first
 * wait counts, not the one after an operator was lost.
 */
export function measure(events: readonly VisitEvent[]): Measures {
  const tickets = new Map<string, Ticket>();
  const waits: number[] = [];
  const handling: number[] = [];
  const answeredByService: Partial<Record<Service | 'none', number>> = {};
  let abandoned = 0;
  let abandonedLate = 0;
  let lostOperators = 0;
  for (const { kind, visitId, at, service, reason } of events) {
    const ticket = tickets.get(visitId);
    if (kind === 'queued') tickets.set(visitId, { queuedAt: at });
    else if (kind === 'operator-lost') lostOperators += 1;
    else if (!ticket) continue;
    else if (kind === 'accepted') {
      if (ticket.acceptedAt === undefined) {
        waits.push(at - ticket.queuedAt);
        answeredByService[service ?? 'none'] = (answeredByService[service ?? 'none'] ?? 0) + 1;
      }
      ticket.acceptedAt = at;
    } else if (reason === 'kept') {
      // Nobody gives up who takes his place along to come back later.
      tickets.delete(visitId);
    } else if (kind === 'wrapped-up' && ticket.acceptedAt !== undefined) handling.push(at - ticket.acceptedAt);
    else if ((kind === 'cancelled' || kind === 'ended') && ticket.acceptedAt === undefined) {
      abandoned += 1;
      if (at - ticket.queuedAt > PROMISE.withinMs) abandonedLate += 1;
      tickets.delete(visitId);
    }
  }
  waits.sort((a, b) => a - b);
  const kept = waits.filter((wait) => wait <= PROMISE.withinMs).length;
  const [first, last] = [events[0]?.at ?? 0, events.at(-1)?.at ?? 0];
  const drawn = waits.length + abandoned;
  const meanHandlingMs = mean(handling);
  return {
    tickets: events.filter(({ kind }) => kind === 'queued').length,
    answered: waits.length,
    abandoned,
    abandonment: share(abandoned, drawn),
    serviceLevel: share(kept, waits.length + abandonedLate),
    meanWaitMs: mean(waits),
    p95WaitMs: waits[Math.min(Math.ceil(waits.length * 0.95), waits.length) - 1],
    meanHandlingMs,
    lostOperators,
    placesNeeded:
      meanHandlingMs === undefined || meanHandlingMs <= 0 || handling.length < LEAST_TALKS || last <= first
        ? undefined
        : leastOperators({ visitsPerHour: (drawn * WINDOW_MS) / (last - first), handlingMs: meanHandlingMs }, PROMISE),
    answeredByService,
  };
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
const share = (part: number, of: number): number | undefined => (of === 0 ? undefined : Math.round((part / of) * 10_000) / 10_000);
