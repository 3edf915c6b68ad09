/**
 * Check digit of the machine readable zone (ICAO Doc 9303 part 3, 4.9).
 */

const WEIGHTS = [7, 3, 1] as const;

/**
 * The check digit 0 to 9 of a field of digits, letters A to Z and fillers `<`.
 * Throws RangeError on any other character.
 */
export function mrzCheckDigit(field: string): number {
  let sum = 0;
  for (let i = 0; i < field.length; i += 1) sum += valueOf(field.charAt(i)) * (WEIGHTS[i % 3] ?? 0);
  return sum % 10;
}

function valueOf(character: string): number {
  if (character === '<') return 0;
  if (/^[0-9A-Z]$/.test(character)) return parseInt(character, 36);
  throw new RangeError('character outside the alphabet of the machine readable zone');
}
