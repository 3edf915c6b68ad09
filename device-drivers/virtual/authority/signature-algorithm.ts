/** The signature algorithms of the demo authority: each knows its AlgorithmIdentifier and how to sign. */
import { constants, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { integer, nullValue, oid, sequence, tlv } from './der.ts';

export type HashName = 'sha256' | 'sha512';

/**
 * `rsa-pss-sha512`: salt of 64 bytes, MGF1 with SHA-512. `rsa-pkcs1-sha256`: RSASSA-PKCS1-v1_5. `ecdsa-sha256`: ECDSA.
 */
export type SignatureAlgorithmName = 'rsa-pss-sha512' | 'rsa-pkcs1-sha256' | 'ecdsa-sha256';

export interface SignatureAlgorithm {
  readonly hash: HashName;
  readonly keyType: 'rsa' | 'ec';
  /** DER AlgorithmIdentifier, parameters included. */
  readonly identifier: Uint8Array;
  sign(message: Uint8Array, key: KeyObject): Uint8Array;
}

const HASH_OID: Record<HashName, string> = { sha256: '2.16.840.1.101.3.4.2.1', sha512: '2.16.840.1.101.3.4.2.3' };

/** DER AlgorithmIdentifier of a hash, with the NULL parameters that the Italian security objects carry. */
export const hashIdentifier = (hash: HashName): Buffer => sequence(oid(HASH_OID[hash]), nullValue());

const SHA512_BYTES = 64;

const ALGORITHMS: Record<SignatureAlgorithmName, SignatureAlgorithm> = {
  // RFC 4055 clause 3.1; the trailer field has its default and is left out.
  'rsa-pss-sha512': {
    hash: 'sha512',
    keyType: 'rsa',
    identifier: sequence(
      oid('1.2.840.113549.1.1.10'),
      sequence(
        tlv(0xa0, hashIdentifier('sha512')),
        tlv(0xa1, sequence(oid('1.2.840.113549.1.1.8'), hashIdentifier('sha512'))),
        tlv(0xa2, integer(SHA512_BYTES)),
      ),
    ),
    sign: (message, key) =>
      sign('sha512', message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: SHA512_BYTES }),
  },
  'rsa-pkcs1-sha256': {
    hash: 'sha256',
    keyType: 'rsa',
    identifier: sequence(oid('1.2.840.113549.1.1.11'), nullValue()),
    sign: (message, key) => sign('sha256', message, { key, padding: constants.RSA_PKCS1_PADDING }),
  },
  'ecdsa-sha256': {
    hash: 'sha256',
    keyType: 'ec',
    identifier: sequence(oid('1.2.840.10045.4.3.2')),
    sign: (message, key) => sign('sha256', message, { key, dsaEncoding: 'der' }),
  },
};

export const signatureAlgorithm = (name: SignatureAlgorithmName): SignatureAlgorithm => ALGORITHMS[name];
