import * as asn1 from 'asn1js';
import { oid, sequence } from './der.ts';
import type { SignatureAlgorithm } from './signer.ts';

/** Object identifiers of CMS (RFC 5652), ESS (RFC 5035) and time-stamps (RFC 3161). */
export const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  timeStampToken: '1.2.840.113549.1.9.16.2.14',
  timeStampInfo: '1.2.840.113549.1.9.16.1.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const;

/** The AlgorithmIdentifier of a signature we make: RFC 5754, 3.3 (ECDSA: no parameters), RFC 4055, 5 (RSA: NULL). */
export const SIGNATURE_ALGORITHM: Record<SignatureAlgorithm, () => asn1.Sequence> = {
  'ecdsa-p256-sha256': () => sequence(oid('1.2.840.10045.4.3.2')),
  'rsa-pkcs1-sha256': () => sequence(oid('1.2.840.113549.1.1.11'), new asn1.Null()),
};

/** Digests that count; SHA-1 and MD5 are none. */
export type HashName = 'SHA-256' | 'SHA-384' | 'SHA-512';

/** Digests by their object identifiers; one that is not here does not count. */
export const HASH_OF_OID: ReadonlyMap<string, HashName> = new Map([
  [OID.sha256, 'SHA-256'],
  ['2.16.840.1.101.3.4.2.2', 'SHA-384'],
  ['2.16.840.1.101.3.4.2.3', 'SHA-512'],
]);

/** How a signature found in a file was made. */
export interface SignatureScheme {
  readonly kind: 'ecdsa' | 'rsa-pkcs1';
  /** Null: the identifier names no hash (CMS with `rsaEncryption`); the signer's digest algorithm says it. */
  readonly hash: HashName | null;
}

/** Schemes by their object identifiers; one that is not here does not count. */
export const SCHEME_OF_OID: ReadonlyMap<string, SignatureScheme> = new Map([
  ['1.2.840.10045.4.3.2', { kind: 'ecdsa', hash: 'SHA-256' }],
  ['1.2.840.10045.4.3.3', { kind: 'ecdsa', hash: 'SHA-384' }],
  ['1.2.840.10045.4.3.4', { kind: 'ecdsa', hash: 'SHA-512' }],
  ['1.2.840.113549.1.1.11', { kind: 'rsa-pkcs1', hash: 'SHA-256' }],
  ['1.2.840.113549.1.1.12', { kind: 'rsa-pkcs1', hash: 'SHA-384' }],
  ['1.2.840.113549.1.1.13', { kind: 'rsa-pkcs1', hash: 'SHA-512' }],
  ['1.2.840.113549.1.1.1', { kind: 'rsa-pkcs1', hash: null }],
]);
