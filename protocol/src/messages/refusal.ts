import { z } from 'zod';

/**
 * What the facts themselves can stand against a certificate, after ANPR's checks; a town's rule names those that hold for its type.
 */
export const factRefusals = [
  'subject-not-certifiable',
  'subject-deceased',
  'subject-alive',
  'subject-not-resident',
  'subject-resident-abroad',
  'subject-homeless',
  'subject-in-institution',
  'household-without-head',
  'citizenship-undefined',
  'several-citizenships',
  'not-italian',
  'not-free-status',
] as const;
export const factRefusal = z.enum(factRefusals);
export type FactRefusal = z.output<typeof factRefusal>;

/**
 * Why no certificate is issued: the `detail` of the errors `document-refused`, `duty-invalid`, `subject-not-found` and
 * `source-unavailable`. Screens have their own words for each.
 */
export const refusalCodes = [
  'self-declaration',
  'not-in-force',
  'use-not-allowed',
  'document-expired',
  'identity-too-low',
  'requester-not-entitled',
  'language-unavailable',
  'edition-unavailable',
  'day-missing',
  'day-not-past',
  'day-not-asked',
  'reason-missing',
  'sections-missing',
  'sections-not-together',
  'sections-not-asked',
  'needs-back-office',
  'duty-missing',
  'duty-not-due',
  'duty-only-exempt',
  'duty-mark-format',
  'duty-mark-date',
  'duty-mark-after-certificate',
  'duty-mark-used',
  'duty-not-virtual',
  'duty-receipt-format',
  'exemption-unknown',
  'exemption-not-in-force',
  'exemption-needs-words',
  'subject-not-found',
  ...factRefusals,
  'fact-not-known',
  'fact-unfit',
  'source-unavailable',
  'glyph-missing',
  'stamp-too-small',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];
