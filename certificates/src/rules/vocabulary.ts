import { z } from 'zod';

/**
 * Who the paper is for. A public office gets none (DPR 445/2000, art. 40 c. 01, 43 and 46): the rules answer with
 * `self-declaration`.
 */
export const certificateUses = ['private', 'public-office', 'abroad', 'immigration', 'court'] as const;
export const certificateUse = z.enum(certificateUses);
export type CertificateUse = z.output<typeof certificateUse>;

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

/** Languages of the words on paper: Italian, alone or with another language beneath it. */
export const paperLanguage = z.enum(['it', 'it-de', 'it-en']);
export type PaperLanguage = z.output<typeof paperLanguage>;

/** How a paper is set: as offices print it, or with every text at 18 points or more. */
export const paperEdition = z.enum(['standard', 'large-print']);
export type PaperEdition = z.output<typeof paperEdition>;

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
  'duty-missing',
  'duty-not-due',
  'duty-mark-format',
  'duty-mark-date',
  'duty-mark-after-certificate',
  'duty-mark-used',
  'exemption-unknown',
  'exemption-not-in-force',
  'exemption-needs-words',
  'subject-not-found',
  'subject-deceased',
  'subject-not-resident',
  'source-unavailable',
  'glyph-missing',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];
