/**
 * Two-key triple DES as travel documents use it (ICAO Doc 9303 part 11, 9.8.6.1): CBC, zero initial vector, no padding.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concat } from './bytes.ts';

/** Bytes in a DES block. */
export const DES_BLOCK_BYTES = 8;

/**
 * Encrypts whole blocks with key K1 | K2 (16 bytes; parity bits are ignored).
 * Throws RangeError when key or data have another length than 16 and a multiple of 8.
 */
export function desEdeCbcEncrypt(key16: Uint8Array, data: Uint8Array): Uint8Array {
  check(key16, 16, data);
  const cipher = createCipheriv('des-ede-cbc', key16, new Uint8Array(DES_BLOCK_BYTES)).setAutoPadding(false);
  return concat(cipher.update(data), cipher.final());
}

/** The inverse of {@link desEdeCbcEncrypt}, with the same limits. */
export function desEdeCbcDecrypt(key16: Uint8Array, data: Uint8Array): Uint8Array {
  check(key16, 16, data);
  const decipher = createDecipheriv('des-ede-cbc', key16, new Uint8Array(DES_BLOCK_BYTES)).setAutoPadding(false);
  return concat(decipher.update(data), decipher.final());
}

/**
 * Single DES in CBC with a zero initial vector. OpenSSL 3 has it among its legacy ciphers only, so it is triple DES
 * with equal keys. Throws RangeError when key or data have another length than 8 and a multiple of 8.
 */
export function desCbcEncrypt(key8: Uint8Array, data: Uint8Array): Uint8Array {
  check(key8, 8, data);
  return desEdeCbcEncrypt(concat(key8, key8), data);
}

/** Deciphers one 8-byte block with single DES. Throws RangeError on other lengths. */
export function desDecryptBlock(key8: Uint8Array, block: Uint8Array): Uint8Array {
  check(key8, 8, block);
  return desEdeCbcDecrypt(concat(key8, key8), block);
}

/** Enciphers one 8-byte block with single DES. Throws RangeError on other lengths. */
export function desEncryptBlock(key8: Uint8Array, block: Uint8Array): Uint8Array {
  return desCbcEncrypt(key8, block);
}

function check(key: Uint8Array, keyBytes: number, data: Uint8Array): void {
  if (key.length !== keyBytes) throw new RangeError(`DES key of ${key.length} bytes, ${keyBytes} expected`);
  if (data.length % DES_BLOCK_BYTES !== 0) throw new RangeError(`${data.length} bytes are not whole DES blocks`);
}
