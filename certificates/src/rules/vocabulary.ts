import { certificateSection, paperEdition, paperLanguage, use } from '@videosportello/protocol/messages/document.ts';
import type { CertificateSection, PaperEdition, PaperLanguage, Use } from '@videosportello/protocol/messages/document.ts';
import { z } from 'zod';

/**
 * Who the paper is for. A public office gets none (DPR 445/2000, art. 40 c. 01, 43 and 46): the rules answer with
 * `self-declaration`.
 */
export const certificateUse = use;
export type CertificateUse = Use;

/** Languages, editions and sections of a paper: the protocol's. */
export { certificateSection, paperEdition, paperLanguage };
export type { CertificateSection, PaperEdition, PaperLanguage };

/**
 * How surely the requester is known, from least to most:
 * `none`; `card-read`, a genuine document was read, nothing binds it to who stands there; `officer-checked`, an
 * operator judged document and face; `holder-proved`, a secret of the holder was used (card PIN, electronic identity).
 */
export const identityLevels = ['none', 'card-read', 'officer-checked', 'holder-proved'] as const;
export const identityLevel = z.enum(identityLevels);
export type IdentityLevel = z.output<typeof identityLevel>;

/** Whether `level` is at least `least`. */
export function reaches(level: IdentityLevel, least: IdentityLevel): boolean {
  return identityLevels.indexOf(level) >= identityLevels.indexOf(least);
}

/** Who asks, seen from the subject. */
export const requesterRelations = ['self', 'household', 'anyone'] as const;
export const requesterRelation = z.enum(requesterRelations);
export type RequesterRelation = z.output<typeof requesterRelation>;

/**
 * What the facts themselves can stand against a certificate, after ANPR's checks; a rule names those that hold for its type.
 * `fact-refusals.ts` says of each what it looks at.
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
 * Why no certificate is issued; a closed list. The screens have their own words for each, by code. Each is also the
 * `detail` of the protocol error that crosses to the kiosk.
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
] as const;
export type RefusalCode = (typeof refusalCodes)[number];
