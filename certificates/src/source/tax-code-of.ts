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
 * The tax code an invented person gets, before any change for namesakes (omocodia). Real codes are read, never
 * computed.
 */
export function taxCodeOf({ surname, givenNames, sex, birthDate, placeCode }: TaxCodeParts): string {
  const [year = '', month = '', day = ''] = birthDate.split('-');
  const dayOfSex = String(Number(day) + (sex === 'F' ? 40 : 0)).padStart(2, '0');
  const monthSign = 'ABCDEHLMPRST'.charAt(Number(month) - 1);
  const body = `${surnameLetters(surname)}${givenNameLetters(givenNames)}${year.slice(2)}${monthSign}${dayOfSex}${placeCode}`;
  return body + taxCodeCheckCharacter(body);
}
