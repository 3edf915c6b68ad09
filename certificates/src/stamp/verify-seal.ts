import { bytesOfBase64 } from '../trust/trust-bundle.ts';
import type { TrustBundle } from '../trust/trust-bundle.ts';
import { judgeKey } from '../trust/key-period.ts';
import { readSignerCertificate } from '../trust/signer-certificate.ts';
import type { SignerCertificate } from '../trust/signer-certificate.ts';
import { decodeSeal } from './decode-seal.ts';
import type { DecodedSeal } from './decode-seal.ts';
import type { SealHeader } from './header.ts';
import { isOfProfile, readSealContent } from './profile-it.ts';
import type { SealContent } from './profile-it.ts';
import { SealFormatError } from './seal-error.ts';
import type { SealFormatReason } from './seal-error.ts';
import { italianDay } from './vds-date.ts';
import type { Day } from './vds-date.ts';

/** Outcome of a check in the words of Doc 9303-13, Appendix D. */
export type SealStatus =
  | 'VALID'
  | 'READ_ERROR'
  | 'WRONG_FORMAT'
  | 'UNKNOWN_CERTIFICATE'
  | 'UNTRUSTED_CERTIFICATE'
  | 'INVALID_DOCUMENTTYPE'
  | 'EXPIRED_CERTIFICATE'
  | 'REVOKED_CERTIFICATE'
  /** Signed on a day on which this key was not to sign. No word of Appendix D. */
  | 'OUTSIDE_KEY_PERIOD'
  | 'INVALID_SIGNATURE';

/** The certificate's own period of validity on the day of the check; a matter apart from the seal's truth. */
export type DocumentValidity = 'current' | 'not-yet' | 'over';

/** What a check says about the keys it used. */
export interface TrustAge {
  readonly sequence: number;
  readonly issuedAt: string;
  readonly nextUpdate: string;
  /** The days of both in Italy. */
  readonly issuedOn: Day;
  readonly nextUpdateOn: Day;
  /** The day of the check is past `nextUpdate`: a newer revocation may be unknown here. */
  readonly outdated: boolean;
  /** The day of the check is before the keys were issued: a wrong clock, or somebody asks about the past. */
  readonly early: boolean;
  /** The authority is an invented one: the paper is a SPECIMEN. */
  readonly specimen: boolean;
}

/** A seal's check. */
export interface SealCheck {
  readonly status: SealStatus;
  /** UNKNOWN_FEATURE beside VALID: the seal carries fields this profile does not know. */
  readonly subStatus: 'UNKNOWN_FEATURE' | null;
  /** What is malformed; null unless WRONG_FORMAT. */
  readonly reason: SealFormatReason | null;
  /** As it stands in the seal, believed only when VALID; null when it could not be read. */
  readonly header: SealHeader | null;
  /** Only when VALID: nobody should compare the paper with what nobody signed. */
  readonly content: SealContent | null;
  readonly documentValidity: DocumentValidity | null;
  readonly trust: TrustAge;
}

/**
 * Checks a seal offline. A function of its arguments: no clock, no network, no disk; runs in Node and in browsers.
 *
 * Order: format, certificate known, certificate trusted, in force, not revoked, signature, day of the signature, document
 * type, content. A revoked reference is refused whatever its dates say, since who holds a stolen key writes any date. After a
 * roll-over the old key checks what it signed in its own time and nothing later; a certificate that states no period of
 * key use (RFC 3280, 4.2.1.4) sets its key none.
 *
 * @param at day of the check
 */
export async function verifySeal(seal: Uint8Array, trust: TrustBundle, at: Day): Promise<SealCheck> {
  const blank = {
    subStatus: null,
    reason: null,
    header: null,
    content: null,
    documentValidity: null,
    trust: trustAge(trust, at),
  } as const;
  let header: SealHeader | null = null;
  try {
    const decoded = decodeSeal(seal);
    header = decoded.header;
    const refusal = await refusalOf(decoded, trust, at);
    if (refusal !== null) return { status: refusal, ...blank, header };
    const content = readSealContent(decoded);
    return {
      status: 'VALID',
      ...blank,
      header,
      subStatus: content.unknownTags.length > 0 ? 'UNKNOWN_FEATURE' : null,
      content,
      documentValidity: documentValidity(content, at),
    };
  } catch (error) {
    if (error instanceof SealFormatError) return { status: 'WRONG_FORMAT', ...blank, header, reason: error.reason };
    throw error;
  }
}

async function refusalOf(seal: DecodedSeal, trust: TrustBundle, at: Day): Promise<SealStatus | null> {
  const { signerCode, reference } = seal.header;
  const isNamed = (entry: { signerCode: string; reference: string }) =>
    entry.signerCode === signerCode && entry.reference === reference;
  const listed = trust.signers.find(isNamed);
  if (listed === undefined) return 'UNKNOWN_CERTIFICATE';
  const certificate = readListed(listed.certificate);
  if (certificate === null || !isNamed({ ...certificate, signerCode: certificate.signerCode ?? '' })) {
    return 'UNTRUSTED_CERTIFICATE';
  }
  if (certificate.isAuthority || !(await certificate.isIssuedBy(trust.root))) return 'UNTRUSTED_CERTIFICATE';
  if (at < certificate.validFrom || at > certificate.validTo || at > trust.root.validTo) return 'EXPIRED_CERTIFICATE';
  if (trust.revoked.some(isNamed)) return 'REVOKED_CERTIFICATE';
  if (!(await certificate.verifies(seal.signedBytes, seal.signature))) return 'INVALID_SIGNATURE';
  const { signatureDate } = seal.header;
  // A day that has not come yet is for the document's own validity to tell, or a clock that is wrong.
  const dates = { claimedOn: signatureDate, provenOn: null, at: signatureDate, certificate, revokedOn: null };
  if (certificate.statesKeyUse && judgeKey(dates) !== 'good') return 'OUTSIDE_KEY_PERIOD';
  return isOfProfile(seal) ? null : 'INVALID_DOCUMENTTYPE';
}

function readListed(base64: string): SignerCertificate | null {
  try {
    return readSignerCertificate(bytesOfBase64(base64));
  } catch {
    // Listed but unreadable: nothing can be verified with it, which is what "untrusted" says.
    return null;
  }
}

function documentValidity(content: SealContent, at: Day): DocumentValidity {
  if (content.validFrom !== null && at < content.validFrom) return 'not-yet';
  if (content.validTo !== null && at > content.validTo) return 'over';
  return 'current';
}

/** How old the keys are on the day of the check. */
export function trustAge(trust: TrustBundle, at: Day): TrustAge {
  const { sequence, issuedAt, nextUpdate, specimen } = trust;
  const days = { issuedOn: italianDay(new Date(issuedAt)), nextUpdateOn: italianDay(new Date(nextUpdate)) };
  return { sequence, issuedAt, nextUpdate, ...days, outdated: at > days.nextUpdateOn, early: at < days.issuedOn, specimen };
}
