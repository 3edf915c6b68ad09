import { MAX_SEAL_BYTES, SIGNATURE_TAG } from './decode-seal.ts';
import type { SealMessage } from './decode-seal.ts';
import { encodeDerLength } from './der-length.ts';
import { encodeHeader } from './header.ts';
import type { SealHeader } from './header.ts';
import { SealFormatError } from './seal-error.ts';

/** Whoever holds the stamp's key: a file, a token, a remote service. */
export interface StampSigner {
  /** Country and two signs, as in the signer certificate's subject: `ITVS`. */
  readonly signerCode: string;
  /** Serial number of the signer certificate, capital hexadecimal digits. */
  readonly reference: string;
  /** Signs the bytes (hashing them itself) with ECDSA P-256 and SHA-256. Resolves to r‖s, 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** By what a seal names its signer. */
export type StampSignerName = Pick<StampSigner, 'signerCode' | 'reference'>;

/** The header's values that are not the signer's. */
export type SealHeaderFields = Omit<SealHeader, 'version' | 'signerCode' | 'reference'>;

const P256_SIGNATURE_BYTES = 64;
/** Tag, length in one byte, r‖s. */
const SIGNATURE_PART_BYTES = 2 + P256_SIGNATURE_BYTES;

/**
 * Makes a seal of version 4: header, messages in ascending order of tag, signature (Doc 9303-13, 2.2 to 2.5).
 *
 * @throws SealFormatError as {@link emptySeal}, or BAD_SIGNATURE_LENGTH when the signer did not answer with r‖s; whatever the
 *   signer throws
 */
export async function encodeSeal(
  fields: SealHeaderFields,
  messages: readonly SealMessage[],
  signer: StampSigner,
): Promise<Uint8Array> {
  const seal = emptySeal(fields, messages, signer);
  const signature = await signer.sign(seal.slice(0, -SIGNATURE_PART_BYTES));
  if (signature.length !== P256_SIGNATURE_BYTES) {
    throw new SealFormatError('BAD_SIGNATURE_LENGTH', 'the stamp signer must answer with r‖s of 64 bytes');
  }
  seal.set(signature, seal.length - P256_SIGNATURE_BYTES);
  return seal;
}

/**
 * The seal as it will be, with zeros where the signature goes: as long as the signed one.
 *
 * @throws SealFormatError BAD_FIELD, BAD_DATE, DOUBLED_TAG, TOO_LONG
 */
export function emptySeal(fields: SealHeaderFields, messages: readonly SealMessage[], signer: StampSignerName): Uint8Array {
  const header = encodeHeader({ ...fields, signerCode: signer.signerCode, reference: signer.reference });
  const ordered = messages.toSorted((a, b) => a.tag - b.tag);
  const parts = [header];
  for (const [index, { tag, value }] of ordered.entries()) {
    if (!Number.isInteger(tag) || tag < 0 || tag >= SIGNATURE_TAG)
      throw new SealFormatError('BAD_FIELD', 'not a field tag');
    if (ordered[index - 1]?.tag === tag) throw new SealFormatError('DOUBLED_TAG', 'a field is given twice');
    parts.push(Uint8Array.of(tag), encodeDerLength(value.length), value);
  }
  parts.push(Uint8Array.of(SIGNATURE_TAG), encodeDerLength(P256_SIGNATURE_BYTES), new Uint8Array(P256_SIGNATURE_BYTES));
  const seal = concat(parts);
  if (seal.length > MAX_SEAL_BYTES) throw new SealFormatError('TOO_LONG', 'the content does not fit a stamp');
  return seal;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
