/**
 * What the national application proves: that some genuine CIE lies on the reader now. Key and NIS hang on a security
 * object of their own, so nothing joins this answer to the holder's data of a travel document: a genuine card beside
 * copied data groups would pass. It is therefore an answer of its own and stands for no other.
 */
import { constants, createPublicKey, publicDecrypt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { CardError } from '../card-error.ts';
import type { Certificate } from '../emrtd/certificate.ts';
import { readCertificate } from '../emrtd/certificate.ts';
import type { SecurityObject } from '../emrtd/lds/ef-sod.ts';
import { LDS_SECURITY_OBJECT_TYPES, parseEfSod } from '../emrtd/lds/ef-sod.ts';
import { digest, verifySignature } from '../emrtd/signature-scheme.ts';
import type { TrustStore } from '../emrtd/trust-store.ts';
import { issuersOf } from '../emrtd/trust-store.ts';
import { equalConstantTime, toHex } from '../primitives/bytes.ts';
import { NATIONAL_DIGEST } from './national-files.ts';
import type { NationalReading } from './read-national-application.ts';

/** Why the answer is no, the gravest first. */
export const NATIONAL_FAULTS = [
  'security-object-missing',
  'security-object-malformed',
  'algorithm-unsupported',
  'key-missing',
  'key-not-listed',
  'number-not-listed',
  'message-digest-mismatch',
  'signature-wrong',
  'signer-missing',
  'issuer-not-trusted',
  'signer-not-allowed',
  'signer-not-valid',
  'signer-revoked',
  'issuer-not-valid',
  'country-mismatch',
  'challenge-not-answered',
  'challenge-answer-wrong',
] as const;

/** A reason for `no`. */
export type NationalFault = (typeof NATIONAL_FAULTS)[number];

/** The answer to "is some genuine CIE here?". */
export type SomeGenuineCie =
  | {
      readonly answer: 'yes';
      readonly reason: 'challenge-answered';
      /** Whether a demo authority stands behind the card. */
      readonly specimen: boolean;
    }
  | { readonly answer: 'no'; readonly reason: NationalFault; readonly faults: readonly NationalFault[] }
  | { readonly answer: 'not-asked'; readonly reason: 'no-national-application' };

/** Against what, and when. */
export interface NationalJudgementOptions {
  /** The very challenge that the server made for this dialogue. */
  readonly challenge: Uint8Array;
  readonly trust: TrustStore;
  /** The instant for which certificates must be valid. */
  readonly at: Date;
}

/** Judges a reading, undefined for a card without the application. Never throws for what a card may have sent. */
export function judgeNationalApplication(
  reading: NationalReading | undefined,
  options: NationalJudgementOptions,
): SomeGenuineCie {
  if (reading === undefined) return { answer: 'not-asked', reason: 'no-national-application' };
  if (reading.securityObject === undefined) return no(['security-object-missing']);
  try {
    return judge(reading, parseEfSod(reading.securityObject), options);
  } catch (error) {
    if (!(error instanceof CardError)) throw error;
    return no([error.code === 'unsupported' ? 'algorithm-unsupported' : 'security-object-malformed']);
  }
}

function judge(
  { nis, serviceKey, response }: NationalReading,
  object: SecurityObject,
  { challenge, trust, at }: NationalJudgementOptions,
): SomeGenuineCie {
  const faults: NationalFault[] = [];
  const isListed = (number: number, bytes: Uint8Array): boolean => {
    const listed = object.digests.get(number);
    return listed !== undefined && equalConstantTime(digest(object.hash, bytes), listed);
  };
  if (!isListed(NATIONAL_DIGEST.nis, nis)) faults.push('number-not-listed');
  const key = serviceKey === undefined ? undefined : readServiceKey(serviceKey);
  if (serviceKey === undefined || key === undefined) faults.push('key-missing');
  else {
    if (!isListed(NATIONAL_DIGEST.serviceKey, serviceKey)) faults.push('key-not-listed');
    if (response === undefined) faults.push('challenge-not-answered');
    else if (!answers(key, challenge, response)) faults.push('challenge-answer-wrong');
  }

  const { signer } = object;
  const typed = LDS_SECURITY_OBJECT_TYPES.includes(signer.contentType);
  const isDigested = equalConstantTime(digest(signer.digestHash, object.content), signer.messageDigest);
  if (!typed || !isDigested) faults.push('message-digest-mismatch');
  const certificate = findSigner(object);
  if (certificate === undefined) return no([...faults, 'signer-missing']);
  if (!verifySignature(signer.scheme, certificate.publicKey, signer.signedAttributes, signer.signature)) {
    faults.push('signature-wrong');
  }
  if (!certificate.maySignData) faults.push('signer-not-allowed');
  if (!isValidAt(certificate, at)) faults.push('signer-not-valid');
  const issuers = issuersOf(trust, certificate);
  const issuer = issuers.find((anchor) => isValidAt(anchor.certificate, at)) ?? issuers[0];
  if (issuer === undefined) return no([...faults, 'issuer-not-trusted']);
  if (!isValidAt(issuer.certificate, at)) faults.push('issuer-not-valid');
  if (issuers.some(({ revoked }) => revoked.has(certificate.serialNumber))) faults.push('signer-revoked');
  const countries = [certificate.country, issuer.certificate.country];
  if (countries.some((country) => country?.toUpperCase() !== 'IT')) faults.push('country-mismatch');
  return faults.length > 0 ? no(faults) : { answer: 'yes', reason: 'challenge-answered', specimen: issuer.specimen };
}

/** Whether the response is the challenge itself, signed without a hash (RSASSA-PKCS1-v1_5 padding, RFC 8017, 9.2). */
function answers(key: KeyObject, challenge: Uint8Array, response: Uint8Array): boolean {
  try {
    const recovered = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, response);
    return equalConstantTime(Uint8Array.from(recovered), challenge);
  } catch {
    // Whatever the padding check did not like, it is not this key's signature.
    return false;
  }
}

/** The key of the file, undefined when the bytes are no RSA key that can be used. */
function readServiceKey(der: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'pkcs1' });
  } catch {
    return undefined;
  }
}

/** The certificate inside the security object that the signer names. */
function findSigner({ certificates, signer: { id } }: SecurityObject): Certificate | undefined {
  return certificates
    .map(readCertificate)
    .find((certificate) =>
      id.kind === 'key'
        ? certificate.subjectKeyId === id.subjectKeyId
        : certificate.serialNumber === id.serialNumber && toHex(certificate.issuerName) === toHex(id.issuerName),
    );
}

function isValidAt(certificate: Certificate, at: Date): boolean {
  return at >= certificate.notBefore && at <= certificate.notAfter;
}

function no(found: readonly NationalFault[]): SomeGenuineCie {
  const faults = NATIONAL_FAULTS.filter((fault) => found.includes(fault));
  return { answer: 'no', reason: faults[0] ?? 'challenge-not-answered', faults };
}
