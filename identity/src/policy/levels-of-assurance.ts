/**
 * How surely somebody is known after a document was judged: levels as dated rows. A row says which answers of the
 * verdict its level needs; an answer `no` to genuine, notCloned, notExpired or holder is in no row.
 */
import type { IsoDate } from '../mrz/dates.ts';
import type { Answers } from '../verdict/answers.ts';
import type { DocumentKind } from './documents.ts';

/**
 * From least to most: `none`; `card-read`, a genuine document lies here, nothing binds it to who stands there;
 * `officer-checked`, an operator found document and face to belong together, or the holder's PIN did the same by law.
 */
export const ASSURANCE_LEVELS = ['none', 'card-read', 'officer-checked'] as const;

/** A level. */
export type AssuranceLevel = (typeof ASSURANCE_LEVELS)[number];

/** The answers that a row accepts for each question; a question that is left out does not matter. */
export type RequiredAnswers = { readonly [Question in keyof Answers]?: readonly Answers[Question]['answer'][] };

/** What was answered, whatever the reasons. */
export type GivenAnswers = { readonly [Question in keyof Answers]: Pick<Answers[Question], 'answer'> };

/** One dated row. */
export interface AssuranceRule {
  readonly level: Exclude<AssuranceLevel, 'none'>;
  readonly kinds: readonly DocumentKind[];
  readonly requires: RequiredAnswers;
  /** First day on which the row holds; open when absent. */
  readonly from?: IsoDate;
  /** First day on which it does not hold any more; open when absent. */
  readonly until?: IsoDate;
  /** Norm behind the row. */
  readonly source: string;
}

/** What follows from a document on one day. */
export interface Assurance {
  readonly level: AssuranceLevel;
  /** Norm of the row that gave the level, undefined for `none`. */
  readonly source: string | undefined;
}

const QUESTIONS = ['genuine', 'notCloned', 'notExpired', 'notRevoked', 'holder'] as const satisfies (keyof Answers)[];
const IDENTIFICATION = 'D.P.R. 445/2000, art. 1 and 35';
const WITH_CHIP: readonly DocumentKind[] = ['it-electronic-identity-card', 'passport', 'foreign-identity-card'];
/** A chip that could not be asked is no fault of its holder: Italian cards without DG14 or DG15 exist. */
const SIGNED: RequiredAnswers = { genuine: ['yes'], notCloned: ['yes', 'not-asked'], notExpired: ['yes'] };
/** Nothing electronic speaks for it: the operator's eyes do, of what they can judge. */
const SEEN: RequiredAnswers = { genuine: ['yes', 'not-asked'], notExpired: ['yes', 'not-asked'], holder: ['yes'] };

/** Rows in force. The paper card ends with its row, whatever date is printed on it. */
export const ASSURANCE_RULES: readonly AssuranceRule[] = [
  { level: 'officer-checked', kinds: WITH_CHIP, requires: { ...SIGNED, holder: ['yes'] }, source: IDENTIFICATION },
  { level: 'card-read', kinds: WITH_CHIP, requires: { ...SIGNED, holder: ['not-asked'] }, source: IDENTIFICATION },
  { level: 'officer-checked', kinds: ['passport'], requires: SEEN, source: IDENTIFICATION },
  {
    level: 'officer-checked',
    kinds: ['it-service-card'],
    requires: { genuine: ['yes'], notCloned: ['yes'], notExpired: ['yes'], notRevoked: ['not-asked'], holder: ['yes'] },
    source: 'D.Lgs. 82/2005, art. 64 and 66',
  },
  {
    level: 'officer-checked',
    kinds: ['it-paper-identity-card'],
    requires: SEEN,
    until: '2026-08-03',
    source: 'Reg. (EU) 2019/1157, art. 5',
  },
];

/** The highest level whose row the answers meet on a day. */
export function assuranceOf(
  kind: DocumentKind,
  answers: GivenAnswers,
  today: IsoDate,
  rules: readonly AssuranceRule[] = ASSURANCE_RULES,
): Assurance {
  const met = rules
    .filter(({ kinds, from, until }) => kinds.includes(kind) && isInForce(today, from, until))
    .filter(({ requires }) => meets(answers, requires))
    .toSorted((a, b) => ASSURANCE_LEVELS.indexOf(b.level) - ASSURANCE_LEVELS.indexOf(a.level))[0];
  return met === undefined ? { level: 'none', source: undefined } : { level: met.level, source: met.source };
}

function isInForce(today: IsoDate, from: IsoDate | undefined, until: IsoDate | undefined): boolean {
  return (from === undefined || today >= from) && (until === undefined || today < until);
}

function meets(answers: GivenAnswers, requires: RequiredAnswers): boolean {
  return QUESTIONS.every((question) => requires[question]?.includes(answers[question].answer) ?? true);
}
