/**
 * Which documents count, from when to when: law as dated rows. A town may hand in rows of its own; these are the ones
 * that hold everywhere in Italy.
 */
import type { IsoDate } from '../mrz/dates.ts';
import type { Mrz } from '../mrz/parse-mrz.ts';

/** Kinds of document that somebody may show. */
export type DocumentKind =
  | 'it-electronic-identity-card'
  | 'it-paper-identity-card'
  | 'passport'
  | 'foreign-identity-card'
  | 'other-travel-document';

/** One dated row. */
export interface DocumentRule {
  readonly kind: DocumentKind;
  /** First day on which it counts; open when absent. */
  readonly acceptedFrom?: IsoDate;
  /** First day on which it does not count any more, whatever is printed on it; open when absent. */
  readonly refusedFrom?: IsoDate;
  /** Norm behind the row. */
  readonly source: string;
}

/** Outcome for one kind on one day. */
export type DocumentAcceptance =
  | { readonly answer: 'yes'; readonly reason: 'accepted'; readonly source: string }
  | { readonly answer: 'no'; readonly reason: 'not-yet-accepted' | 'no-longer-accepted'; readonly source: string }
  | { readonly answer: 'no'; readonly reason: 'kind-not-listed' };

/** Rows in force. */
export const DOCUMENT_RULES: readonly DocumentRule[] = [
  { kind: 'it-electronic-identity-card', source: 'D.P.R. 445/2000, art. 35' },
  { kind: 'it-paper-identity-card', refusedFrom: '2026-08-03', source: 'Reg. (EU) 2019/1157, art. 5' },
  { kind: 'passport', source: 'D.P.R. 445/2000, art. 35' },
  { kind: 'foreign-identity-card', source: 'Dir. 2004/38/CE, art. 5' },
];

/** Whether a kind of document counts on a day. Its own expiry date is another question. */
export function documentAcceptance(
  kind: DocumentKind,
  today: IsoDate,
  rules: readonly DocumentRule[] = DOCUMENT_RULES,
): DocumentAcceptance {
  const rows = rules.filter((rule) => rule.kind === kind);
  const open = rows.find(
    ({ acceptedFrom, refusedFrom }) =>
      (acceptedFrom === undefined || today >= acceptedFrom) && (refusedFrom === undefined || today < refusedFrom),
  );
  if (open !== undefined) return { answer: 'yes', reason: 'accepted', source: open.source };
  const ended = rows.find(({ refusedFrom }) => refusedFrom !== undefined && today >= refusedFrom);
  if (ended !== undefined) return { answer: 'no', reason: 'no-longer-accepted', source: ended.source };
  const [coming] = rows;
  if (coming !== undefined) return { answer: 'no', reason: 'not-yet-accepted', source: coming.source };
  return { answer: 'no', reason: 'kind-not-listed' };
}

/**
 * Kind of a document with a chip, from its machine readable zone (ICAO Doc 9303 part 3, 4.4: C, A or I for cards,
 * P for passports). The paper card has no chip and no zone, so it never comes from here.
 */
export function documentKindOf(mrz: Pick<Mrz, 'documentCode' | 'issuingState' | 'format'>): DocumentKind {
  if (mrz.format === 'TD3') return mrz.documentCode.startsWith('P') ? 'passport' : 'other-travel-document';
  if (mrz.issuingState === 'ITA') {
    return mrz.documentCode === 'C' ? 'it-electronic-identity-card' : 'other-travel-document';
  }
  return /^(I|ID|C|A)$/.test(mrz.documentCode) ? 'foreign-identity-card' : 'other-travel-document';
}
