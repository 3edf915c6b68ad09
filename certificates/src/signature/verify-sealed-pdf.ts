import { judgeKey } from '../trust/key-period.ts';
import type { KeyState } from '../trust/key-period.ts';
import { readSignerCertificate } from '../trust/signer-certificate.ts';
import { bytesOfBase64, fingerprint } from '../trust/trust-bundle.ts';
import type { TrustBundle } from '../trust/trust-bundle.ts';
import { OID } from './algorithm.ts';
import { bytesOf } from './der.ts';
import { readCms } from './read-cms.ts';
import type { CmsSigner } from './read-cms.ts';
import { findSeal } from './seal-in-pdf.ts';
import type { SealPlaceFault } from './seal-in-pdf.ts';
import { verifyTimeStamp } from './time-stamp/verify-time-stamp.ts';
import { faultOfSigner, isNamedBy } from './verify-cms.ts';
import type { SignatureFault } from './verify-cms.ts';

/** Outcome of the check of a sealed PDF. Named after Doc 9303-13, Appendix D, where that has a word. */
export type SealedPdfStatus =
  | 'VALID'
  | 'TOO_LARGE'
  | SealPlaceFault
  /** The seal is no CMS as PAdES wants it. */
  | 'WRONG_FORMAT'
  | 'SEVERAL_SIGNERS'
  /** SHA-1, a short key, or an algorithm nobody should rely on. */
  | 'WEAK_ALGORITHM'
  | 'UNKNOWN_CERTIFICATE'
  /** The file is not what was sealed. */
  | 'CONTENT_CHANGED'
  | 'INVALID_SIGNATURE'
  | 'INVALID_TIME_STAMP'
  | 'REVOKED_CERTIFICATE'
  | 'EXPIRED_CERTIFICATE'
  /** Sealed on a day on which this key was not to seal, or one that has not come yet. */
  | 'OUTSIDE_KEY_PERIOD';

/** A sealed PDF's check. */
export interface SealedPdfCheck {
  readonly status: SealedPdfStatus;
  /** The rest only when VALID: when it was sealed by its own word, and by a time-stamp, which makes it level B-T. */
  readonly sealedAt: { readonly claimed: Date; readonly proven: Date | null } | null;
  /** SHA-256 of the seal's certificate, lower-case hexadecimal. */
  readonly certificate: string | null;
}

/** The longest file that is looked at, bytes. */
export const MAX_SEALED_PDF_BYTES = 20_000_000;

/**
 * Checks offline whether a PDF is exactly what the town sealed. A function of its arguments: no clock, no network, no disk;
 * bounded in time and memory by the size of the file; runs in Node and in browsers.
 *
 * Order: size, place of the seal, its form, known certificate, content, signature, time-stamp, dates. Only certificates of the
 * bundle are used; those that lie in the file are looked at by nobody.
 *
 * @param at day of the check, YYYY-MM-DD
 */
export async function verifySealedPdf(pdf: Uint8Array, trust: TrustBundle, at: string): Promise<SealedPdfCheck> {
  const refused = (status: SealedPdfStatus): SealedPdfCheck => ({ status, sealedAt: null, certificate: null });
  if (pdf.length > MAX_SEALED_PDF_BYTES) return refused('TOO_LARGE');
  const seal = findSeal(pdf);
  if (typeof seal === 'string') return refused(seal);
  try {
    const { contentType, content, signers } = readCms(seal.cms);
    const [signer, ...others] = signers;
    if (others.length > 0) return refused('SEVERAL_SIGNERS');
    if (signer === undefined || contentType !== OID.data || content !== null || seal.claimedAt === null) {
      return refused('WRONG_FORMAT');
    }
    const certificate = trust.seals.map((listed) => bytesOfBase64(listed.certificate)).find((der) => isNamedBy(signer, der));
    if (certificate === undefined) return refused('UNKNOWN_CERTIFICATE');
    const fault = await faultOfSigner(signer, certificate, { contentType, content: seal.covered });
    if (fault !== null) return refused(STATUS_OF_FAULT[fault]);
    const proven = await provenTime(signer, trust);
    if (proven === 'invalid') return refused('INVALID_TIME_STAMP');
    const named = await fingerprint(certificate);
    const state = judgeKey({
      claimedOn: utcDay(seal.claimedAt),
      provenOn: proven === null ? null : utcDay(proven),
      at,
      certificate: readSignerCertificate(certificate),
      revokedOn: trust.revokedSeals.find((entry) => entry.fingerprint === named)?.revokedOn ?? null,
    });
    if (state !== 'good') return refused(STATUS_OF_STATE[state]);
    return { status: 'VALID', sealedAt: { claimed: seal.claimedAt, proven }, certificate: named };
  } catch {
    // The readers of DER and certificates throw kinds of their own over bytes they cannot read; the file is untrusted.
    return refused('WRONG_FORMAT');
  }
}

const STATUS_OF_FAULT: Readonly<Record<SignatureFault, SealedPdfStatus>> = {
  'weak-algorithm': 'WEAK_ALGORITHM',
  'other-content': 'CONTENT_CHANGED',
  'other-certificate': 'UNKNOWN_CERTIFICATE',
  'wrong-signature': 'INVALID_SIGNATURE',
};

const STATUS_OF_STATE: Readonly<Record<Exclude<KeyState, 'good'>, SealedPdfStatus>> = {
  'outside-key-period': 'OUTSIDE_KEY_PERIOD',
  revoked: 'REVOKED_CERTIFICATE',
  expired: 'EXPIRED_CERTIFICATE',
};

/** The time of the signature time-stamp; null when there is none. */
async function provenTime(signer: CmsSigner, trust: TrustBundle): Promise<Date | 'invalid' | null> {
  const tokens = signer.unsignedAttributes.get(OID.timeStampToken);
  if (tokens === undefined) return null;
  const [token, ...others] = tokens;
  if (token === undefined || others.length > 0) return 'invalid';
  const authorities = trust.timeStampAuthorities.map((listed) => bytesOfBase64(listed.certificate));
  const check = await verifyTimeStamp(bytesOf(token), signer.signature, authorities);
  return 'info' in check ? check.info.at : 'invalid';
}

function utcDay(time: Date): string {
  return time.toISOString().slice(0, 10);
}
