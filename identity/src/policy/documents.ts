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
  | 'it-service-card'
  | 'other-travel-document';

/** What a document in force proves by being shown (D.P.R. 445/2000, art. 45). */
export type DocumentProof = 'identity' | 'birth' | 'nationality' | 'residence' | 'tax-code';

/** One dated row. */
export interface DocumentRule {
  readonly kind: DocumentKind;
  /** Services for which it counts, by their identifiers; every service when absent. */
  readonly services?: readonly string[];
  /** What it proves; nothing beyond being a document when absent. */
  readonly proves?: readonly DocumentProof[];
  /** First day on which it counts; open when absent. */
  readonly acceptedFrom?: IsoDate;
  /** First day on which it does not count any more, whatever is printed on it; open when absent. */
  readonly refusedFrom?: IsoDate;
  /** Norm behind the row. */
  readonly source: string;
}

/** Outcome for one kind on one day. */
export type DocumentAcceptance =
  | {
      readonly answer: 'yes';
      readonly reason: 'accepted';
      readonly source: string;
      readonly proves: readonly DocumentProof[];
    }
  | { readonly answer: 'no'; readonly reason: 'not-yet-accepted' | 'no-longer-accepted'; readonly source: string }
  | { readonly answer: 'no'; readonly reason: 'not-for-this-service' }
  | { readonly answer: 'no'; readonly reason: 'kind-not-listed' };

const ON_EVERY_DOCUMENT: readonly DocumentProof[] = ['identity', 'birth', 'nationality'];
const SHOWN = 'D.P.R. 445/2000, art. 35 and 45';

/** Rows in force. */
export const DOCUMENT_RULES: readonly DocumentRule[] = [
  { kind: 'it-electronic-identity-card', proves: [...ON_EVERY_DOCUMENT, 'residence', 'tax-code'], source: SHOWN },
  {
    kind: 'it-paper-identity-card',
    proves: [...ON_EVERY_DOCUMENT, 'residence'],
    refusedFrom: '2026-08-03',
    source: 'Reg. (EU) 2019/1157, art. 5',
  },
  { kind: 'passport', proves: ON_EVERY_DOCUMENT, source: SHOWN },
  { kind: 'it-service-card', proves: ['tax-code'], source: 'D.Lgs. 82/2005, art. 64 and 66' },
  { kind: 'foreign-identity-card', proves: ON_EVERY_DOCUMENT, source: 'Dir. 2004/38/CE, art. 5' },
];

/**
 * Whether a kind of document counts on a day, for a service when one is named: rows for named services count only
 * there. Its own expiry date is another question.
 */
export function documentAcceptance(
  kind: DocumentKind,
  today: IsoDate,
  rules: readonly DocumentRule[] = DOCUMENT_RULES,
  service?: string,
): DocumentAcceptance {
  const ofKind = rules.filter((rule) => rule.kind === kind);
  if (ofKind.length === 0) return { answer: 'no', reason: 'kind-not-listed' };
  const rows = ofKind.filter(
    ({ services }) => services === undefined || (service !== undefined && services.includes(service)),
  );
  const open = rows.find(
    ({ acceptedFrom, refusedFrom }) =>
      (acceptedFrom === undefined || today >= acceptedFrom) && (refusedFrom === undefined || today < refusedFrom),
  );
  if (open !== undefined) return { answer: 'yes', reason: 'accepted', source: open.source, proves: open.proves ?? [] };
  const ended = rows.find(({ refusedFrom }) => refusedFrom !== undefined && today >= refusedFrom);
  if (ended !== undefined) return { answer: 'no', reason: 'no-longer-accepted', source: ended.source };
  const [coming] = rows;
  if (coming !== undefined) return { answer: 'no', reason: 'not-yet-accepted', source: coming.source };
  return { answer: 'no', reason: 'not-for-this-service' };
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
