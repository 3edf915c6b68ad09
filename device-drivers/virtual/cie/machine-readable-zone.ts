/** Writes the machine readable zone of a TD1 card (ICAO Doc 9303 part 5 clause 4.2, part 3 clauses 4 and 6). */
import { mrzCheckDigit } from '@videosportello/identity/primitives/mrz-check-digit.ts';
import type { CardHolder } from './card-holder.ts';
import { PersonalisationError } from './personalisation-error.ts';

const LINE_CHARACTERS = 30;

/**
 * Letters whose transliteration is more than the letter without its marks (part 3 clause 6.A, first choice of the
 * table).
 */
const TRANSLITERATION: ReadonlyMap<string, string> = new Map([
  ['Ä', 'AE'],
  ['Å', 'AA'],
  ['Æ', 'AE'],
  ['Ð', 'D'],
  ['Đ', 'D'],
  ['Ħ', 'H'],
  ['Ĳ', 'IJ'],
  ['Ł', 'L'],
  ['Ŋ', 'N'],
  ['Ö', 'OE'],
  ['Ø', 'OE'],
  ['Œ', 'OE'],
  ['ẞ', 'SS'],
  ['Þ', 'TH'],
  ['Ŧ', 'T'],
  ['Ü', 'UE'],
]);

/**
 * One identifier (surname or given names) in the alphabet A to Z and filler: apostrophes vanish, spaces and hyphens
 * become fillers (part 3 clause 4.6).
 * @throws PersonalisationError `name-not-writable` when a character has no transliteration here.
 */
export function transliterate(name: string): string {
  const letters = Array.from(name.normalize('NFC').toUpperCase(), (character) => {
    if (/['’ʼ`.,]/.test(character)) return '';
    if (/[\s-]/.test(character)) return '<';
    const plain = TRANSLITERATION.get(character) ?? character.normalize('NFD').replaceAll(/\p{M}/gu, '');
    if (!/^[A-Z]+$/.test(plain)) {
      throw new PersonalisationError(
        'name-not-writable',
        'A name has a character that the machine readable zone cannot show.',
      );
    }
    return plain;
  });
  return letters.join('').replaceAll(/<+/g, '<').replaceAll(/^<|<$/g, '');
}

/**
 * The name line: `SURNAME<<GIVEN<NAMES`, filled up. A name that is too long is cut so that the last position is a
 * letter and at least one letter of the given names is left (part 3 clause 4.6, part 5 clause 4.2.3).
 */
export function nameLine(surname: string, givenNames: string, characters = LINE_CHARACTERS): string {
  const given = transliterate(givenNames);
  let primary = transliterate(surname);
  let line = `${primary}<<${given}`;
  while (line.length > characters && !/<<[A-Z<]*[A-Z]$/.test(line.slice(0, characters))) {
    primary = primary.slice(0, -1);
    line = `${primary}<<${given}`;
  }
  return line.slice(0, characters).padEnd(characters, '<');
}

/** A field and its check digit. */
export function withCheckDigit(field: string): string {
  return `${field}${mrzCheckDigit(field)}`;
}

/** YYMMDD. */
export const mrzDate = (date: string): string => date.slice(2).replaceAll('-', '');

/** The 90 characters of a CIE: document code C, state ITA, no optional data. Throws as {@link transliterate}. */
export function writeMachineReadableZone(holder: CardHolder): string {
  const upper = `C<ITA${withCheckDigit(holder.card.documentNumber)}`.padEnd(LINE_CHARACTERS, '<');
  const birth = withCheckDigit(mrzDate(holder.birthDate));
  const expiry = withCheckDigit(mrzDate(holder.card.expiryDate));
  const sex = holder.sex === 'X' ? '<' : holder.sex;
  const optional = '<'.repeat(11);
  const composite = mrzCheckDigit(`${upper.slice(5)}${birth}${expiry}${optional}`);
  const middle = `${birth}${sex}${expiry}${holder.nationality}${optional}${composite}`;
  return `${upper}${middle}${nameLine(holder.surname, holder.givenNames)}`;
}

/** Number, birth and expiry, each with its check digit: what the MRZ password is made of (part 11 clause 4.4.4.1). */
export function mrzInformation(mrz: string): string {
  const middle = mrz.slice(LINE_CHARACTERS, 2 * LINE_CHARACTERS);
  return `${mrz.slice(5, 15)}${middle.slice(0, 7)}${middle.slice(8, 15)}`;
}
