/**
 * Key derivation of travel documents (ICAO Doc 9303 part 11, 9.7.1): hash of the seed and a 32-bit counter.
 */
import { createHash } from 'node:crypto';
import { concat } from './bytes.ts';

/** Ciphers a key can be derived for; `des-ede` is two-key triple DES. */
export type KeyAlgorithm = 'des-ede' | 'aes-128' | 'aes-192' | 'aes-256';

/** What the derived key is for (ICAO Doc 9303 part 11, 9.7.1.3). */
export const KDF_COUNTER = { encryption: 1, mac: 2, password: 3 } as const;

/** Key length in bytes of each algorithm. */
export const KEY_BYTES: Readonly<Record<KeyAlgorithm, number>> = {
  'des-ede': 16,
  'aes-128': 16,
  'aes-192': 24,
  'aes-256': 32,
};

/**
 * Derives a key: SHA-1 for triple DES and AES-128, SHA-256 for the longer AES keys, cut to the key's length.
 * The bytes come as the hash gave them; DES does not look at parity bits (see {@link adjustDesParity}).
 */
export function deriveKey(seed: Uint8Array, counter: number, algorithm: KeyAlgorithm): Uint8Array {
  const hash = algorithm === 'des-ede' || algorithm === 'aes-128' ? 'sha1' : 'sha256';
  const suffix = new Uint8Array(4);
  new DataView(suffix.buffer).setUint32(0, counter);
  const digest = createHash(hash).update(concat(seed, suffix)).digest();
  return Uint8Array.from(digest.subarray(0, KEY_BYTES[algorithm]));
}

/** Sets the lowest bit of each byte so that its ones are odd in number, as published DES keys are written. */
export function adjustDesParity(key: Uint8Array): Uint8Array {
  return key.map((byte) => {
    let ones = 0;
    for (let bits = byte >> 1; bits > 0; bits >>= 1) ones += bits & 1;
    return (byte & 0xfe) | (ones % 2 === 0 ? 1 : 0);
  });
}
