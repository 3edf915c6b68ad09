import * as asn1 from 'asn1js';
import { ExtKeyUsage } from 'pkijs';
import { readSignerCertificate } from '../../trust/signer-certificate.ts';
import { OID } from '../algorithm.ts';
import { childrenOf, DerError, equalBytes, integerBytes, octetsOf, oidOf, parseDer } from '../der.ts';
import { readCms } from '../read-cms.ts';
import { faultOfSigner, isNamedBy } from '../verify-cms.ts';

/** What a time-stamp says (RFC 3161, 2.4.2, TSTInfo). */
export interface TimeStampInfo {
  readonly policy: string;
  /** Object identifier of the imprint's digest. */
  readonly digest: string;
  readonly imprint: Uint8Array;
  readonly at: Date;
  /** Content of the nonce's INTEGER; null when there is none. */
  readonly nonce: Uint8Array | null;
}

/** Why a time-stamp is not taken. */
export type TimeStampFault =
  | 'malformed'
  /** It is about other bytes. */
  | 'other-imprint'
  /** Nobody known vouches for who signed it, or he may not sign time-stamps, or not on that day. */
  | 'unknown-authority'
  | 'weak-algorithm'
  | 'wrong-signature';

/** The check of a time-stamp. */
export type TimeStampCheck = { readonly info: TimeStampInfo } | { readonly fault: TimeStampFault };

/**
 * Verifies a time-stamp token (RFC 3161; ETSI EN 319 422: signing-certificate-v2) over bytes whose SHA-256 it must hold.
 * A function of its arguments; runs in Node and in browsers.
 *
 * @param token DER, untrusted; its length is the caller's matter
 * @param stamped the bytes that were stamped: of a seal, the value of its signature
 * @param authorities DER of certificates that may sign time-stamps, or directly issue those that do
 */
export async function verifyTimeStamp(
  token: Uint8Array,
  stamped: Uint8Array,
  authorities: readonly Uint8Array[],
): Promise<TimeStampCheck> {
  try {
    const { contentType, content, certificates, signers } = readCms(token);
    const [signer, ...others] = signers;
    if (contentType !== OID.timeStampInfo || content === null || signer === undefined || others.length > 0) {
      return { fault: 'malformed' };
    }
    const info = readInfo(content);
    const imprint = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(stamped)));
    if (info.digest !== OID.sha256 || !equalBytes(info.imprint, imprint)) return { fault: 'other-imprint' };
    const certificate = [...authorities, ...certificates].find((der) => isNamedBy(signer, der));
    if (certificate === undefined || !(await mayStamp(certificate, authorities, info.at))) {
      return { fault: 'unknown-authority' };
    }
    const fault = await faultOfSigner(signer, certificate, { contentType, content });
    if (fault === null) return { info };
    return { fault: fault === 'weak-algorithm' ? fault : 'wrong-signature' };
  } catch {
    // asn1js, pkijs and WebCrypto each throw kinds of their own over bytes they cannot read; the token is untrusted.
    return { fault: 'malformed' };
  }
}

/** @throws {DerError} when the content is no TSTInfo of version 1 */
function readInfo(content: Uint8Array): TimeStampInfo {
  const [version, policy, imprint, serial, at, ...optional] = childrenOf(parseDer(content));
  if (integerBytes(version).join() !== '1' || serial === undefined) throw new DerError('This is no TSTInfo.');
  if (!(at instanceof asn1.GeneralizedTime)) throw new DerError('The time is missing.');
  const [digest, value] = childrenOf(imprint);
  const nonce = optional.find((node) => node instanceof asn1.Integer);
  return {
    policy: oidOf(policy),
    digest: oidOf(childrenOf(digest)[0]),
    imprint: octetsOf(value),
    at: at.toDate(),
    nonce: nonce === undefined ? null : integerBytes(nonce),
  };
}

/** Whether the certificate is vouched for, in force at that time, and for time-stamps alone (RFC 3161, 2.3). */
async function mayStamp(certificate: Uint8Array, authorities: readonly Uint8Array[], at: Date): Promise<boolean> {
  const read = readSignerCertificate(certificate);
  const usage = read.x509.extensions?.find(({ parsedValue }) => parsedValue instanceof ExtKeyUsage);
  const purposes = usage?.parsedValue instanceof ExtKeyUsage ? usage.parsedValue.keyPurposes : [];
  if (usage?.critical !== true || purposes.length !== 1 || purposes[0] !== OID.timeStamping) return false;
  if (at < read.x509.notBefore.value || at > read.x509.notAfter.value) return false;
  if (authorities.some((known) => equalBytes(known, certificate))) return true;
  for (const known of authorities) {
    if (await read.isIssuedBy(readSignerCertificate(known))) return true;
  }
  return false;
}
