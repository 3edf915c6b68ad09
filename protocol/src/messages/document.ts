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

/**
 * What the paper is for; decides wording and duty. A public office gets a self-declaration instead (DPR 445/2000, art. 40);
 * abroad, immigration and court are ANPR's kinds of use 1 to 3.
 */
export const use = z.enum(['private', 'public-office', 'abroad', 'immigration', 'court']);
export type Use = z.output<typeof use>;

/** Languages of the words on paper: Italian alone, or Italian with another beneath it. */
export const paperLanguage = z.enum(['it', 'it-de', 'it-en']);
export type PaperLanguage = z.output<typeof paperLanguage>;

/** How the words are set: as on every paper, or for eyes that need them large. */
export const paperEdition = z.enum(['standard', 'large-print']);
export type PaperEdition = z.output<typeof paperEdition>;

/** The facts a *certificato contestuale* is composed of; which of them, the citizen chooses. */
export const certificateSection = z.enum(['residence', 'birth', 'citizenship', 'marital-status', 'free-status', 'alive', 'household']);
export type CertificateSection = z.output<typeof certificateSection>;

/** How the stamp duty is met (DPR 642/1972). */
export const duty = z.discriminatedUnion('kind', [
  /** Marca da bollo: 14 digits and its date of issue; one mark, one certificate. */
  z.object({ kind: z.literal('mark'), code: z.string().regex(/^\d{14}$/), date: isoDate }),
  /**
   * Exempt by a norm; the code is one of the town's rules and is named on the paper. `words`: the norm as the citizen says it,
   * where the code wants it.
   */
  z.object({
    kind: z.literal('exemption'),
    code: z.string().regex(/^[a-z0-9-]{1,40}$/),
    words: z.string().trim().min(1).max(256).optional(),
  }),
  /** Paid to the town, which is authorised to settle it (art. 15): the payment's number; one payment, one certificate. */
  z.object({ kind: z.literal('virtual'), receipt: z.string().regex(/^[A-Z0-9]{15,35}$/) }),
]);
export type Duty = z.output<typeof duty>;

/** What the operator asks for. The subject is the identified holder unless a tax code says otherwise (DPR 223/1989, art. 33). */
export const documentRequest = z.object({
  type: certificateType,
  use,
  /** Absent where the law asks for none. */
  duty: duty.optional(),
  subjectTaxCode: z.string().regex(/^[A-Z0-9]{16}$/).optional(),
  /** Default: Italian alone. */
  language: paperLanguage.optional(),
  /** Default: standard. */
  edition: paperEdition.optional(),
  /** The day a historical certificate speaks of. */
  onDay: isoDate.optional(),
  /** Why a historical one is asked for (DPR 223/1989, art. 35 c. 4). */
  reason: z.string().trim().min(1).max(300).optional(),
  /** Of a *certificato contestuale*. */
  sections: z.array(certificateSection).max(certificateSection.options.length).optional(),
});
export type DocumentRequest = z.output<typeof documentRequest>;

/** What one kind of certificate can be asked for with, on this day. */
export const typeChoice = z.object({
  type: certificateType,
  title: z.string().max(120),
  /** Whether a day in the past must be named. */
  asksDay: z.boolean(),
  asksReason: z.boolean(),
  /** Decided by the back office, with an answer another day: the visit ends with a case number. */
  goesToBackOffice: z.boolean(),
  /** Nobody but the subject himself gets it. */
  onlySelf: z.boolean(),
  uses: z.array(z.object({ use, duty: z.enum(['due', 'only-exempt', 'none']) })).max(8),
  languages: z.array(paperLanguage).min(1).max(8),
  editions: z.array(paperEdition).min(1).max(4),
  /** What it may be composed of; empty: nothing is chosen. */
  sections: z.array(certificateSection).max(certificateSection.options.length),
});
export type TypeChoice = z.output<typeof typeChoice>;

/** What can be asked for here and now: types and exemptions of the town's dated rules. */
export const documentChoices = z.object({
  types: z.array(typeChoice).max(30),
  exemptions: z
    .array(z.object({ code: z.string().max(40), title: z.string().max(200), norm: z.string().max(200), needsWords: z.boolean() }))
    .max(40),
  dutyEuro: z.string().regex(/^\d+\.\d{2}$/),
  /** Whether the town may settle the duty itself (DPR 642/1972, art. 15). */
  virtualDuty: z.boolean(),
});
export type DocumentChoices = z.output<typeof documentChoices>;

/** Number of a case of the back office: the year and its place in it, to be read aloud and typed: `2026-000042`. */
export const caseNumber = z.string().regex(/^\d{4}-\d{6}$/).brand<'CaseNumber'>();
export type CaseNumber = z.output<typeof caseNumber>;

/** A request the back office has taken in: what its citizen is told. */
export const openedCase = z.object({
  caseNumber,
  /** Title of the certificate asked for. */
  title: z.string().max(120),
  /** Last day for the answer. */
  answerBy: isoDate,
  /** Days the paper waits once it is ready. */
  keepDays: z.number().int().min(1).max(365),
  /** Where it is collected. */
  collectAt: z.string().max(200),
  /** The sheet with these words that the kiosk prints; absent where none is printed. No document of the register. */
  slip: documentId.optional(),
});
export type OpenedCase = z.output<typeof openedCase>;

/** The words of the paper before it exists, line by line: for the operator and, on the kiosk, for the citizen. */
export const review = z.object({
  reviewId,
  title: z.string().max(120),
  lines: z.array(z.object({ label: z.string().max(330), value: z.string().max(600) })).max(100),
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
