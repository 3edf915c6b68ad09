import { decodeBase32, encodeBase32 } from './base32.ts';
import { SEAL_MAGIC } from './header.ts';
import { SealFormatError } from './seal-error.ts';

/** An upper-case HTTPS address of signs that QR packs two to eleven bits (ISO/IEC 18004, 7.4.4), without a space. */
const CHECKER_ADDRESS = /^HTTPS:\/\/[A-Z0-9.-]+(?::[0-9]{1,5})?(?:\/[A-Z0-9$*+./:-]*)?$/;

/** Longest text that a symbol can hold: QR version 40, level L, alphanumeric. */
const MAX_TEXT_LENGTH = 4296;

/** What a symbol or a pasted text carried. */
export interface StampPayload {
  readonly seal: Uint8Array;
  /** What stood before `#`: shown for warning, never followed; null where the payload was the seal alone. */
  readonly address: string | null;
}

/**
 * The text a stamp's symbol carries: the checker's address, `#`, the seal in Base32. A phone's camera opens the
 * address; what follows `#` stays on the phone.
 *
 * @param checkerAddress for instance `HTTPS://COMUNE.EXAMPLE.IT/T`
 * @throws SealFormatError BAD_ADDRESS when the address is not upper-case HTTPS of QR's alphanumeric signs
 */
export function stampAddress(checkerAddress: string, seal: Uint8Array): string {
  if (!CHECKER_ADDRESS.test(checkerAddress)) {
    throw new SealFormatError('BAD_ADDRESS', 'the address of the checker must be an upper-case HTTPS address');
  }
  return `${checkerAddress}#${encodeBase32(seal)}`;
}

/**
 * The seal out of a text: an address, of which only what follows the first `#` is read, or the Base32 alone. Space
 * around the text is dropped, as pasting adds it.
 *
 * @throws SealFormatError TOO_LONG, BAD_BASE32, NOT_A_SEAL
 */
export function payloadOfText(text: string): StampPayload {
  const trimmed = text.trim();
  if (trimmed.length > MAX_TEXT_LENGTH)
    throw new SealFormatError('TOO_LONG', 'the text is longer than a symbol can hold');
  // Shown on terminals and pages, so nothing but printable ASCII gets through.
  if (!/^[\x20-\x7e]+$/.test(trimmed)) throw new SealFormatError('NOT_A_SEAL', 'the text is no stamp');
  const at = trimmed.indexOf('#');
  if (at < 0 && trimmed.includes(':')) throw new SealFormatError('NOT_A_SEAL', 'the address carries nothing after #');
  return { seal: decodeBase32(trimmed.slice(at + 1)), address: at < 0 ? null : trimmed.slice(0, at) };
}

/**
 * The seal out of a symbol's bytes: the bare binary seal, or text as in payloadOfText.
 *
 * @throws SealFormatError NOT_A_SEAL when the bytes are neither a seal nor ASCII text, else as payloadOfText
 */
export function payloadOfBytes(bytes: Uint8Array): StampPayload {
  if (bytes[0] === SEAL_MAGIC) return { seal: bytes, address: null };
  if (bytes.length > MAX_TEXT_LENGTH) throw new SealFormatError('TOO_LONG', 'the symbol is longer than a stamp');
  if (bytes.some((byte) => byte > 0x7e)) throw new SealFormatError('NOT_A_SEAL', 'the symbol carries no stamp');
  return payloadOfText(String.fromCharCode(...bytes));
}
