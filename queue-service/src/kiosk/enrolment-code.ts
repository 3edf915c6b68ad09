import { randomBytes } from 'node:crypto';

/** Crockford's alphabet: no letter that is read as another (https://www.crockford.com/base32.html). */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A one-time code that a person types: 80 random bits as four groups of four. */
export function newEnrolmentCode(): string {
  const signs = Array.from(randomBytes(16), (byte) => alphabet[byte & 31] ?? '');
  return [0, 4, 8, 12].map((at) => signs.slice(at, at + 4).join('')).join('-');
}
