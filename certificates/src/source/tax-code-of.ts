/** What a tax code is made from (DM Finanze 23 December 1976, art. 2–6). */
export interface TaxCodeParts {
  readonly surname: string;
  readonly givenNames: string;
  readonly sex: 'F' | 'M';
  /** `YYYY-MM-DD` */
  readonly birthDate: string;
  /** Codice catastale of the birth place, or of the state. */
  readonly placeCode: string;
}

/** The tax code of a person before any substitution for namesakes (omocodia). */
export function taxCodeOf({ surname, givenNames, sex, birthDate, placeCode }: TaxCodeParts): string {
  const [year = '', month = '', day = ''] = birthDate.split('-');
  const dayOfSex = String(Number(day) + (sex === 'F' ? 40 : 0)).padStart(2, '0');
  const body = `${surnameSigns(surname)}${nameSigns(givenNames)}${year.slice(2)}${MONTH_SIGNS[Number(month) - 1]}${dayOfSex}${placeCode}`;
  return body + checkSign(body);
}

const MONTH_SIGNS = 'ABCDEHLMPRST';
/** Values of `0`–`9` and `A`–`Z` in odd places (the first is odd). */
const ODD = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
] as const;

function surnameSigns(surname: string): string {
  const { consonants, vowels } = letters(surname);
  return `${consonants}${vowels}XXX`.slice(0, 3);
}

function nameSigns(givenNames: string): string {
  const { consonants, vowels } = letters(givenNames);
  if (consonants.length > 3) return `${consonants[0]}${consonants[2]}${consonants[3]}`;
  return `${consonants}${vowels}XXX`.slice(0, 3);
}

/** Plain capital letters; signs over letters do not count, Ł and its like become their base letter. */
function letters(name: string): { readonly consonants: string; readonly vowels: string } {
  const plain = name.normalize('NFD').toUpperCase().replaceAll('Ł', 'L').replaceAll('Ø', 'O').replaceAll('Đ', 'D').replace(/[^A-Z]/g, '');
  return { consonants: plain.replace(/[AEIOU]/g, ''), vowels: plain.replace(/[^AEIOU]/g, '') };
}

function checkSign(body: string): string {
  const sum = [...body].reduce((total, sign, index) => {
    const value = Number.parseInt(sign, 36);
    const even = value < 10 ? value : value - 10;
    return total + (index % 2 === 0 ? (ODD[value] ?? 0) : even);
  }, 0);
  return String.fromCharCode('A'.charCodeAt(0) + (sum % 26));
}
