import { z } from 'zod';
import { kioskId, nodeId, offerId, operatorId, ticketId, visitId } from '@videosportello/protocol/ids.ts';
import { operatorCounts } from '@videosportello/protocol/messages/queue-view.ts';
import {
  language,
  need,
  notReadyReason,
  phase,
  priorityClass,
  service,
  visitState,
  visitStep,
} from '@videosportello/protocol/messages/visit.ts';
import { luaList } from './scripts.ts';

/** Values of Redis hashes: everything is text there, and the empty text is nothing. */
const count = z.coerce.number().int().min(0);
const flag = z.enum(['0', '1']).transform((value) => value === '1');
const blank = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
const needs = z.string().transform((text) => z.array(need).parse(text.split(' ').filter((word) => word !== '')));

/** A visit as Redis has it. */
export const visitRecord = z.object({
  id: visitId,
  kiosk: kioskId,
  state: visitState,
  step: visitStep,
  phase,
  language,
  service: blank(service),
  needs,
  class: priorityClass,
  ticket: blank(ticketId),
  label: z.string().max(6),
  since: count,
  operator: blank(operatorId),
  offer: blank(offerId),
  epoch: count,
  counter: count,
  certificates: nodeId,
  media: blank(nodeId),
  acceptedAt: count.optional(),
  openedAt: count,
  order: count.optional(),
  plan: z.string(),
  last: blank(operatorId),
  shown: z.string().max(40).optional(),
  /** Counts the changes of where the visit stands. */
  turn: count,
});
export type VisitRecord = z.output<typeof visitRecord>;

/** A kiosk as Redis has it. */
export const kioskRecord = z.object({
  name: z.string().max(80),
  town: z.string().max(80),
  x: z.string(),
  revoked: flag,
  /** When it was enrolled or revoked last, ms. */
  changedAt: count.optional(),
  visit: blank(visitId),
  present: flag,
  session: z.string(),
  instance: z.string().optional(),
  since: count,
});
export type KioskRecord = z.output<typeof kioskRecord>;

/** An operator as Redis has him: nothing that names him. */
export const operatorRecord = z.object({
  presence: z.enum(['not-ready', 'available']),
  reason: blank(notReadyReason),
  since: count,
  session: z.string(),
  instance: z.string().optional(),
  present: flag,
  capacity: count,
  /** Since when he has had nothing to do, ms. */
  idleSince: count,
});
export type OperatorRecord = z.output<typeof operatorRecord>;

/** Where a node is; the session is another after each hello of the node. */
const nodeWhereabouts = z.object({ url: z.string(), session: z.string() });

/** How long operators take, ms: mean, and of how many talks. */
const handling = z.object({ mean: count.optional(), count: count.optional() });

/** What `read-kiosk` answers. */
export const kioskReading = z.object({
  kiosk: kioskRecord,
  onDuty: count,
  visit: visitRecord.optional(),
  certificatesNode: nodeWhereabouts.optional(),
  mediaNode: nodeWhereabouts.optional(),
  operatorPresent: z.boolean().optional(),
  place: count.optional(),
  /** Places of all operators on duty together. */
  slots: count.optional(),
  handling,
});
export type KioskReading = z.output<typeof kioskReading>;

/** What `read-line` answers. */
export const lineReading = z.object({ line: luaList(visitId), slots: count, handling, onDuty: count });
export type LineReading = z.output<typeof lineReading>;

/** What `read-queues` answers. */
export const queuesReading = z.object({
  now: count,
  waiting: luaList(
    visitRecord.pick({ class: true, service: true, language: true, since: true, needs: true, plan: true }).extend({
      /** The town of its kiosk. */
      town: z.string(),
      /** 1 is offered next; 0: held back. */
      place: count,
      /** Operators on duty who serve a lane of its plan. */
      able: count,
    }),
  ),
  handling,
  operators: operatorCounts,
});
export type QueuesReading = z.output<typeof queuesReading>;

/** One visit in an operator's hands. */
export const slotReading = z.object({
  visit: visitRecord,
  slot: z.enum(['offered', 'in-call', 'wrap-up']),
  kiosk: kioskRecord,
  /** When the offer ends, ms. */
  offerEnds: count.optional(),
  mediaNode: nodeWhereabouts.optional(),
  certificatesNode: nodeWhereabouts.optional(),
});
export type SlotReading = z.output<typeof slotReading>;

/** What `read-desk` answers. */
export const deskReading = z.object({ operator: operatorRecord, visits: luaList(slotReading), now: count });
export type DeskReading = z.output<typeof deskReading>;

/** What `read-board` answers. */
export const boardReading = z.object({
  kiosks: luaList(
    z.object({
      id: kioskId,
      x: z.string(),
      name: z.string(),
      town: z.string(),
      revoked: flag,
      /** When it was enrolled or revoked last, ms. */
      changedAt: count.optional(),
      present: flag,
      since: count,
      state: visitState.optional(),
      visitSince: count.optional(),
      operator: blank(operatorId),
    }),
  ),
  waiting: count,
  oldest: count.optional(),
  onDuty: count,
  now: count,
});
export type BoardReading = z.output<typeof boardReading>;
