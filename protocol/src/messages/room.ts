import { z } from 'zod';
import { messageId } from '../ids.ts';
import { visitStep } from './visit.ts';

/**
 * What operator and citizen say to each other besides voice and picture. Ephemeral: relayed, never stored. Each has an
 * id and gets an answer. The same messages travel over the queue socket when media is dead.
 */
export const roomBody = z.discriminatedUnion('kind', [
  /** Real-time text (EN 301 549, 6.2): the whole of the line so far; sent at least every 300 ms while typing. */
  z.object({ kind: z.literal('text'), line: z.number().int().min(0), text: z.string().max(500), done: z.boolean() }),
  /** The operator leads: "please look at this page". */
  z.object({ kind: z.literal('show-step'), step: visitStep }),
  /** "Please put your card on the reader." */
  z.object({ kind: z.literal('ask-card') }),
  /** "Please put the sheet in the scanner." */
  z.object({ kind: z.literal('ask-scan') }),
  /** What the sender's microphone and camera do, so the other side can say it in words. */
  z.object({ kind: z.literal('media-state'), microphone: z.enum(['on', 'muted', 'absent']), camera: z.enum(['on', 'off', 'absent']) }),
]);
export type RoomBody = z.output<typeof roomBody>;

export const roomMessage = z.object({ messageId, body: roomBody });
export type RoomMessage = z.output<typeof roomMessage>;

/** The other side's answer: seen and done, or refused with a reason word. */
export const roomAnswer = z.object({ messageId, outcome: z.enum(['done', 'refused']), reason: z.string().max(40).optional() });
export type RoomAnswer = z.output<typeof roomAnswer>;
