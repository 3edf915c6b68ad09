import { decodeDerLength } from './der-length.ts';
import { decodeHeader } from './header.ts';
import type { SealHeader } from './header.ts';
import { SealFormatError } from './seal-error.ts';

/** The most a 2D symbol of ours can carry: QR version 40, level L, bytes (ISO/IEC 18004, table 7). */
export const MAX_SEAL_BYTES = 2953;

/** Tag of the signature; every other value 0 to 254 is a message. */
export const SIGNATURE_TAG = 0xff;

/** Length of r‖s for curves of 224, 256, 384, 512 and 521 bits. */
const RAW_SIGNATURE_BYTES: ReadonlySet<number> = new Set([56, 64, 96, 128, 132]);

/** One message of a seal. */
export interface SealMessage {
  readonly tag: number;
  readonly value: Uint8Array;
}

/** A seal taken apart. Nothing in it is believed yet. */
export interface DecodedSeal {
  readonly header: SealHeader;
  /** In the order they stand in; no tag twice. */
  readonly messages: readonly SealMessage[];
  /** Header and messages: what the signature covers. */
  readonly signedBytes: Uint8Array;
  /** r‖s. */
  readonly signature: Uint8Array;
}

/**
 * Takes a seal apart (Doc 9303-13, 2.2 to 2.5): version 3 or 4, bounded, in one pass.
 *
 * @throws SealFormatError for everything that is not exactly one seal; `reason` says what
 */
export function decodeSeal(seal: Uint8Array): DecodedSeal {
  if (seal.length > MAX_SEAL_BYTES) throw new SealFormatError('TOO_LONG', 'the stamp is longer than a symbol can hold');
  const { header, next } = decodeHeader(seal);
  const messages: SealMessage[] = [];
  const seen = new Set<number>();
  let offset = next;
  for (;;) {
    const tag = seal[offset];
    if (tag === undefined) throw new SealFormatError('NO_SIGNATURE', 'the stamp ends without a signature');
    const value = readValue(seal, offset + 1, header.version);
    if (tag === SIGNATURE_TAG) {
      if (value.end !== seal.length) throw new SealFormatError('TRAILING_BYTES', 'there are bytes after the signature');
      checkSignatureForm(value.bytes);
      return { header, messages, signedBytes: seal.slice(0, offset), signature: value.bytes };
    }
    if (seen.has(tag)) throw new SealFormatError('DOUBLED_TAG', 'a field stands in the stamp twice');
    seen.add(tag);
    messages.push({ tag, value: value.bytes });
    offset = value.end;
  }
}

function readValue(seal: Uint8Array, offset: number, version: 3 | 4): { bytes: Uint8Array; end: number } {
  const { length, next } = version === 4 ? decodeDerLength(seal, offset) : readByteLength(seal, offset);
  const end = next + length;
  if (end > seal.length) throw new SealFormatError('TRUNCATED', 'the stamp ends inside a field');
  return { bytes: seal.slice(next, end), end };
}

/** Version 3 writes every length in one byte. */
function readByteLength(seal: Uint8Array, offset: number): { length: number; next: number } {
  const length = seal[offset];
  if (length === undefined) throw new SealFormatError('TRUNCATED', 'the stamp ends inside a length');
  return { length, next: offset + 1 };
}

function checkSignatureForm(signature: Uint8Array): void {
  if (RAW_SIGNATURE_BYTES.has(signature.length)) return;
  const looksDer = signature[0] === 0x30 && signature[1] === signature.length - 2 && signature[2] === 0x02;
  if (looksDer) throw new SealFormatError('DER_SIGNATURE', 'the signature is DER-coded instead of r‖s');
  throw new SealFormatError('BAD_SIGNATURE_LENGTH', 'the signature has a length no curve gives');
}
