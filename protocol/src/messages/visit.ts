import { z } from 'zod';
import { fence } from '../grant.ts';
import { kioskId, offerId, operatorId, ticketId, visitId } from '../ids.ts';
import { epochMs, socketUrl, spanMs } from '../units.ts';

/** Languages of the screens; more come with their catalogues. */
export const language = z.enum(['it', 'en']);
export type Language = z.output<typeof language>;

/** What the citizen came for: the certificate most people want, any other one, or a word with somebody. */
export const service = z.enum(['residence-certificate', 'other-certificate', 'information']);
export type Service = z.output<typeof service>;

/** Where the citizen is on his way; the same screens alone or assisted. Says nothing personal. */
export const visitStep = z.enum([
  'audience',
  'self-declaration',
  'service',
  'duty',
  'privacy',
  'card',
  'access-number',
  'reading',
  'card-result',
  'person',
  'review',
  'printing',
  'goodbye',
]);
export type VisitStep = z.output<typeof visitStep>;

/** Who must act now. */
export const phase = z.enum(['citizen', 'operator', 'device']);
export type Phase = z.output<typeof phase>;

/**
 * The visit as the queue sees it.
 * alone → waiting → offered → with-operator → ended; offered → waiting (declined, timed out);
 * with-operator → waiting (operator's lease lapsed: class coming-back, head of the queue); any → ended.
 */
export const visitState = z.enum(['alone', 'waiting', 'offered', 'with-operator', 'ended']);
export type VisitState = z.output<typeof visitState>;

/** Order between tickets: coming-back before assisted before walk-up; inside a class first come, first served. */
export const priorityClass = z.enum(['coming-back', 'assisted', 'walk-up']);
export type PriorityClass = z.output<typeof priorityClass>;

/** Wishes of the citizen that change who helps and how. */
export const need = z.enum(['text-only', 'assisted', 'sign-language']);
export type Need = z.output<typeof need>;

/** A ticket as its own kiosk may see it. */
export const ticketView = z.object({
  ticketId,
  /** Short number to be called by: A01…Z99, per day and pool. */
  label: z.string().max(6),
  class: priorityClass,
  /** 1 = next. Counts tickets that will be offered before this one. */
  place: z.number().int().min(1),
  /** Honest expected wait as a range, ms; absent while there is nothing to compute it from. */
  estimate: z.object({ fromMs: spanMs, toMs: spanMs }).optional(),
  since: epochMs,
});
export type TicketView = z.output<typeof ticketView>;

/** Where media of this visit live, with the grant to go there. */
export const mediaAccess = z.object({ url: socketUrl, grant: z.string().max(4096), expiresAt: epochMs });
export type MediaAccess = z.output<typeof mediaAccess>;

/** Whether the citizen can be served by a person now, and what he is told otherwise. */
export const dutyState = z.object({
  open: z.boolean(),
  /** Somebody is on duty. Not how many: it would be told to every kiosk whenever one comes or goes. */
  staffed: z.boolean(),
  /** Sentence keys and data for hours and alternatives; from the town's configuration. */
  hours: z.array(z.object({ days: z.string().max(40), from: z.string().max(5), to: z.string().max(5) })).max(14),
  phone: z.string().max(40),
  nearest: z.string().max(200),
});
export type DutyState = z.output<typeof dutyState>;

/** The stamp duty on a certificate for private use, as the town's rules have it on the day of the message. */
export const stampDuty = z.object({
  cents: z.number().int().min(1).max(100_000),
  /** Exemptions in force, by their codes in ANPR's table "Esenzione bollo". */
  exemptions: z.array(z.string().regex(/^\d{1,2}$/)).max(99),
});
export type StampDuty = z.output<typeof stampDuty>;

/** What a kiosk sees of its visit. Pushed whole on every change; `media` comes with ticket and accept. */
export const kioskVisit = z.object({
  visitId,
  state: visitState,
  step: visitStep,
  phase,
  language,
  service: service.optional(),
  fence,
  ticket: ticketView.optional(),
  /** What was wished with the ticket; absent without one, and when nothing was. */
  needs: z.array(need).max(4).optional(),
  operator: z.object({ displayName: z.string().max(60), present: z.boolean() }).optional(),
});
export type KioskVisit = z.output<typeof kioskVisit>;

/** What an operator sees of a visit in hand. */
export const deskVisit = z.object({
  visitId,
  kioskId,
  kioskName: z.string().max(80),
  town: z.string().max(80),
  state: z.enum(['with-operator', 'wrap-up']),
  step: visitStep,
  phase,
  language,
  service: service.optional(),
  needs: z.array(need).max(4),
  fence,
  kioskPresent: z.boolean(),
  acceptedAt: epochMs,
});
export type DeskVisit = z.output<typeof deskVisit>;

/** An offer as the operator sees it: who, what, which language, what was done already. */
export const offerView = z.object({
  offerId,
  visitId,
  kioskId,
  kioskName: z.string().max(80),
  town: z.string().max(80),
  language,
  service: service.optional(),
  step: visitStep,
  class: priorityClass,
  needs: z.array(need).max(4),
  waitedMs: spanMs,
  /** How long the offer still stands when this was sent, ms. */
  remainingMs: spanMs,
  /** The pre-warm: transports may be made, nothing can be consumed. */
  media: mediaAccess,
});
export type OfferView = z.output<typeof offerView>;

/** What an operator says he is; `wrap-up` and `in-call` are seen from the visits in hand. */
export const presence = z.enum(['available', 'not-ready']);
export type Presence = z.output<typeof presence>;
export const notReadyReason = z.enum(['signed-in', 'break', 'training', 'missed-offer', 'end-of-shift']);
export type NotReadyReason = z.output<typeof notReadyReason>;

/** One kiosk on the desk's list. */
export const kioskTile = z.object({
  kioskId,
  name: z.string().max(80),
  town: z.string().max(80),
  state: z.enum(['offline', 'free', 'self-service', 'waiting', 'offered', 'with-operator', 'revoked']),
  since: epochMs,
  waitingSince: epochMs.optional(),
  mine: z.boolean(),
});
export type KioskTile = z.output<typeof kioskTile>;

/** The whole desk of one operator; pushed whole on every change. */
export const desk = z.object({
  operatorId,
  displayName: z.string().max(60),
  presence,
  reason: notReadyReason.optional(),
  since: epochMs,
  capacity: z.number().int().min(1).max(8),
  visits: z.array(deskVisit).max(8),
  /** Whether the queue as a whole is shown to this person too: he is a supervisor today. */
  seesQueue: z.boolean().optional(),
  /** What the page shows with its next hello, see `receipt.ts`: the desk as it stands here. */
  receipt: z.string().max(16_384).optional(),
});
export type Desk = z.output<typeof desk>;

/** The whole house as a desk sees it, or what has changed in it since the desk was told last. */
export const board = z.object({
  /** Every kiosk, or those whose tile is another one now. */
  kiosks: z.array(kioskTile).max(2000),
  waiting: z.number().int().min(0),
  longestWaitMs: spanMs.optional(),
});
export type Board = z.output<typeof board>;

/** How a visit ended, for the record: never free text. */
export const outcome = z.enum(['served', 'document-issued', 'referred', 'citizen-left', 'technical', 'not-set']);
export type Outcome = z.output<typeof outcome>;
/** `kept`: the citizen took his place along on a kept ticket and comes back later. */
export const endReason = z.enum(['citizen', 'operator', 'idle', 'kiosk-lost', 'technical', 'kept']);
export type EndReason = z.output<typeof endReason>;
