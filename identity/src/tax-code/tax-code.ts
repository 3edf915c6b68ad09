/**
 * The Italian tax code, codice fiscale (ministerial decree 23 December 1976 n. 13813): form, check character, codes
 * changed for people who would otherwise share one (omocodia), and agreement with a person's data.
 *
 * A code is never rebuilt from a name to reject somebody: names on cards are shortened and codes are assigned by the
 * Revenue Agency. A disagreement is worth a warning.
 */
import type { IsoDate } from '../mrz/dates.ts';

/** Why a text is no tax code. */
export type TaxCodeFault = 'wrong-form' | 'wrong-check-character' | 'no-date';

/** A tax code, read. */
export type TaxCode =
  | {
      readonly kind: 'person';
      /** As given; this one identifies the person. */
      readonly value: string;
      /** With the digits that omocodia replaced by letters put back, check character recomputed. */
      readonly plain: string;
      /** Whether digits had been replaced. */
      readonly changed: boolean;
      readonly surnameLetters: string;
      readonly givenNameLetters: string;
      /** Last two digits of the year of birth. */
      readonly year: string;
      readonly month: number;
      readonly day: number;
      readonly sex: 'F' | 'M';
      /** Municipality (one letter, three digits) or `Z` and a country. */
      readonly birthPlaceCode: string;
    }
  /** Eleven digits, given until a final code exists. */
  | { readonly kind: 'provisional'; readonly value: string }
  | { readonly kind: 'invalid'; readonly fault: TaxCodeFault };

const FORM =
  /^([A-Z]{3})([A-Z]{3})([0-9LMNPQRSTUV]{2})([ABCDEHLMPRST])([0-9LMNPQRSTUV]{2})([A-Z])([0-9LMNPQRSTUV]{3})[A-Z]$/;
const MONTHS = 'ABCDEHLMPRST';
const FEMALE_DAY_OFFSET = 40;
/** Letter that stands for each digit. */
const OMOCODIA = 'LMNPQRSTUV';
const OMOCODIA_POSITIONS: readonly number[] = [6, 7, 9, 10, 12, 13, 14];
const ODD_VALUES = 'BAKPLCQDREVOSFTGUHMINJWZYX';

/** Reads a tax code in upper case without spaces. */
export function parseTaxCode(value: string): TaxCode {
  if (/^[0-9]{11}$/.test(value)) {
    const valid = vatCheckDigit(value.slice(0, 10)) === value.slice(10);
    return valid ? { kind: 'provisional', value } : { kind: 'invalid', fault: 'wrong-check-character' };
  }
  if (!FORM.test(value)) return { kind: 'invalid', fault: 'wrong-form' };
  if (taxCodeCheckCharacter(value.slice(0, 15)) !== value.charAt(15)) {
    return { kind: 'invalid', fault: 'wrong-check-character' };
  }
  const plain = Array.from(value.slice(0, 15), (character, i) =>
    OMOCODIA_POSITIONS.includes(i) ? digitOf(character) : character,
  ).join('');
  const year = plain.slice(6, 8);
  const month = MONTHS.indexOf(plain.charAt(8)) + 1;
  const dayNumber = Number(plain.slice(9, 11));
  const sex = dayNumber > FEMALE_DAY_OFFSET ? 'F' : 'M';
  const day = sex === 'F' ? dayNumber - FEMALE_DAY_OFFSET : dayNumber;
  if (day < 1 || day > daysIn(month, year)) return { kind: 'invalid', fault: 'no-date' };
  return {
    kind: 'person',
    value,
    plain: plain + taxCodeCheckCharacter(plain),
    changed: plain !== value.slice(0, 15),
    surnameLetters: plain.slice(0, 3),
    givenNameLetters: plain.slice(3, 6),
    year,
    month,
    day,
    sex,
    birthPlaceCode: plain.slice(11),
  };
}

/** The check character of the first fifteen. Throws RangeError on other than fifteen letters and digits. */
export function taxCodeCheckCharacter(body: string): string {
  if (!/^[A-Z0-9]{15}$/.test(body)) throw new RangeError('fifteen letters and digits expected');
  let sum = 0;
  for (const [i, character] of Array.from(body).entries()) {
    const isDigit = character >= '0' && character <= '9';
    const index = character.charCodeAt(0) - (isDigit ? '0' : 'A').charCodeAt(0);
    sum += i % 2 === 0 ? ODD_VALUES.indexOf(String.fromCharCode(65 + index)) : index;
  }
  return String.fromCharCode(65 + (sum % 26));
}

/** The three letters of a surname: consonants, then vowels, then X. */
export function surnameLetters(surname: string): string {
  const { consonants, vowels } = lettersOf(surname);
  return `${consonants}${vowels}XXX`.slice(0, 3);
}

/** The three letters of given names: as a surname, but of four and more consonants the first, third and fourth. */
export function givenNameLetters(givenNames: string): string {
  const { consonants, vowels } = lettersOf(givenNames);
  if (consonants.length >= 4) return consonants.charAt(0) + consonants.slice(2, 4);
  return `${consonants}${vowels}XXX`.slice(0, 3);
}

/** What is known of a person from elsewhere. */
export interface PersonData {
  readonly surname: string;
  readonly givenNames: string;
  readonly birthDate: IsoDate;
  readonly sex: 'F' | 'M' | 'X';
}

/** Which of the data disagree with a code; sex `X` and provisional codes disagree with nothing. */
export function taxCodeDisagreements(code: TaxCode, person: PersonData): readonly (keyof PersonData)[] {
  if (code.kind !== 'person') return [];
  const birthDay = `${code.year}-${String(code.month).padStart(2, '0')}-${String(code.day).padStart(2, '0')}`;
  const disagrees: Readonly<Record<keyof PersonData, boolean>> = {
    surname: surnameLetters(person.surname) !== code.surnameLetters,
    givenNames: givenNameLetters(person.givenNames) !== code.givenNameLetters,
    birthDate: person.birthDate.slice(2) !== birthDay,
    sex: person.sex !== 'X' && person.sex !== code.sex,
  };
  return (['surname', 'givenNames', 'birthDate', 'sex'] as const).filter((field) => disagrees[field]);
}

function lettersOf(name: string): { consonants: string; vowels: string } {
  const letters = name.normalize('NFD').toUpperCase().replaceAll(/[^A-Z]/g, '');
  return { consonants: letters.replaceAll(/[AEIOU]/g, ''), vowels: letters.replaceAll(/[^AEIOU]/g, '') };
}

function digitOf(character: string): string {
  const index = OMOCODIA.indexOf(character);
  return index < 0 ? character : String(index);
}

/** The century is not in the code, so 29 February exists in every fourth year. */
function daysIn(month: number, year: string): number {
  if (month === 2) return Number(year) % 4 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Check digit of VAT numbers: odd places as they are, even ones doubled and their digits added. */
function vatCheckDigit(digits: string): string {
  let sum = 0;
  for (const [i, character] of Array.from(digits).entries()) {
    const digit = Number(character);
    const doubled = 2 * digit;
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}
