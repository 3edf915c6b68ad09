/**
 * BER-TLV data objects (ISO/IEC 7816-4, clause 5.4; also the DER of certificates and signatures): definite lengths of
 * at most four bytes, tags of at most three, and never a byte beyond what was given.
 */
import { malformed } from '../card-error.ts';
import { concat, toHex } from '../primitives/bytes.ts';

/** Tag and length of a data object whose value may not be there yet. */
export interface TlvHeader {
  /** Tag bytes as one number, for example 0x5F1F. */
  readonly tag: number;
  /** Bytes of tag and length together. */
  readonly headerBytes: number;
  /** Bytes of the value, as the length field claims. */
  readonly valueBytes: number;
}

/** A whole data object. */
export interface Tlv {
  readonly tag: number;
  readonly value: Uint8Array;
  /** Tag, length and value as they stood. */
  readonly raw: Uint8Array;
}

/** Reads tag and length only. Throws CardError `malformed` when they are cut off, indefinite or too long. */
export function readTlvHeader(bytes: Uint8Array): TlvHeader {
  let at = 0;
  const next = (): number => {
    const byte = bytes[at];
    if (byte === undefined) throw malformed('data object cut off in tag or length');
    at += 1;
    return byte;
  };
  let tag = next();
  if ((tag & 0x1f) === 0x1f) {
    let byte = next();
    tag = (tag << 8) | byte;
    if ((byte & 0x80) !== 0) {
      byte = next();
      tag = (tag << 8) | byte;
      if ((byte & 0x80) !== 0) throw malformed('tag of more than three bytes');
    }
  }
  const first = next();
  let valueBytes = first;
  if (first >= 0x80) {
    const lengthBytes = first & 0x7f;
    if (lengthBytes === 0) throw malformed('indefinite length');
    if (lengthBytes > 4) throw malformed('length field of more than four bytes');
    valueBytes = 0;
    for (let i = 0; i < lengthBytes; i += 1) valueBytes = valueBytes * 256 + next();
  }
  return { tag, headerBytes: at, valueBytes };
}

/** Reads the data object that the bytes begin with. Throws CardError `malformed` when it is longer than they are. */
export function readTlv(bytes: Uint8Array): Tlv {
  const { tag, headerBytes, valueBytes } = readTlvHeader(bytes);
  const end = headerBytes + valueBytes;
  if (end > bytes.length) throw malformed(`data object ${tagName(tag)} claims more bytes than there are`);
  return { tag, value: bytes.subarray(headerBytes, end), raw: bytes.subarray(0, end) };
}

/** Reads data objects until the bytes end. Throws CardError `malformed` when the last one is cut off. */
export function readTlvList(bytes: Uint8Array): readonly Tlv[] {
  const list: Tlv[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tlv = readTlv(bytes.subarray(at));
    list.push(tlv);
    at += tlv.raw.length;
  }
  return list;
}

/** The value of the first object with the tag. Throws CardError `malformed` when there is none. */
export function requireTlv(list: readonly Tlv[], tag: number): Uint8Array {
  const found = list.find((tlv) => tlv.tag === tag);
  if (found === undefined) throw malformed(`data object ${tagName(tag)} missing`);
  return found.value;
}

/** Reads one data object that must have the tag and fill the bytes. Throws CardError `malformed` otherwise. */
export function readWholeTlv(bytes: Uint8Array, tag: number): Uint8Array {
  const tlv = readTlv(bytes);
  if (tlv.tag !== tag) throw malformed(`data object ${tagName(tlv.tag)} where ${tagName(tag)} belongs`);
  if (tlv.raw.length !== bytes.length) throw malformed(`bytes after data object ${tagName(tag)}`);
  return tlv.value;
}

/** Bytes of a data object; the length takes the shortest form. */
export function encodeTlv(tag: number, value: Uint8Array): Uint8Array {
  return concat(numberBytes(tag), encodeLength(value.length), value);
}

function encodeLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes = numberBytes(length);
  return concat(Uint8Array.of(0x80 | bytes.length), bytes);
}

function numberBytes(value: number): Uint8Array {
  const bytes = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.from(bytes.length === 0 ? [0] : bytes);
}

function tagName(tag: number): string {
  return toHex(numberBytes(tag));
}
