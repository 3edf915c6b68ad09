import { DOCUMENT_RULES, documentAcceptance } from '@videosportello/identity/policy/documents.ts';
import type { DocumentRule } from '@videosportello/identity/policy/documents.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { scanSide } from '@videosportello/protocol/messages/scan.ts';
import { checkItem, checkQuestion, gesture, seenDocument } from '@videosportello/protocol/messages/visual-check.ts';
import type { SeenDocument } from '@videosportello/protocol/messages/visual-check.ts';
import { z } from 'zod';
import { civilDate, isBetween } from '../rules/civil-date.ts';
import type { CivilDate } from '../rules/civil-date.ts';
import { readSettings } from '../rules/load-town.ts';

const about = checkItem.shape.about;

/** The questions to one kind of document, from one day to another, and what their answers may prove. */
const checklist = z
  .object({
    document: seenDocument,
    from: civilDate,
    to: civilDate.nullable(),
    /** The rule behind the row. */
    norm: z.string().trim().min(1).max(200),
    /** Sides that must have been scanned. */
    scans: z.array(scanSide).min(1),
    /** Whether the tax code stands on it; else what is typed of it is a word only. */
    showsTaxCode: z.boolean(),
    /** Answers that an operator's eyes may turn into *yes*. A *no* of theirs always counts. */
    proves: z.array(about),
    questions: z.array(z.object({ question: checkQuestion.exclude(['gesture-made', 'code-read-aloud']), about })).min(1).max(18),
  })
  .refine(({ questions }) => new Set(questions.map(({ question }) => question)).size === questions.length, 'a question stands twice')
  .refine(
    ({ proves, questions }) => proves.every((proved) => questions.some((one) => one.about === proved)),
    'an answer would be proved by no question',
  );
export type Checklist = z.output<typeof checklist>;

/** A town's rules for judging documents by eye: dated data. */
export const visualCheckPolicy = z.object({
  /** What the challenge is drawn from. */
  gestures: z.array(gesture).min(2),
  checklists: z.array(checklist).refine(
    (rows) => rows.every((row, index) => rows.slice(index + 1).every((other) => row.document !== other.document || areApart(row, other))),
    'two checklists of one kind hold on the same day',
  ),
});
export type VisualCheckPolicy = z.output<typeof visualCheckPolicy>;

type Span = { readonly from: CivilDate; readonly to: CivilDate | null };
const areApart = (one: Span, other: Span) =>
  (one.to !== null && one.to < other.from) || (other.to !== null && other.to < one.from);

/**
 * Reads `visual-check.json` of a town's configuration folder.
 * @throws TownConfigError when it is missing or not valid
 */
export const loadVisualChecks = (folder: string): Promise<VisualCheckPolicy> => readSettings(folder, 'visual-check.json', visualCheckPolicy);

/**
 * The questions to a kind of document on a day.
 * @param rules dated documents policy; default: the rows in force
 * @throws ProtocolError `id-not-accepted` when the law or the town does not take the kind on that day
 */
export function checklistOn(
  policy: VisualCheckPolicy,
  document: SeenDocument,
  today: CivilDate,
  rules: readonly DocumentRule[] = DOCUMENT_RULES,
): Checklist {
  const acceptance = documentAcceptance(document, today, rules);
  // For which service it counts is asked when the citizen asks for one.
  if (acceptance.answer === 'no' && acceptance.reason !== 'not-for-this-service') throw new ProtocolError('id-not-accepted', { detail: acceptance.reason });
  const row = policy.checklists.find((one) => one.document === document && isBetween(today, one));
  if (!row) throw new ProtocolError('id-not-accepted', { detail: 'kind-not-listed' });
  return row;
}
