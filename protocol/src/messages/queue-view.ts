import { z } from 'zod';
import { epochMs, spanMs } from '../units.ts';
import { language, priorityClass, service } from './visit.ts';

const count = z.number().int().min(0);
const share = z.number().min(0).max(1);

/** One queue: those who wait for the same. */
export const queueOf = z.object({
  /** The town whose operators are asked first; absent: those of the whole pool are. */
  town: z.string().max(80).optional(),
  language,
  /** Absent: not chosen yet. */
  service: service.optional(),
  signLanguage: z.boolean(),
  waiting: count,
  longestWaitMs: spanMs,
  /** What the last in this queue is told of his wait; absent while there is nothing to compute it from. */
  expected: z.object({ fromMs: spanMs, toMs: spanMs }).optional(),
  /** Operators on duty who may be asked for it, sooner or later. */
  able: count,
});
export type QueueOf = z.output<typeof queueOf>;

/** The queue over the last hour, from the steps of its visits. Waits are first waits, ms; shares are absent of nothing. */
export const measures = z.object({
  /** Tickets drawn, and those that an operator took up. */
  tickets: count,
  answered: count,
  /** Those who went, or went on alone, before anybody answered. */
  abandoned: count,
  abandonment: share.optional(),
  /** Share of those answered who waited no longer than promised; one who gave up later than that counts as not. */
  serviceLevel: share.optional(),
  meanWaitMs: spanMs.optional(),
  p95WaitMs: spanMs.optional(),
  /** From accept to the end of wrap-up. */
  meanHandlingMs: spanMs.optional(),
  /** Talks that went on with another operator because the first one was lost. */
  lostOperators: count,
  /** Places needed at this load to keep the promise by Erlang C; absent while too little is known. */
  placesNeeded: count.optional(),
  answeredByService: z.partialRecord(z.enum([...service.options, 'none']), count),
});
export type Measures = z.output<typeof measures>;

/** How many operators do what. */
export const operatorCounts = z.object({
  /** Those who talk, wrap up, are being asked or are free; each is counted in one of the four, in this order. */
  onDuty: count,
  talking: count,
  wrappingUp: count,
  asked: count,
  free: count,
  /** Signed in, with nothing in hand, and not taking visits. */
  paused: count,
  /** Places of all on duty together, and those with a visit in them, from the offer to the end of wrap-up. */
  places: count,
  busy: count,
});

/** The queue at one moment and over the last hour, for who supervises. Nothing in it names a visit, a kiosk or a person. */
export const queueView = z.object({
  at: epochMs,
  waiting: count,
  longestWaitMs: spanMs.optional(),
  byClass: z.record(priorityClass, count),
  /** The one whose first waits longest comes first. */
  queues: z.array(queueOf).max(10_000),
  operators: operatorCounts.extend({
    /** Share of places in use now; absent while nobody is on duty. */
    occupancy: share.optional(),
    /** Operators with as many places as those on duty have that the load of the last hour needs; absent while unknown. */
    needed: count.optional(),
  }),
  /** What the counter promises: this share of visits waits so long or less. */
  promise: z.object({ share, withinMs: spanMs }),
  lastHour: measures,
});
export type QueueView = z.output<typeof queueView>;
