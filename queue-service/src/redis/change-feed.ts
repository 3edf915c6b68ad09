import { z } from 'zod';
import { fence } from '@videosportello/protocol/grant.ts';
import { kioskId, offerId, operatorId, visitId } from '@videosportello/protocol/ids.ts';

const session = z.string().max(80);

/** What a command tells all processes of queue-service: which views are old now, and what happened to whom. */
export const changes = z.object({
  /** Views to read again. */
  kiosks: z.array(kioskId).optional(),
  operators: z.array(operatorId).optional(),
  /** Places in the queue have moved; who is on duty; which nodes there are; the stream has grown. */
  queue: z.array(z.literal(1)).optional(),
  duty: z.array(z.literal(1)).optional(),
  nodes: z.array(z.literal(1)).optional(),
  events: z.array(z.literal(1)).optional(),
  /** The session whose page has these views with the answer to its command. */
  told: z.array(session).optional(),
  /** Things to say once. */
  withdrawn: z
    .array(z.object({ offerId, operatorId, why: z.enum(['expired', 'citizen-left', 'taken', 'superseded']) }))
    .optional(),
  lost: z.array(z.object({ operatorId, visitId })).optional(),
  lapsed: z.array(z.object({ operatorId, session })).optional(),
  replaced: z.array(z.object({ operatorId, session })).optional(),
  kioskReplaced: z.array(z.object({ kioskId, session })).optional(),
  accepted: z.array(z.object({ visitId, fence })).optional(),
  ended: z.array(visitId).optional(),
  enrolled: z.array(kioskId).optional(),
  revoked: z.array(kioskId).optional(),
  grantKeys: z.array(z.literal(1)).optional(),
});
export type Changes = z.output<typeof changes>;

/** Reads one published message. Throws when it is not one of ours: only this service publishes there. */
export const readChanges = (text: string): Changes => changes.parse(JSON.parse(text));
