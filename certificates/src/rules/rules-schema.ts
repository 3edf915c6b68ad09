import { certificateType } from '@videosportello/protocol/messages/document.ts';
import { z } from 'zod';
import { addDays, civilDate, isBetween } from './civil-date.ts';
import type { CivilDate } from './civil-date.ts';
import { mandatoryWording } from './mandatory-wording.ts';
import {
  certificateSection,
  certificateUse,
  factRefusal,
  identityLevel,
  paperEdition,
  paperLanguage,
  requesterRelation,
} from './vocabulary.ts';

const cents = z.number().int().min(0).max(100_000);
const words = z.string().trim().min(1).max(600);
const norm = z.string().trim().min(1).max(200);
const span = { from: civilDate, to: civilDate.nullable() };

const printedUse = certificateUse.exclude(['public-office']);

/** The words of a use, and how its duty may be settled, from one day to another. */
const useTerms = z
  .object({
    ...span,
    use: printedUse,
    /** Words printed on the paper; the first holds the law's own. */
    wording: z.tuple([words], words),
    /** No duty is ever paid for this use: an exemption must be named (ANPR's kinds of use 2 and 3). */
    onlyExempt: z.boolean(),
  })
  .transform((terms, context) => {
    const [first, ...rest] = terms.wording;
    try {
      return { ...terms, wording: [mandatoryWording(terms.use, first), ...rest] as const };
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'wording', path: ['wording'] });
      return z.NEVER;
    }
  });

/** The stamp duty of one certificate (DPR 642/1972, Tariffa, art. 4). */
const dutyRate = z.object({ ...span, cents, norm });

const feeKind = z.enum(['ordinary', 'historical']);
/** Office fee (diritti di segreteria, L. 604/1962 tab. D): with the duty, and of who is exempt from it. */
const officeFee = z.object({ ...span, kind: feeKind, withDutyCents: cents, exemptCents: cents, norm });

/** The authorisation under which a town settles the duty itself (DPR 642/1972, art. 15). */
const virtualDuty = z.object({ ...span, authorisation: words, norm });

const dutyExemption = z.object({
  ...span,
  /** ANPR's table "Esenzione bollo". */
  code: z.string().regex(/^\d{1,2}$/),
  label: words,
  norm: z.string().trim().max(200),
  /** The citizen must say the norm in his own words (code 99). */
  needsWords: z.boolean(),
  /** The office fee is not due either. */
  freesFee: z.boolean(),
});

/**
 * From one day to another, identity documents that have expired identify all the same, if they expired on `expiredSince` or
 * later: what a decree prolongs (as DL 18/2020, art. 104, did). Without such a row an expired document identifies nobody.
 */
const expiredDocument = z.object({ ...span, document: z.enum(['cie']), expiredSince: civilDate, norm });

/** How the back office answers: within how many days, how long the paper waits, and where. */
const backOfficeTerms = z.object({
  ...span,
  answerDays: z.number().int().min(1).max(180),
  keepDays: z.number().int().min(1).max(365),
  collectAt: words.max(200),
  norm,
});

const nothingTwice = 'two rows hold on the same day';

/** What all types have in common: the town's `certificate-terms.json`. */
export const certificateTerms = z.object({
  uses: z.array(useTerms).refine((rows) => oneAtATime(rows, ({ use }) => use), nothingTwice),
  stampDuty: z.array(dutyRate).refine((rows) => oneAtATime(rows), nothingTwice),
  officeFees: z.array(officeFee).refine((rows) => oneAtATime(rows, ({ kind }) => kind), nothingTwice),
  virtualDuty: z.array(virtualDuty).refine((rows) => oneAtATime(rows), nothingTwice),
  dutyExemptions: z.array(dutyExemption).refine((rows) => oneAtATime(rows, ({ code }) => code), nothingTwice),
  expiredDocuments: z.array(expiredDocument),
  backOffice: z.array(backOfficeTerms).refine((rows) => oneAtATime(rows), nothingTwice),
});

/** A fact that may be chosen for a composed certificate: what stands against it, and what it cannot stand beside. */
const sectionRule = z.object({
  section: certificateSection,
  refuse: z.array(factRefusal),
  notWith: z.array(certificateSection),
});

/** The rules of one certificate type as they hold from one day to another. */
const ruleVersion = z
  .object({
    ...span,
    mayAsk: z.array(requesterRelation).min(1),
    leastIdentity: identityLevel,
    uses: z.array(printedUse).min(1).refine(distinct, 'a use stands twice in one version'),
    /** The norm that frees this type from stamp duty altogether; null: the duty of the day is due. */
    dutyFree: norm.nullable(),
    fee: feeKind,
    /** Months of validity; null: facts that cannot change (DPR 445/2000, art. 41 c. 1); then `keepMonths` count from the issue. */
    validity: z.object({ months: z.number().int().min(1).max(120).nullable(), norm }),
    languages: z.array(paperLanguage).min(1),
    editions: z.array(paperEdition).min(1),
    /** What the facts may stand against it, in the order in which it is said. */
    refuse: z.array(factRefusal),
    /** The paper speaks of a day in the past, which must be named. */
    asksDay: z.boolean(),
    asksReason: z.boolean(),
    /** `back-office`: somebody there decides, another day (DPR 223/1989, art. 35 c. 4). */
    decidedBy: z.enum(['rules', 'back-office']),
    /** What it is composed of by choice; empty: nothing is chosen. */
    sections: z.array(sectionRule).refine((rules) => distinct(rules.map(({ section }) => section)), 'a section stands twice'),
    /** Months the sealed original can still be opened after the validity has ended (AgID circolare 62/2013). */
    keepMonths: z.number().int().min(0).max(120),
  })
  .refine((version) => version.decidedBy === 'rules' || version.asksReason, {
    message: 'the back office decides on a reason only',
    path: ['asksReason'],
  });

/** The types of the town's `certificates.json`. */
export const certificateTypes = z.object({
  timeZone: z.string().refine((zone) => Intl.supportedValuesOf('timeZone').includes(zone), 'unknown time zone'),
  types: z
    .array(
      z.object({
        type: certificateType,
        title: words.max(120),
        versions: z.array(ruleVersion).min(1).refine((rows) => oneAtATime(rows), nothingTwice),
      }),
    )
    .min(1)
    .refine((types) => distinct(types.map(({ type }) => type)), 'a certificate type stands twice'),
});

/** The certificate rules of one town: dated data, so that a change of law is a row and not a release. */
export type CertificateRules = z.output<typeof certificateTypes> & z.output<typeof certificateTerms>;
export type RuleVersion = CertificateRules['types'][number]['versions'][number];

/**
 * What types ask of the common terms and do not find there on each of their days, in plain words; empty when the two files fit
 * together.
 */
export function gapsBetween({ types }: z.output<typeof certificateTypes>, terms: z.output<typeof certificateTerms>): string[] {
  return types.flatMap(({ type, versions }) =>
    versions.flatMap((version) => {
      const missing = [
        ...version.uses.filter((use) => !covers(terms.uses.filter((row) => row.use === use), version)).map((use) => `the use "${use}"`),
        ...(covers(terms.officeFees.filter(({ kind }) => kind === version.fee), version) ? [] : [`the office fee "${version.fee}"`]),
        ...(version.dutyFree !== null || covers(terms.stampDuty, version) ? [] : ['the stamp duty']),
        ...(version.decidedBy === 'rules' || covers(terms.backOffice, version) ? [] : ['the back office']),
      ];
      return missing.map((what) => `${type}, from ${version.from}: there is no row for ${what} on every day of this version`);
    }),
  );
}

interface Span {
  readonly from: CivilDate;
  readonly to: CivilDate | null;
}

/** The row that holds on `date`. */
export function rowOn<Row extends Span>(rows: readonly Row[], date: CivilDate): Row | undefined {
  return rows.find((row) => isBetween(date, row));
}

/** Whether `rows`, of which one holds at a time, leave no day of `wanted` without one. */
function covers(rows: readonly Span[], wanted: Span): boolean {
  let from = wanted.from;
  for (const row of rows.toSorted((a, b) => a.from.localeCompare(b.from))) {
    if (row.from > from) return false;
    if (row.to === null || (wanted.to !== null && row.to >= wanted.to)) return true;
    if (row.to >= from) from = addDays(row.to, 1);
  }
  return false;
}

function distinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

/** Whether no two rows of the same key hold on one day, and none ends before it begins. */
function oneAtATime<Row extends Span>(rows: readonly Row[], keyOf: (row: Row) => string = () => ''): boolean {
  return Object.values(Object.groupBy(rows, keyOf)).every((group = []) => {
    const sorted = group.toSorted((a, b) => a.from.localeCompare(b.from));
    return sorted.every((row, index) => {
      const next = sorted[index + 1];
      return (row.to === null || row.from <= row.to) && (next === undefined || (row.to !== null && row.to < next.from));
    });
  });
}
