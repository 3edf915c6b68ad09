/**
 * The retail MAC (ISO/IEC 9797-1 MAC algorithm 3 with DES, 8-byte result) and the padding it is used with
 * (ISO/IEC 9797-1 padding method 2, the same as ISO/IEC 7816-4).
 */
import { concat } from './bytes.ts';
import { DES_BLOCK_BYTES, desCbcEncrypt, desDecryptBlock, desEncryptBlock } from './des.ts';

/**
 * MAC over a message that is already padded to whole blocks: single-DES CBC with K1, then the last block deciphered
 * with K2 and enciphered with K1. Throws RangeError on an empty message, part of a block, or a key of another length
 * than 16 bytes.
 */
export function retailMac(key16: Uint8Array, paddedMessage: Uint8Array): Uint8Array {
  if (key16.length !== 16) throw new RangeError(`MAC key of ${key16.length} bytes, 16 expected`);
  if (paddedMessage.length === 0) throw new RangeError('MAC over nothing: pad the message first');
  const k1 = key16.subarray(0, 8);
  const k2 = key16.subarray(8, 16);
  const last = desCbcEncrypt(k1, paddedMessage).subarray(-DES_BLOCK_BYTES);
  return desEncryptBlock(k1, desDecryptBlock(k2, last));
}

/** Appends 80 and zeros up to the next whole block; always at least one byte. */
export function padIso7816(data: Uint8Array, blockBytes: number): Uint8Array {
  const out = new Uint8Array((Math.floor(data.length / blockBytes) + 1) * blockBytes);
  out.set(data);
  out[data.length] = 0x80;
  return out;
}

/** Takes the padding off again. Throws RangeError when it is not 80 followed by zeros within the last block. */
export function unpadIso7816(padded: Uint8Array, blockBytes: number): Uint8Array {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end -= 1;
  if (padded.length % blockBytes !== 0 || end < 0 || padded[end] !== 0x80 || padded.length - end > blockBytes) {
    throw new RangeError('padding is not 80 00..');
  }
  return concat(padded.subarray(0, end));
}
