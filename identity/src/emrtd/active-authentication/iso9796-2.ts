/**
 * Digital signature scheme 1 of ISO/IEC 9796-2 with partial recovery, as active authentication uses it (ICAO Doc 9303
 * part 11, 6.1): the opened signature is 6A, the recovered part of the message, a digest, and a trailer that names the
 * hash.
 */
import type { KeyObject } from 'node:crypto';
import { concat, equalConstantTime, fromBigInt, toBigInt } from '../../primitives/bytes.ts';
import { modPow } from '../../primitives/modp-group.ts';
import type { HashName } from '../signature-scheme.ts';
import { digest } from '../signature-scheme.ts';

const HEADER = 0x6a;
/** Trailer of one byte: SHA-1, agreed on beforehand. */
const TRAILER_SHORT = 0xbc;
/** Second byte of the long trailer; the first one is the hash. */
const TRAILER_LONG = 0xcc;
const HASH_BY_TRAILER: Readonly<Record<number, HashName>> = {
  0x33: 'sha1',
  0x34: 'sha256',
  0x35: 'sha512',
  0x36: 'sha384',
  0x38: 'sha224',
};
const DIGEST_BYTES: Readonly<Record<HashName, number>> = { sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 };

/**
 * Whether the signature stands over a message whose second part, which is not recovered from it, is `rest`.
 * Never throws for what a signature may hold. Throws RangeError for a key that is not RSA.
 */
export function verifyRecovering(key: KeyObject, signature: Uint8Array, rest: Uint8Array): boolean {
  const opened = openSignature(key, signature);
  if (opened?.[0] !== HEADER) return false;
  const trailer = readTrailer(opened);
  if (trailer === undefined) return false;
  const { hash, bytes: trailerBytes } = trailer;
  const digestAt = opened.length - trailerBytes - DIGEST_BYTES[hash];
  if (digestAt < 2) return false;
  const recovered = opened.subarray(1, digestAt);
  const claimed = opened.subarray(digestAt, opened.length - trailerBytes);
  return equalConstantTime(digest(hash, concat(recovered, rest)), claimed);
}

/** The signature raised to the public exponent at the modulus' length; of it and its negative, the one that ends in C. */
function openSignature(key: KeyObject, signature: Uint8Array): Uint8Array | undefined {
  const { n, e } = key.export({ format: 'jwk' });
  if (n === undefined || e === undefined) throw new RangeError('not an RSA key');
  const modulusBytes = Uint8Array.from(Buffer.from(n, 'base64url'));
  const modulus = toBigInt(modulusBytes);
  const value = toBigInt(signature);
  if (signature.length !== modulusBytes.length || value >= modulus) return undefined;
  const power = modPow(value, toBigInt(Buffer.from(e, 'base64url')), modulus);
  return fromBigInt(power % 16n === 12n ? power : modulus - power, modulusBytes.length);
}

function readTrailer(opened: Uint8Array): { hash: HashName; bytes: number } | undefined {
  if (opened.at(-1) === TRAILER_SHORT) return { hash: 'sha1', bytes: 1 };
  const hash = opened.at(-1) === TRAILER_LONG ? HASH_BY_TRAILER[opened.at(-2) ?? 0] : undefined;
  return hash === undefined ? undefined : { hash, bytes: 2 };
}
