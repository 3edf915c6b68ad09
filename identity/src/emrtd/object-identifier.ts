/** Object identifiers of ASN.1 (ITU-T X.690, clause 8.19). */
import { malformed } from '../card-error.ts';

/** Dotted form of the content bytes. Throws CardError `malformed` when they are empty, cut off or beyond 2^53. */
export function decodeObjectIdentifier(bytes: Uint8Array): string {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of bytes) {
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER) throw malformed('object identifier too large');
    if ((byte & 0x80) === 0) {
      numbers.push(value);
      value = 0;
    }
  }
  const first = numbers[0];
  if (first === undefined || ((bytes.at(-1) ?? 0) & 0x80) !== 0) throw malformed('object identifier cut off');
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - 40 * root, ...numbers.slice(1)].join('.');
}
