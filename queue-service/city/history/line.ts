import { z } from 'zod';
import { errorCode } from '@videosportello/protocol/error-codes.ts';
import { fence } from '@videosportello/protocol/grant.ts';
import { kioskId, offerId, operatorId, ticketId, visitId } from '@videosportello/protocol/ids.ts';
import { presence, priorityClass } from '@videosportello/protocol/messages/visit.ts';
import { epochMs, spanMs } from '@videosportello/protocol/units.ts';

/** The format that this code reads and writes; another one is refused. */
export const HISTORY_VERSION = 2;

const word = z.string().regex(/^[A-Za-z0-9_.*-]{1,80}$/);
const seq = z.number().int().min(1);
/** Simulated milliseconds since the header's `startsAt`. */
const at = z.number().int().min(0);
/** A kiosk or operator by its id, or `city` for the one who breaks things. */
const who = word;
const stamp = { seq, at, who };

/** When a lane of a ticket opens: milliseconds after the start of its wait. */
const planStep = z.strictObject({ lane: z.string().min(1).max(80), afterMs: spanMs });
export type PlanStep = z.output<typeof planStep>;

/** The first line. Times are in ms; the meaning of each is in HISTORY.md. */
export const headerLine = z.strictObject({
  line: z.literal('header'),
  ...stamp,
  format: z.literal('videosportello-history'),
  version: z.literal(HISTORY_VERSION),
  seed: z.number().int(),
  /** The service's clock at `at` 0. */
  startsAt: epochMs,
  /** Longest time from an effect to its line at a client whose link is whole: 0 in simulated time. */
  lagMs: spanMs,
  towns: z.array(z.string().min(1).max(80)).min(1),
  /** Versions of the routing rules in force during the run. */
  rules: z.array(z.string().min(1).max(40)).min(1),
  /** Priority classes, highest first. */
  classes: z.array(priorityClass).min(1),
  operators: z.array(z.strictObject({ operatorId, capacity: z.number().int().min(1).max(8), lanes: z.array(z.string().min(1).max(80)) })),
  policy: z.strictObject({
    offerMs: spanMs,
    operatorLeaseMs: spanMs,
    instanceLeaseMs: spanMs,
    kioskGraceMs: spanMs,
    refusalMs: spanMs,
    handOverMs: spanMs,
    /** How often the service does what has fallen due. */
    sweepMs: spanMs,
    /** All `afterMs` that a plan may have. */
    wideningMs: z.array(spanMs),
  }),
});
export type Header = z.output<typeof headerLine>;

/** A visit as a client was told of it; of the desk's views also `wrap-up`. */
const visitView = z.strictObject({
  visitId,
  state: z.enum(['alone', 'waiting', 'offered', 'with-operator', 'wrap-up', 'ended']),
  fence,
  ticket: z
    .strictObject({
      ticketId,
      class: priorityClass,
      place: z.number().int().min(1),
      estimate: z.strictObject({ fromMs: spanMs, toMs: spanMs }).optional(),
    })
    .optional(),
});
export type VisitView = z.output<typeof visitView>;

const offer = z.strictObject({ offerId, visitId, kioskId, class: priorityClass, remainingMs: spanMs });
export type Offer = z.output<typeof offer>;

const desk = z.strictObject({ presence, visits: z.array(visitView).max(8) });
export type Desk = z.output<typeof desk>;

/** Requests that a history holds, by the names of the contracts; `alive` and `message.send` say nothing about the queue. */
export const operation = z.enum([
  'hello',
  'visit.open',
  'visit.step',
  'ticket.open',
  'ticket.cancel',
  'ticket.keep',
  'ticket.show',
  'visit.end',
  'grants.renew',
  'presence.set',
  'offer.accept',
  'offer.decline',
  'visit.hand-over',
  'wrap-up.done',
]);
export type Operation = z.output<typeof operation>;

/** One connection of a client, counted from 1; a higher one replaces the lower. */
const session = z.number().int().min(1);
const client = { ...stamp, session };
/** Names a request and its completion. */
const id = word;

const invokeLine = z.strictObject({
  line: z.literal('invoke'),
  ...client,
  id,
  op: operation,
  visitId: visitId.optional(),
  offerId: offerId.optional(),
  presence: presence.optional(),
  /** With `ticket.show`: the name of the kept ticket. */
  kept: word.optional(),
  /** With `ticket.open` and `ticket.show`, and with a `visit.step` that changes it: the lanes that the rules give this visit. */
  plan: z.array(planStep).min(1).optional(),
  /** With a kiosk's `hello` after its visit's ticket was opened: false when it could not show the receipt. */
  receipt: z.boolean().optional(),
  /** With an operator's `hello`: when his sign-in ends, simulated ms. */
  signedInUntil: z.number().int().min(0).optional(),
});
const okLine = z.strictObject({
  line: z.literal('ok'),
  ...client,
  id,
  visit: visitView.optional(),
  desk: desk.optional(),
  offers: z.array(offer).max(8).optional(),
  /** With `ticket.keep`: a name for the ticket, the same whenever the same one is given, and when it expires, simulated ms. */
  kept: z.strictObject({ name: word, until: at }).optional(),
});
const failLine = z.strictObject({ line: z.literal('fail'), ...client, id, code: errorCode });
const unknownLine = z.strictObject({ line: z.literal('unknown'), ...client, id });

const saw = { line: z.literal('saw'), ...client };
const sawLine = z.discriminatedUnion('what', [
  z.strictObject({ ...saw, what: z.literal('visit.changed'), visit: visitView }),
  z.strictObject({ ...saw, what: z.literal('desk.changed'), desk }),
  z.strictObject({ ...saw, what: z.literal('offer.made'), offer }),
  z.strictObject({ ...saw, what: z.literal('offer.withdrawn'), offerId, why: z.enum(['expired', 'citizen-left', 'taken', 'superseded']) }),
  z.strictObject({ ...saw, what: z.literal('visit.lost'), visitId }),
  z.strictObject({ ...saw, what: z.literal('session.replaced') }),
  z.strictObject({ ...saw, what: z.literal('kiosk.revoked') }),
  z.strictObject({ ...saw, what: z.literal('closed') }),
]);

/** What begins a fault, and the word that ends it; `over` ends any of them. */
export const faultEnds = {
  'node-killed': 'node-started',
  cut: 'healed',
  crash: 'over',
  amnesia: 'over',
  'replica-promoted': 'over',
} as const;
export type FaultKind = keyof typeof faultEnds;
const faultLine = z.strictObject({
  line: z.literal('fault'),
  ...stamp,
  /** The same at the beginning and at the end of one fault. */
  fault: word,
  what: z.enum(['node-killed', 'node-started', 'cut', 'healed', 'crash', 'amnesia', 'replica-promoted', 'over']),
  /** At the beginning: the clients that are harmed, when no others are. */
  targets: z.array(word).min(1).optional(),
});

const endLine = z.strictObject({
  line: z.literal('end'),
  ...stamp,
  /** Whether the city ran until every citizen had been helped or had left. */
  drained: z.boolean(),
});

/** Every line after the first. */
export const historyLine = z.discriminatedUnion('line', [invokeLine, okLine, failLine, unknownLine, sawLine, faultLine, endLine]);
export type HistoryLine = z.output<typeof historyLine>;
export type Invoke = z.output<typeof invokeLine>;
export type Ok = z.output<typeof okLine>;
export type Completion = Ok | z.output<typeof failLine> | z.output<typeof unknownLine>;
export type Saw = z.output<typeof sawLine>;
export type FaultLine = z.output<typeof faultLine>;

type Unstamped<Line> = Line extends unknown ? Omit<Line, 'seq'> : never;
/** A line as it is given to the writer, which counts. */
export type NewLine = Unstamped<HistoryLine>;
