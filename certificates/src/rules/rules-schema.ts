import { certificateType } from '@videosportello/protocol/messages/document.ts';
import { z } from 'zod';
import { civilDate } from './civil-date.ts';
import { mandatoryWording } from './mandatory-wording.ts';
import { certificateUse, identityLevel, paperLanguage, requesterRelation } from './vocabulary.ts';

const cents = z.number().int().min(0).max(100_000);
const words = z.string().trim().min(1).max(600);
const norm = z.string().trim().min(1).max(200);
const span = { from: civilDate, to: civilDate.nullable() };

const useRule = z
  .object({
    use: certificateUse.exclude(['public-office']),
    /** Words printed on the paper; the first holds the law's own. */
    wording: z.tuple([words], words),
    duty: z.object({ cents, norm }).nullable(),
  })
  .transform((rule, context) => {
    const [first, ...rest] = rule.wording;
    try {
      return { ...rule, wording: [mandatoryWording(rule.use, first), ...rest] as const };
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: error instanceof Error ? error.message : 'wording',
        path: ['wording'],
      });
      return z.NEVER;
    }
  });

/** The rules of one certificate type as they hold from one day to another. */
const ruleVersion = z
  .object({
    ...span,
    mayAsk: z.array(requesterRelation).min(1),
    leastIdentity: identityLevel,
    uses: z.array(useRule).min(1),
    /**
     * Months of validity; null: facts that cannot change (DPR 445/2000, art. 41 c. 1); then `keepMonths` count from the
     * issue.
     */
    validity: z.object({ months: z.number().int().min(1).max(120).nullable(), norm }),
    /** Office fee (diritti di segreteria, L. 604/1962 tab. D). */
    fee: z.object({ withDutyCents: cents, exemptCents: cents, norm }),
    languages: z.array(paperLanguage).min(1),
    /** Months the sealed original can still be opened after the validity has ended (AgID circolare 62/2013). */
    keepMonths: z.number().int().min(0).max(120),
  })
  .refine((version) => distinct(version.uses.map((rule) => rule.use)), 'a use stands twice in one version');

const typeRules = z
  .object({
    type: certificateType,
    /** Number of the type in ANPR's table "Tipo di certificato". */
    anprType: z.number().int().min(1).max(99),
    title: words,
    versions: z.array(ruleVersion).min(1),
  })
  .refine((rules) => doNotOverlap(rules.versions), 'two versions hold on the same day');

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

/** The certificate rules of one town: dated data, so that a change of law is a row and not a release. */
export const certificateRules = z
  .object({
    timeZone: z.string().refine((zone) => Intl.supportedValuesOf('timeZone').includes(zone), 'unknown time zone'),
    types: z.array(typeRules).min(1),
    dutyExemptions: z.array(dutyExemption),
    expiredDocuments: z.array(expiredDocument).default([]),
  })
  .refine((rules) => distinct(rules.types.map((entry) => entry.type)), 'a certificate type stands twice')
  .refine(
    (rules) =>
      Object.values(Object.groupBy(rules.dutyExemptions, (entry) => entry.code)).every((entries) =>
        doNotOverlap(entries ?? []),
      ),
    'two versions of an exemption hold on the same day',
  );

export type CertificateRules = z.output<typeof certificateRules>;
export type DutyExemption = CertificateRules['dutyExemptions'][number];

function distinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

function doNotOverlap(versions: readonly { readonly from: string; readonly to: string | null }[]): boolean {
  const sorted = versions.toSorted((a, b) => a.from.localeCompare(b.from));
  return sorted.every((version, index) => {
    const next = sorted[index + 1];
    return (
      (version.to === null || version.from <= version.to) &&
      (next === undefined || (version.to !== null && version.to < next.from))
    );
  });
}
