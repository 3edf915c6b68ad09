import { givenNameLetters, surnameLetters, taxCodeCheckCharacter } from '@videosportello/identity/tax-code/tax-code.ts';

/** What a tax code is made from (DM Finanze 23 December 1976 n. 13813). */
export interface TaxCodeParts {
  readonly surname: string;
  readonly givenNames: string;
  readonly sex: 'F' | 'M';
  /** `YYYY-MM-DD` */
  readonly birthDate: string;
  /** Codice catastale of the birth place, or of the state. */
  readonly placeCode: string;
}

/**
 * The tax code an invented person gets. Real codes are read, never computed.
 *
 * @param namesakes how many people already have the same data: so many times the code is changed, digits becoming letters
 *   from the right (omocodia, DM 23 December 1976, art. 6)
 * @throws RangeError above 127 namesakes, for which there is no code left
 */
export function taxCodeOf({ surname, givenNames, sex, birthDate, placeCode }: TaxCodeParts, namesakes = 0): string {
  const [year = '', month = '', day = ''] = birthDate.split('-');
  const dayOfSex = String(Number(day) + (sex === 'F' ? 40 : 0)).padStart(2, '0');
  const monthSign = 'ABCDEHLMPRST'.charAt(Number(month) - 1);
  const body = `${surnameLetters(surname)}${givenNameLetters(givenNames)}${year.slice(2)}${monthSign}${dayOfSex}${placeCode}`;
  const changed = withLetters(body, namesakes);
  return changed + taxCodeCheckCharacter(changed);
}

const DIGITS_FROM_RIGHT = [14, 13, 12, 10, 9, 7, 6] as const;

function withLetters(body: string, namesakes: number): string {
  if (namesakes === 0) return body;
  if (namesakes >= 2 ** DIGITS_FROM_RIGHT.length) throw new RangeError('There is no tax code left for so many namesakes.');
  const replaced = new Set<number>(DIGITS_FROM_RIGHT.filter((_, place) => ((namesakes >> place) & 1) === 1));
  return Array.from(body, (sign, index) => (replaced.has(index) ? 'LMNPQRSTUV'.charAt(Number(sign)) : sign)).join('');
}
