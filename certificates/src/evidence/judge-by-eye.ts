import { parseTaxCode, taxCodeDisagreements } from '@videosportello/identity/tax-code/tax-code.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { Answer, Answers, PersonClaims, VerdictView } from '@videosportello/protocol/messages/verdict.ts';
import type { CheckItem, Gesture, SeenPerson } from '@videosportello/protocol/messages/visual-check.ts';
import type { Checklist } from './visual-check-policy.ts';

/** The challenge of one check: figures to be read aloud and a gesture, both from `random` bytes. */
export function drawChallenge(gestures: readonly Gesture[], random: (length: number) => Uint8Array): { code: string; gesture: Gesture } {
  // Four bytes for one of few: the odds differ by less than one in a hundred million.
  const below = (limit: number) => Buffer.from(random(4)).readUInt32BE() % limit;
  const chosen = gestures[below(gestures.length)];
  if (chosen === undefined) throw new RangeError('No gesture to draw from.');
  return { code: String(below(10_000)).padStart(4, '0'), gesture: chosen };
}

/** The questions of a check: the town's for this document, then the challenge's, which bear on the holder. */
export const itemsOf = ({ questions }: Checklist): CheckItem[] => [
  ...questions.map(({ question, about }) => ({ question, about })),
  { question: 'gesture-made', about: 'holder' },
  { question: 'code-read-aloud', about: 'holder' },
];

/** What the eyes say to one of the verdict's answers. */
function answerOf(about: CheckItem['about'], items: readonly CheckItem[], { proves }: Checklist): Answer {
  const said = items.filter((item) => item.about === about).map(({ answer, second }) => second ?? answer);
  if (said.includes('no')) return { answer: 'no', reason: 'seen-wrong' };
  if (said.includes('unsure')) return { answer: 'not-asked', reason: 'second-operator-needed' };
  const isWhole = said.length > 0 && said.every((word) => word === 'yes');
  return isWhole && proves.includes(about) ? { answer: 'yes', reason: 'seen-right' } : { answer: 'not-asked', reason: 'eyes-do-not-prove' };
}

/**
 * Answers of the verdict after a check by eye. Where a chip has spoken of *genuine*, eyes may only say no to it, or leave it
 * open until a second operator has looked.
 *
 * @param before the answers so far
 * @param byChip whether `before.genuine` is the chip's
 */
export function answersByEye(before: Answers, items: readonly CheckItem[], { checklist, byChip }: { readonly checklist: Checklist; readonly byChip: boolean }): Answers {
  const genuine = answerOf('genuine', items, checklist);
  const overrules = !byChip || genuine.answer === 'no' || (genuine.reason === 'second-operator-needed' && before.genuine.answer === 'yes');
  return { ...before, ...(overrules ? { genuine } : {}), holder: answerOf('holder', items, checklist) };
}

/**
 * The verdict on a document that was only seen: every claim is what the operator copied.
 *
 * @throws ProtocolError `check-incomplete` with `tax-code-invalid` when the tax code cannot be one
 */
export function verdictByEye(
  person: SeenPerson,
  items: readonly CheckItem[],
  options: { readonly checklist: Checklist; readonly today: string; readonly at: number; readonly specimen: boolean },
): VerdictView {
  const { checklist, today, at, specimen } = options;
  const seen = <Value>(value: Value) => ({ value, source: 'seen-by-operator' as const });
  const { birthDate, expiryDate, taxCode, ...rest } = person;
  const claims: PersonClaims = {
    surname: seen(rest.surname),
    givenNames: seen(rest.givenNames),
    birthDate: seen(birthDate),
    sex: seen(rest.sex),
    nationality: seen(rest.nationality),
    documentNumber: seen(rest.documentNumber),
    ...(expiryDate ? { expiryDate: seen(expiryDate) } : {}),
    ...(taxCode ? { taxCode: checklist.showsTaxCode ? seen(taxCode) : { value: taxCode, source: 'typed' as const } } : {}),
  };
  const before: Answers = {
    genuine: { answer: 'not-asked', reason: 'eyes-do-not-prove' },
    notCloned: { answer: 'not-asked', reason: 'chip-not-read' },
    notExpired: expiryAnswer(expiryDate, today),
    notRevoked: { answer: 'not-asked', reason: 'no-public-look-up' },
    holder: { answer: 'not-asked', reason: 'operator-decides' },
  };
  const { document } = checklist;
  return {
    at,
    document: document === 'it-electronic-identity-card' ? 'cie' : document,
    protocol: 'visual-check',
    answers: answersByEye(before, items, { checklist, byChip: false }),
    person: claims,
    warnings: taxCodeWarnings(person),
    specimen,
  };
}

/** The last day counts. */
function expiryAnswer(expiryDate: string | undefined, today: string): Answer {
  if (expiryDate === undefined) return { answer: 'not-asked', reason: 'expiry-unknown' };
  return expiryDate >= today ? { answer: 'yes', reason: 'within-validity' } : { answer: 'no', reason: 'expired' };
}

function taxCodeWarnings({ taxCode, surname, givenNames, birthDate, sex }: SeenPerson): string[] {
  if (taxCode === undefined) return [];
  const code = parseTaxCode(taxCode);
  if (code.kind === 'invalid') throw new ProtocolError('check-incomplete', { detail: 'tax-code-invalid' });
  return taxCodeDisagreements(code, { surname, givenNames, birthDate, sex }).map((field) => `tax-code-disagrees-${field}`);
}
