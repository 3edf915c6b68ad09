import { SealFormatError } from './seal-error.ts';

/**
 * Single-shift values of the basic C40 set (ISO/IEC 16022, table 3; Doc 9303-13, App. B): space, digits, capital
 * letters.
 */
const ALPHABET = ' 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const FIRST_VALUE = 3;
/** Latch to ASCII: one sign is left over and follows as ASCII + 1. */
const UNLATCH = 0xfe;
const PAD_VALUE = 0;

/**
 * Encodes capital letters, digits, space and the filler `<` (which becomes a space) in C40: two bytes for three signs.
 *
 * @throws SealFormatError BAD_FIELD for any other sign
 */
export function encodeC40(text: string): Uint8Array {
  const values = Array.from(text, (sign) => {
    const index = ALPHABET.indexOf(sign === '<' ? ' ' : sign);
    if (index < 0) throw new SealFormatError('BAD_FIELD', 'C40 carries capital letters, digits and spaces only');
    return index + FIRST_VALUE;
  });
  const bytes: number[] = [];
  for (let i = 0; i < values.length; i += 3) {
    const [first, second, third] = [values[i], values[i + 1], values[i + 2]];
    if (first === undefined) break;
    if (second === undefined) {
      const sign = text[i] === '<' ? ' ' : (text[i] ?? ' ');
      bytes.push(UNLATCH, sign.charCodeAt(0) + 1);
    } else {
      const packed = 1600 * first + 40 * second + (third ?? PAD_VALUE) + 1;
      bytes.push(packed >> 8, packed & 0xff);
    }
  }
  return Uint8Array.from(bytes);
}

/**
 * Decodes C40. A pad value closes the text; shifts to other sets, which a seal's header never uses, are refused.
 *
 * @throws SealFormatError BAD_HEADER
 */
export function decodeC40(bytes: Uint8Array): string {
  if (bytes.length % 2 !== 0) throw malformed();
  let text = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const [high, low] = [bytes[i] ?? 0, bytes[i + 1] ?? 0];
    const last = i + 2 === bytes.length;
    if (high === UNLATCH) {
      const sign = String.fromCharCode(low - 1);
      if (!last || low === 0 || !ALPHABET.includes(sign)) throw malformed();
      return text + sign;
    }
    const packed = high * 256 + low - 1;
    const values = [Math.floor(packed / 1600), Math.floor(packed / 40) % 40, packed % 40];
    if (packed < 0 || packed >= 64000) throw malformed();
    for (const [position, value] of values.entries()) {
      if (value === PAD_VALUE && last && position === 2) return text;
      const sign = ALPHABET[value - FIRST_VALUE];
      if (sign === undefined) throw malformed();
      text += sign;
    }
  }
  return text;
}

function malformed(): SealFormatError {
  return new SealFormatError('BAD_HEADER', 'the C40 text is malformed');
}
