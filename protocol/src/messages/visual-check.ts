import { z } from 'zod';
import { isoDate } from '../units.ts';

/** Kinds of identity document an operator may be shown. */
export const seenDocument = z.enum(['it-electronic-identity-card', 'it-paper-identity-card', 'passport', 'foreign-identity-card']);
export type SeenDocument = z.output<typeof seenDocument>;

/** What the citizen is asked to do before the camera; drawn anew for each check, so that no recording can have it ready. */
export const gesture = z.enum(['raise-left-hand', 'raise-right-hand', 'turn-head-left', 'turn-head-right', 'touch-left-ear', 'touch-right-ear', 'show-two-fingers', 'show-four-fingers']);
export type Gesture = z.output<typeof gesture>;

/** Questions of a checklist; each has a sentence on the desk. The last two are the challenge's, and part of every check. */
export const checkQuestion = z.enum([
  'layout-of-the-kind',
  'photo-untouched',
  'text-untouched',
  'relief-and-hologram',
  'stamp-over-photo',
  'machine-zone-agrees',
  'data-agree-with-chip',
  'face-is-the-photo',
  'age-fits-birth-date',
  'gesture-made',
  'code-read-aloud',
]);
export type CheckQuestion = z.output<typeof checkQuestion>;

/** What an operator says to a question. *Unsure* counts for nothing until another operator has said yes or no. */
export const judgement = z.enum(['yes', 'no', 'unsure']);
export type Judgement = z.output<typeof judgement>;

/** A question, which of the verdict's answers it bears on, and what was said to it. */
export const checkItem = z.object({
  question: checkQuestion,
  about: z.enum(['genuine', 'holder']),
  answer: judgement.optional(),
  /** What the second operator said to what the first was not sure of. */
  second: z.enum(['yes', 'no']).optional(),
});
export type CheckItem = z.output<typeof checkItem>;

/** A check by eye of a document that was put in the scanner, as its operator sees it. */
export const visualCheckView = z.object({
  document: seenDocument,
  /** `second-operator`: concluded but for what somebody else must judge. */
  phase: z.enum(['open', 'second-operator', 'concluded']),
  /** Four figures to be read aloud, and a gesture. */
  challenge: z.object({ code: z.string().regex(/^\d{4}$/), gesture }),
  items: z.array(checkItem).max(20),
});
export type VisualCheckView = z.output<typeof visualCheckView>;

/** What the operator copies from a document that no chip has told. */
export const seenPerson = z.object({
  surname: z.string().trim().min(1).max(100),
  givenNames: z.string().trim().min(1).max(100),
  birthDate: isoDate,
  sex: z.enum(['F', 'M', 'X']),
  nationality: z.string().regex(/^[A-Z]{1,3}$/),
  documentNumber: z.string().trim().min(1).max(20),
  expiryDate: isoDate.optional(),
  taxCode: z.string().regex(/^[A-Z0-9]{16}$/).optional(),
});
export type SeenPerson = z.output<typeof seenPerson>;
