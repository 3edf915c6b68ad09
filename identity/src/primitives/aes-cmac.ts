/**
 * AES in CBC without padding, one block of AES, and AES-CMAC (RFC 4493, NIST SP 800-38B), which node:crypto does not
 * offer.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concat, xor } from './bytes.ts';

/** Bytes in an AES block. */
export const AES_BLOCK_BYTES = 16;

/**
 * CBC over whole blocks with the given initial vector; the key's length (16, 24, 32) chooses the variant.
 * Throws RangeError on another key length or part of a block.
 */
export function aesCbcEncrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const cipher = createCipheriv(`aes-${check(key, data)}-cbc`, key, iv).setAutoPadding(false);
  return concat(cipher.update(data), cipher.final());
}

/** The inverse of {@link aesCbcEncrypt}. */
export function aesCbcDecrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const decipher = createDecipheriv(`aes-${check(key, data)}-cbc`, key, iv).setAutoPadding(false);
  return concat(decipher.update(data), decipher.final());
}

/** Enciphers one block without chaining, as the initial vector of AES secure messaging needs it. */
export function aesEncryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  if (block.length !== AES_BLOCK_BYTES) throw new RangeError(`AES block of ${block.length} bytes`);
  const cipher = createCipheriv(`aes-${check(key, block)}-ecb`, key, null).setAutoPadding(false);
  return concat(cipher.update(block), cipher.final());
}

/** The full 16-byte CMAC of a message of any length, the empty one included (RFC 4493, 2.4). */
export function aesCmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const k1 = double(aesEncryptBlock(key, new Uint8Array(AES_BLOCK_BYTES)));
  const blocks = Math.max(1, Math.ceil(message.length / AES_BLOCK_BYTES));
  const tail = message.subarray((blocks - 1) * AES_BLOCK_BYTES);
  const last = new Uint8Array(AES_BLOCK_BYTES);
  last.set(tail);
  if (tail.length < AES_BLOCK_BYTES) last[tail.length] = 0x80;
  const masked = xor(last, tail.length === AES_BLOCK_BYTES ? k1 : double(k1));
  const chained = concat(message.subarray(0, (blocks - 1) * AES_BLOCK_BYTES), masked);
  return aesCbcEncrypt(key, new Uint8Array(AES_BLOCK_BYTES), chained).slice(-AES_BLOCK_BYTES);
}

/** Multiplication by x in GF(2^128) (RFC 4493, 2.3). */
function double(block: Uint8Array): Uint8Array {
  const out = block.map((byte, i) => (byte << 1) | ((block[i + 1] ?? 0) >> 7));
  const carry = (block[0] ?? 0) >> 7;
  out[AES_BLOCK_BYTES - 1] = (out[AES_BLOCK_BYTES - 1] ?? 0) ^ (carry * 0x87);
  return out;
}

function check(key: Uint8Array, data: Uint8Array): number {
  if (![16, 24, 32].includes(key.length)) throw new RangeError(`AES key of ${key.length} bytes`);
  if (data.length % AES_BLOCK_BYTES !== 0) throw new RangeError(`${data.length} bytes are not whole AES blocks`);
  return key.length * 8;
}
