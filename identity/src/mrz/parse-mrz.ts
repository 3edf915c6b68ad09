/**
 * The machine readable zone of identity cards (TD1, three lines of 30) and passports (TD3, two lines of 44):
 * ICAO Doc 9303 parts 3, 4 and 5.
 */
import { malformed } from '../card-error.ts';
import { mrzCheckDigit } from '../primitives/mrz-check-digit.ts';

/** Which check digits agree. A signed zone with a wrong one is odd, a typed one is mistyped. */
export interface MrzChecks {
  readonly documentNumber: boolean;
  readonly birthDate: boolean;
  readonly expiryDate: boolean;
  readonly composite: boolean;
}

/** The fields of a zone, fillers taken off. Dates are YYMMDD as printed; see `dates.ts` for the century. */
export interface Mrz {
  readonly format: 'TD1' | 'TD3';
  /** One or two letters, for example `C` or `P`. */
  readonly documentCode: string;
  /** Three letters, `D` for Germany. */
  readonly issuingState: string;
  readonly documentNumber: string;
  readonly birthDate: string;
  /** `X` where the zone leaves it open. */
  readonly sex: 'F' | 'M' | 'X';
  readonly expiryDate: string;
  readonly nationality: string;
  /** Upper case without accents, as the zone spells it; it may be cut off. */
  readonly surname: string;
  readonly givenNames: string;
  readonly optionalData: readonly string[];
  readonly checks: MrzChecks;
  /** Whether all check digits agree. */
  readonly valid: boolean;
}

/**
 * Reads a zone of 90 (TD1) or 88 (TD3) characters; line breaks are allowed.
 * Throws CardError `malformed` on another length or a character outside the alphabet. Wrong check digits do not throw.
 */
export function parseMrz(text: string): Mrz {
  const zone = text.replaceAll(/\r?\n/g, '');
  if (!/^[0-9A-Z<]+$/.test(zone)) throw malformed('character outside the alphabet of the machine readable zone');
  if (zone.length === 90) return parseTd1(zone);
  if (zone.length === 88) return parseTd3(zone);
  throw malformed('machine readable zone of another length than 90 or 88');
}

function parseTd1(zone: string): Mrz {
  const [first, second, third] = [zone.slice(0, 30), zone.slice(30, 60), zone.slice(60)];
  const number = readNumber(first.slice(5, 14), first.charAt(14), first.slice(15, 30));
  const birthDate = second.slice(0, 6);
  const expiryDate = second.slice(8, 14);
  const compositeField = first.slice(5) + second.slice(0, 7) + second.slice(8, 15) + second.slice(18, 29);
  return finish({
    format: 'TD1',
    documentCode: trim(first.slice(0, 2)),
    issuingState: trim(first.slice(2, 5)),
    documentNumber: number.value,
    birthDate,
    sex: readSex(second.charAt(7)),
    expiryDate,
    nationality: trim(second.slice(15, 18)),
    ...readNames(third),
    optionalData: [number.optional, trim(second.slice(18, 29))].filter((data) => data !== ''),
    checks: {
      documentNumber: number.valid,
      birthDate: agrees(birthDate, second.charAt(6)),
      expiryDate: agrees(expiryDate, second.charAt(14)),
      composite: agrees(compositeField, second.charAt(29)),
    },
  });
}

function parseTd3(zone: string): Mrz {
  const [first, second] = [zone.slice(0, 44), zone.slice(44)];
  const number = second.slice(0, 9);
  const birthDate = second.slice(13, 19);
  const expiryDate = second.slice(21, 27);
  const compositeField = second.slice(0, 10) + second.slice(13, 20) + second.slice(21, 43);
  return finish({
    format: 'TD3',
    documentCode: trim(first.slice(0, 2)),
    issuingState: trim(first.slice(2, 5)),
    documentNumber: trim(number),
    birthDate,
    sex: readSex(second.charAt(20)),
    expiryDate,
    nationality: trim(second.slice(10, 13)),
    ...readNames(first.slice(5)),
    optionalData: [trim(second.slice(28, 42))].filter((data) => data !== ''),
    checks: {
      documentNumber: agrees(number, second.charAt(9)),
      birthDate: agrees(birthDate, second.charAt(19)),
      expiryDate: agrees(expiryDate, second.charAt(27)),
      composite: agrees(compositeField, second.charAt(43)),
    },
  });
}

function finish(fields: Omit<Mrz, 'valid'>): Mrz {
  return { ...fields, valid: Object.values(fields.checks).every((check) => check) };
}

/** A number longer than nine goes on at the start of the optional data, its check digit last (part 5, 4.2.2 note j). */
function readNumber(
  field: string,
  check: string,
  optional: string,
): { value: string; valid: boolean; optional: string } {
  const [tail = '', ...others] = check === '<' ? optional.split('<') : [];
  if (tail.length < 2) return { value: trim(field), valid: agrees(field, check), optional: trim(optional) };
  const value = field + tail.slice(0, -1);
  return { value, valid: agrees(value, tail.slice(-1)), optional: trim(others.join('<')) };
}

function readNames(field: string): { surname: string; givenNames: string } {
  const [surname = '', ...given] = field.split('<<');
  const spaced = (name: string): string => name.replaceAll('<', ' ').trim();
  return { surname: spaced(surname), givenNames: spaced(given.join(' ')) };
}

function readSex(character: string): 'F' | 'M' | 'X' {
  return character === 'F' || character === 'M' ? character : 'X';
}

function agrees(field: string, check: string): boolean {
  return String(mrzCheckDigit(field)) === (check === '<' && !/[^<]/.test(field) ? '0' : check);
}

function trim(field: string): string {
  return field.replace(/<+$/, '').replaceAll('<', ' ');
}
