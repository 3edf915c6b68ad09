import { certificateSection, paperEdition, paperLanguage, use } from '@videosportello/protocol/messages/document.ts';
import type { CertificateSection, PaperEdition, PaperLanguage, Use } from '@videosportello/protocol/messages/document.ts';
import { factRefusal, factRefusals } from '@videosportello/protocol/messages/refusal.ts';
import type { FactRefusal, RefusalCode } from '@videosportello/protocol/messages/refusal.ts';
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

/** Why no certificate is issued: the protocol's closed lists. `fact-refusals.ts` says of each fact's what it looks at. */
export { factRefusal, factRefusals };
export type { FactRefusal, RefusalCode };
