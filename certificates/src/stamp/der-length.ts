import { SealFormatError } from './seal-error.ts';

const MAX_LENGTH_OCTETS = 4;

/** Encodes a length as DER does (X.690, 8.1.3 and 10.1). */
export function encodeDerLength(length: number): Uint8Array {
  if (!Number.isInteger(length) || length < 0 || length > 0xffffffff) throw new RangeError('not a length');
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}

/**
 * Decodes the DER length at `offset`: minimal form only, at most four length octets.
 *
 * @returns the length and the offset after it
 * @throws SealFormatError BAD_LENGTH for indefinite, over-long and non-minimal forms, TRUNCATED at the end of the bytes
 */
export function decodeDerLength(bytes: Uint8Array, offset: number): { length: number; next: number } {
  const first = bytes[offset];
  if (first === undefined) throw new SealFormatError('TRUNCATED', 'the stamp ends inside a length');
  if (first < 0x80) return { length: first, next: offset + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > MAX_LENGTH_OCTETS)
    throw new SealFormatError('BAD_LENGTH', 'a length has a form DER forbids');
  const octets = bytes.subarray(offset + 1, offset + 1 + count);
  if (octets.length < count) throw new SealFormatError('TRUNCATED', 'the stamp ends inside a length');
  const length = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  if (length < 0x80 || octets[0] === 0) throw new SealFormatError('BAD_LENGTH', 'a length is not in its shortest form');
  return { length, next: offset + 1 + count };
}
