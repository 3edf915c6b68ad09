/**
 * Hash and signature algorithms of security objects by object identifier (RFC 5754, RFC 4055, BSI TR-03110 part 3).
 */
import { constants, createHash, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { CardError, malformed } from '../card-error.ts';
import { readTlv, readTlvList } from '../iso7816/tlv.ts';
import { toBigInt } from '../primitives/bytes.ts';
import { decodeObjectIdentifier } from './object-identifier.ts';

/** A hash as node:crypto names it. */
export type HashName = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

/** How a signature was made. */
export type SignatureScheme =
  | { readonly kind: 'rsa-pkcs1' | 'ecdsa'; readonly hash: HashName }
  | { readonly kind: 'rsa-pss'; readonly hash: HashName; readonly saltBytes: number };

const HASHES: Readonly<Record<string, HashName>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

const SCHEMES: Readonly<Record<string, SignatureScheme>> = {
  '1.2.840.113549.1.1.5': { kind: 'rsa-pkcs1', hash: 'sha1' },
  '1.2.840.113549.1.1.14': { kind: 'rsa-pkcs1', hash: 'sha224' },
  '1.2.840.113549.1.1.11': { kind: 'rsa-pkcs1', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { kind: 'rsa-pkcs1', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { kind: 'rsa-pkcs1', hash: 'sha512' },
  '1.2.840.10045.4.1': { kind: 'ecdsa', hash: 'sha1' },
  '1.2.840.10045.4.3.1': { kind: 'ecdsa', hash: 'sha224' },
  '1.2.840.10045.4.3.2': { kind: 'ecdsa', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { kind: 'ecdsa', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { kind: 'ecdsa', hash: 'sha512' },
};

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
const RSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';
/** The longest hash; no document signer salts with more. */
const PSS_SALT_LIMIT_BYTES = 64;
const DER_OID = 0x06;
const DER_SEQUENCE = 0x30;

/** Digest of bytes. */
export function digest(hash: HashName, bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash(hash).update(bytes).digest());
}

/** Reads the content of an AlgorithmIdentifier that names a hash. Throws CardError `malformed` or `unsupported`. */
export function readHash(algorithm: Uint8Array): HashName {
  const { oid } = readAlgorithm(algorithm);
  const hash = HASHES[oid];
  if (hash === undefined) throw new CardError('unsupported', `hash algorithm ${oid}`);
  return hash;
}

/**
 * Reads the content of the AlgorithmIdentifier of a signature. Plain RSA takes the hash of the signer's digest
 * algorithm; PSS brings its own hash and salt (RFC 4055, 3.1). Throws CardError `malformed` or `unsupported`.
 */
export function readSignatureScheme(algorithm: Uint8Array, digestAlgorithm: HashName): SignatureScheme {
  const { oid, parameters } = readAlgorithm(algorithm);
  if (oid === RSA_ENCRYPTION) return { kind: 'rsa-pkcs1', hash: digestAlgorithm };
  if (oid === RSA_PSS) return readPss(parameters);
  const scheme = SCHEMES[oid];
  if (scheme === undefined) throw new CardError('unsupported', `signature algorithm ${oid}`);
  return scheme;
}

/**
 * Checks a signature. A key of another kind than the scheme is no error, nor is one that the scheme cannot be used
 * with: the signature is not that key's.
 */
export function verifySignature(
  scheme: SignatureScheme,
  key: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const type = key.asymmetricKeyType;
  try {
    if (scheme.kind === 'rsa-pss') {
      const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltBytes };
      return (type === 'rsa' || type === 'rsa-pss') && verify(scheme.hash, data, pss, signature);
    }
    return type === (scheme.kind === 'ecdsa' ? 'ec' : 'rsa') && verify(scheme.hash, data, key, signature);
  } catch {
    // OpenSSL refuses some keys and parameters by an error where others get a plain no.
    return false;
  }
}

function readPss(parameters: Uint8Array): SignatureScheme {
  const fields = parameters.length === 0 ? [] : readTlvList(readTlv(parameters).value);
  const field = (tag: number): Uint8Array | undefined => fields.find((entry) => entry.tag === tag)?.value;
  const hashField = field(0xa0);
  const hash = hashField === undefined ? 'sha1' : readHash(readTlv(hashField).value);
  const maskField = field(0xa1);
  let maskHash: HashName = 'sha1';
  if (maskField !== undefined) {
    const mask = readAlgorithm(readTlv(maskField).value);
    if (mask.oid !== MGF1) throw new CardError('unsupported', `mask generation ${mask.oid}`);
    maskHash = readHash(readTlv(mask.parameters).value);
  }
  if (maskHash !== hash) throw new CardError('unsupported', 'PSS with two different hashes');
  const saltField = field(0xa2);
  const saltBytes = saltField === undefined ? 20 : Number(toBigInt(readTlv(saltField).value));
  if (saltBytes > PSS_SALT_LIMIT_BYTES) throw new CardError('unsupported', 'PSS with a salt longer than any hash');
  return { kind: 'rsa-pss', hash, saltBytes };
}

function readAlgorithm(content: Uint8Array): { oid: string; parameters: Uint8Array } {
  const [oid, parameters] = readTlvList(content);
  if (oid?.tag !== DER_OID) throw malformed('algorithm without an object identifier');
  const isSequence = parameters?.tag === DER_SEQUENCE;
  return { oid: decodeObjectIdentifier(oid.value), parameters: isSequence ? parameters.raw : new Uint8Array(0) };
}
