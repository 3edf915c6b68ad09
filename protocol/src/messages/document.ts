import { z } from 'zod';
import { documentId, reviewId } from '../ids.ts';
import { epochMs, isoDate } from '../units.ts';

/** Kinds of certificate: the registry's (DPR 223/1989), then those of civil status (DPR 396/2000). */
export const certificateType = z.enum([
  'residence',
  'residence-on-date',
  'household',
  'household-on-date',
  'household-at-death',
  'citizenship',
  'free-status',
  'alive',
  'household-cumulative',
  'combined',
  'residence-with-origin',
  'identity-card',
  'birth',
  'marriage',
  'death',
]);
export type CertificateType = z.output<typeof certificateType>;

/** What the paper is for; decides wording and duty. A public office gets a self-declaration instead (DPR 445/2000, art. 40). */
export const use = z.enum(['private', 'public-office']);
export type Use = z.output<typeof use>;

/** How the stamp duty is met (DPR 642/1972). */
export const duty = z.discriminatedUnion('kind', [
  /** Marca da bollo: 14 digits and its date of issue; one mark, one certificate. */
  z.object({ kind: z.literal('mark'), code: z.string().regex(/^\d{14}$/), date: isoDate }),
  /** Exempt by a norm; the code is one of the town's rules and is named on the paper. */
  z.object({ kind: z.literal('exemption'), code: z.string().regex(/^[a-z0-9-]{1,40}$/) }),
]);
export type Duty = z.output<typeof duty>;

/** What the operator asks for. The subject is the identified holder unless a tax code says otherwise (DPR 223/1989, art. 33). */
export const documentRequest = z.object({
  type: certificateType,
  use,
  duty,
  subjectTaxCode: z.string().regex(/^[A-Z0-9]{16}$/).optional(),
});
export type DocumentRequest = z.output<typeof documentRequest>;

/** What can be asked for here and now: types and exemptions of the town's dated rules. */
export const documentChoices = z.object({
  types: z.array(z.object({ type: certificateType, title: z.string().max(120) })).max(30),
  exemptions: z.array(z.object({ code: z.string().max(40), title: z.string().max(200), norm: z.string().max(200) })).max(40),
  dutyEuro: z.string().regex(/^\d+\.\d{2}$/),
});
export type DocumentChoices = z.output<typeof documentChoices>;

/** The words of the paper before it exists, line by line: for the operator and, on the kiosk, for the citizen. */
export const review = z.object({
  reviewId,
  title: z.string().max(120),
  lines: z.array(z.object({ label: z.string().max(80), value: z.string().max(300) })).max(60),
  wording: z.array(z.string().max(600)).max(10),
  specimen: z.boolean(),
});
export type Review = z.output<typeof review>;

/**
 * A document's way: prepared → reviewing → agreed | declined; agreed → issued → spooled → printing → printed → taken;
 * from spooled on also needs-attention (with reason, and back), uncertain, spoiled, failed.
 */
export const documentState = z.enum([
  'prepared',
  'reviewing',
  'declined',
  'agreed',
  'issued',
  'fetched',
  'spooled',
  'printing',
  'needs-attention',
  'printed',
  'taken',
  'uncertain',
  'spoiled',
  'failed',
]);
export type DocumentState = z.output<typeof documentState>;

/** Why a paper does not come: IPP printer-state-reasons without suffix (RFC 8011, 5.4.12), or ours. */
export const printReason = z.enum([
  'media-empty',
  'media-needed',
  'media-jam',
  'cover-open',
  'door-open',
  'toner-empty',
  'marker-supply-empty',
  'output-area-full',
  'input-tray-missing',
  'paused',
  'offline',
  'aborted',
  'canceled',
  'digest-mismatch',
  'link-lost',
  'other',
]);
export type PrintReason = z.output<typeof printReason>;

/** Which sheet of a document: 1 at the first print; rises by one after each spoiled sheet on record. */
export const printAttempt = z.number().int().min(1).max(9);

/** A document as the operator sees it. */
export const documentView = z.object({
  documentId,
  type: certificateType,
  state: documentState,
  number: z.string().max(40).optional(),
  /** The sheet that `state` speaks of; from the issue on. */
  attempt: printAttempt.optional(),
  /** Somebody has seen to it that this sheet came out: it is the paper, and no other is printed. */
  confirmed: z.literal(true).optional(),
  reason: printReason.optional(),
  review: review.optional(),
  at: epochMs,
});
export type DocumentView = z.output<typeof documentView>;
