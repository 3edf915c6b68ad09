/**
 * Small operations on byte arrays that every protocol layer needs.
 *
 * Nothing here knows a card; nothing here keeps what it is given.
 */
import { timingSafeEqual } from 'node:crypto';

/** Joins byte arrays into one new array. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** Exclusive-or of two arrays of the same length. Throws RangeError when the lengths differ. */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length !== b.length) throw new RangeError(`xor of ${a.length} and ${b.length} bytes`);
  return a.map((byte, i) => byte ^ (b[i] ?? 0));
}

/** Compares in a time that depends on the lengths only; arrays of different length are not equal. */
export function equalConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Reads hexadecimal text, spaces allowed. Throws RangeError on anything else. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replaceAll(' ', '');
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) throw new RangeError('not hexadecimal text');
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** Upper-case hexadecimal text without separators. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('').toUpperCase();
}

/** The unsigned big-endian number that the bytes spell; no bytes spell zero. */
export function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}

/** Big-endian bytes of a non-negative number at a fixed length. Throws RangeError when it does not fit. */
export function fromBigInt(value: bigint, length: number): Uint8Array {
  const digits = value.toString(16).padStart(2 * length, '0');
  if (value < 0n || digits.length > 2 * length) throw new RangeError(`number does not fit into ${length} bytes`);
  return fromHex(digits);
}
