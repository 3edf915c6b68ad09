/**
 * Tag-length-value writing and reading: DER (X.690) for certificates and CMS, and the same lengths for the card's
 * BER-TLV files (ISO/IEC 7816-4 clause 6.3). Tags are numbers as printed in the standards: 0x30, 0x5F0E, 0x7F61.
 */

export interface Tlv {
  readonly tag: number;
  readonly value: Uint8Array;
  /** The whole object: tag, length and value. */
  readonly bytes: Uint8Array;
}

/** Thrown when bytes are not the TLV objects they should be. */
export class TlvError extends Error {
  readonly code = 'tlv-malformed';
  override readonly name = 'TlvError';
}

function tagBytes(tag: number): Buffer {
  const hex = tag.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  if (length < 0x100) return Buffer.from([0x81, length]);
  if (length < 0x10000) return Buffer.from([0x82, length >> 8, length & 0xff]);
  return Buffer.from([0x83, length >> 16, (length >> 8) & 0xff, length & 0xff]);
}

/** Writes one object whose value is the parts joined. */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts);
  return Buffer.concat([tagBytes(tag), lengthBytes(value.length), value]);
}

/** Reads the object at `offset`. Throws TlvError when it is cut short or its length has a form this reader refuses. */
export function readTlv(bytes: Uint8Array, offset = 0): Tlv {
  const at = (index: number): number => {
    const byte = bytes[index];
    if (byte === undefined) throw new TlvError('TLV object is cut short.');
    return byte;
  };
  let position = offset;
  let tag = at(position++);
  if ((tag & 0x1f) === 0x1f) {
    let next: number;
    do {
      next = at(position++);
      tag = tag * 0x100 + next;
    } while ((next & 0x80) !== 0 && tag <= 0xffff);
  }
  let length = at(position++);
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count < 1 || count > 3) throw new TlvError('TLV length has an unsupported form.');
    length = 0;
    for (let index = 0; index < count; index++) length = length * 0x100 + at(position++);
  }
  const end = position + length;
  if (end > bytes.length) throw new TlvError('TLV value is cut short.');
  return { tag, value: bytes.subarray(position, end), bytes: bytes.subarray(offset, end) };
}

/** Reads objects one after the other until the bytes end. Throws TlvError as {@link readTlv}. */
export function readTlvs(bytes: Uint8Array): Tlv[] {
  const objects: Tlv[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const object = readTlv(bytes, offset);
    objects.push(object);
    offset += object.bytes.length;
  }
  return objects;
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, ...parts);

/** DER SET OF: members in ascending order of their encodings (X.690 clause 11.6). */
export const setOf = (...parts: readonly Uint8Array[]): Buffer => tlv(0x31, ...parts.toSorted(Buffer.compare));

export const octetString = (bytes: Uint8Array): Buffer => tlv(0x04, bytes);
export const nullValue = (): Buffer => tlv(0x05);
export const booleanTrue = (): Buffer => tlv(0x01, Buffer.from([0xff]));
export const utf8String = (text: string): Buffer => tlv(0x0c, Buffer.from(text, 'utf8'));
export const printableString = (text: string): Buffer => tlv(0x13, Buffer.from(text, 'latin1'));

/**
 * INTEGER that is not negative, from its big-endian bytes: superfluous zeros are dropped, the sign bit is kept clear.
 */
export function integer(value: number | Uint8Array): Buffer {
  const bytes = typeof value === 'number' ? tagBytes(value) : Buffer.from(value);
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const magnitude = bytes.subarray(start);
  return tlv(0x02, (magnitude[0] ?? 0) >= 0x80 ? Buffer.from([0]) : Buffer.alloc(0), magnitude);
}

/** BIT STRING without unused bits. */
export const bitString = (bytes: Uint8Array): Buffer => tlv(0x03, Buffer.from([0]), bytes);

/**
 * Named-bit BIT STRING in one octet, trailing zero bits removed as DER wants (X.690 clause 11.2). Bit 0 is the highest.
 */
export function namedBits(...bits: readonly number[]): Buffer {
  const octet = bits.reduce((sum, bit) => sum | (0x80 >> bit), 0);
  return tlv(0x03, Buffer.from([7 - Math.max(...bits), octet]));
}

/** OBJECT IDENTIFIER from dotted text. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const octets: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left % 128) + 128);
    octets.push(...groups);
  }
  return tlv(0x06, Buffer.from(octets));
}

/** GeneralizedTime content in UTC to the second, `YYYYMMDDHHMMSSZ`. */
export function generalizedTimeText(date: Date): string {
  return `${date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;
}

/** X.509 Time: UTCTime through 2049, GeneralizedTime from 2050 (RFC 5280 clause 4.1.2.5). */
export function time(date: Date): Buffer {
  const text = generalizedTimeText(date);
  return date.getUTCFullYear() < 2050
    ? tlv(0x17, Buffer.from(text.slice(2), 'latin1'))
    : tlv(0x18, Buffer.from(text, 'latin1'));
}
