/**
 * What a CNS proves, as separate answers. The certificate is public and can be copied: only a signature over the
 * server's own challenge, which needs the PIN, says that the card is here and that whoever used it knows the PIN. The
 * personal data file is nobody's word and comes in the clear: it stays a claim where the certificate names its digest, and
 * where the digest is another file's there is no claim at all, as somebody between card and server has altered it, or has
 * put another card's beside the certificate.
 */
import { CardError } from '../card-error.ts';
import { verifySignature } from '../emrtd/signature-scheme.ts';
import type { CountrySigner, TrustStore } from '../emrtd/trust-store.ts';
import { issuersOf } from '../emrtd/trust-store.ts';
import type { IsoDate } from '../mrz/dates.ts';
import { dateOfPersonalData, parsePersonalData } from './personal-data.ts';
import type { HolderCertificate } from './holder-certificate.ts';
import { namesPersonalData, readHolderCertificate } from './holder-certificate.ts';
import type { CnsReading } from './read-cns.ts';

/** Answer to "did a trusted issuer make the certificate?". */
export type CertificateAnswer =
  | { readonly answer: 'yes'; readonly reason: 'signed-by-trusted-issuer' }
  | {
      readonly answer: 'no';
      readonly reason: 'certificate-malformed' | 'issuer-not-trusted' | 'issuer-not-valid' | 'signer-not-allowed';
    };

/** Answer to "is the card itself here, and its PIN known?". */
export type PresenceAnswer =
  | { readonly answer: 'yes'; readonly reason: 'challenge-signed' }
  | { readonly answer: 'no'; readonly reason: 'signature-wrong' | 'certificate-not-genuine' }
  | { readonly answer: 'not-asked'; readonly reason: 'no-signature' };

/** Answer to "is it still valid?". */
export type ValidityAnswer =
  | { readonly answer: 'yes'; readonly reason: 'within-validity' }
  | { readonly answer: 'no'; readonly reason: 'expired' | 'not-yet-valid' }
  | { readonly answer: 'not-asked'; readonly reason: 'certificate-not-genuine' };

/** Answer to "did the issuer take it back?". */
export type RevocationAnswer =
  | { readonly answer: 'no'; readonly reason: 'certificate-revoked' }
  | { readonly answer: 'not-asked'; readonly reason: 'no-look-up' };

/** What the card says of its holder, without proof. */
export interface CnsClaims {
  readonly surname: string;
  readonly givenNames: string;
  readonly birthDate: IsoDate | undefined;
  readonly sex: string;
  readonly taxCode: string;
  readonly expiryDate: IsoDate | undefined;
  readonly source: 'card-read';
}

/** Oddities worth the operator's attention; `personal-data-unattested`: the certificate names no digest of the file. */
export type CnsWarning =
  | 'personal-data-unreadable'
  | 'personal-data-not-the-certificates'
  | 'personal-data-unattested'
  | 'tax-codes-differ';

/** Everything that follows from a reading and a signature. */
export interface CnsJudgement {
  readonly genuine: CertificateAnswer;
  readonly notCloned: PresenceAnswer;
  readonly notExpired: ValidityAnswer;
  /** Nobody is asked at the kiosk; a revocation list that lies beside the issuer can only say no. */
  readonly notRevoked: RevocationAnswer;
  /** Last day of the certificate, undefined where it is not genuine. */
  readonly certificateUntil: IsoDate | undefined;
  /** Tax code of the certificate: proved to be the holder's only where `genuine` and `notCloned` are yes. */
  readonly taxCode: string | undefined;
  /** Undefined where the file cannot be read, and where it is not the one that the certificate names. */
  readonly claims: CnsClaims | undefined;
  readonly warnings: readonly CnsWarning[];
  /** Whether a demo authority stands behind the certificate. */
  readonly specimen: boolean;
}

/** What is judged, against what, and when. */
export interface CnsJudgementInput {
  readonly reading: CnsReading;
  /** The text that the server made for this visit and the card's signature over it; undefined where none was made. */
  readonly signed: { readonly text: Uint8Array; readonly signature: Uint8Array } | undefined;
  /** The issuers of CNS certificates; another list than the country signers of travel documents. */
  readonly trust: TrustStore;
  readonly at: Date;
}

/** Judges. Never throws for what a card may have sent. */
export function judgeCns({ reading, signed, trust, at }: CnsJudgementInput): CnsJudgement {
  const warnings: CnsWarning[] = [];
  const read = tolerate(() => claimsOf(reading.personalData));
  if (read === undefined) warnings.push('personal-data-unreadable');
  const holder = tolerate(() => readHolderCertificate(reading.certificate));
  if (holder === undefined) {
    return {
      genuine: { answer: 'no', reason: 'certificate-malformed' },
      notCloned: judgePresence(undefined, signed),
      notExpired: { answer: 'not-asked', reason: 'certificate-not-genuine' },
      notRevoked: { answer: 'not-asked', reason: 'no-look-up' },
      certificateUntil: undefined,
      taxCode: undefined,
      claims: read,
      warnings,
      specimen: false,
    };
  }
  const named = read === undefined ? undefined : namesPersonalData(holder, reading.personalData ?? new Uint8Array(0));
  if (read !== undefined && named === undefined) warnings.push('personal-data-unattested');
  if (named === false) warnings.push('personal-data-not-the-certificates');
  if (read !== undefined && read.taxCode !== holder.taxCode) warnings.push('tax-codes-differ');
  const issuers = issuersOf(trust, holder.certificate);
  const issuer = issuers.find((anchor) => isWithin(anchor.certificate, at)) ?? issuers[0];
  const genuine = judgeIssuer(holder, issuer, at);
  const isGenuine = genuine.answer === 'yes';
  return {
    genuine,
    notCloned: judgePresence(isGenuine ? holder : undefined, signed),
    notExpired: isGenuine ? judgeValidity(holder, at) : { answer: 'not-asked', reason: 'certificate-not-genuine' },
    notRevoked: judgeRevocation(holder, issuers),
    certificateUntil: isGenuine ? holder.certificate.notAfter.toISOString().slice(0, 10) : undefined,
    taxCode: holder.taxCode,
    claims: named === false ? undefined : read,
    warnings,
    specimen: issuer?.specimen ?? false,
  };
}

function judgeIssuer({ certificate }: HolderCertificate, issuer: CountrySigner | undefined, at: Date): CertificateAnswer {
  if (issuer === undefined) return { answer: 'no', reason: 'issuer-not-trusted' };
  if (!isWithin(issuer.certificate, at)) return { answer: 'no', reason: 'issuer-not-valid' };
  if (!certificate.maySignData || certificate.isAuthority) return { answer: 'no', reason: 'signer-not-allowed' };
  return { answer: 'yes', reason: 'signed-by-trusted-issuer' };
}

function judgeRevocation({ certificate }: HolderCertificate, issuers: readonly CountrySigner[]): RevocationAnswer {
  return issuers.some(({ revoked }) => revoked.has(certificate.serialNumber))
    ? { answer: 'no', reason: 'certificate-revoked' }
    : { answer: 'not-asked', reason: 'no-look-up' };
}

/** `holder` is undefined where the certificate is not genuine: a signature by its key then says nothing. */
function judgePresence(holder: HolderCertificate | undefined, signed: CnsJudgementInput['signed']): PresenceAnswer {
  if (signed === undefined) return { answer: 'not-asked', reason: 'no-signature' };
  if (holder === undefined) return { answer: 'no', reason: 'certificate-not-genuine' };
  const scheme = { kind: 'rsa-pkcs1', hash: 'sha256' } as const;
  return verifySignature(scheme, holder.certificate.publicKey, signed.text, signed.signature)
    ? { answer: 'yes', reason: 'challenge-signed' }
    : { answer: 'no', reason: 'signature-wrong' };
}

function judgeValidity({ certificate }: HolderCertificate, at: Date): ValidityAnswer {
  if (at < certificate.notBefore) return { answer: 'no', reason: 'not-yet-valid' };
  if (at > certificate.notAfter) return { answer: 'no', reason: 'expired' };
  return { answer: 'yes', reason: 'within-validity' };
}

function claimsOf(file: Uint8Array | undefined): CnsClaims | undefined {
  if (file === undefined) return undefined;
  const { data } = parsePersonalData(file);
  return {
    surname: data.surname,
    givenNames: data.givenName,
    birthDate: dateOfPersonalData(data.dateOfBirth),
    sex: data.sex,
    taxCode: data.codiceFiscale,
    expiryDate: dateOfPersonalData(data.expiryDate),
    source: 'card-read',
  };
}

function isWithin({ notBefore, notAfter }: HolderCertificate['certificate'], at: Date): boolean {
  return at >= notBefore && at <= notAfter;
}

/** The value, or undefined where the card's bytes could not be read. */
function tolerate<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof CardError) return undefined;
    throw error;
  }
}
