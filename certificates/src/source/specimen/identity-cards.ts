import type { CivilDate } from '../../rules/civil-date.ts';
import { ageOn, dayOfYear, OF_AGE } from './days.ts';

/**
 * Last day of an electronic identity card: ten years after the issue, of minors five and under three years of age three, and
 * from there to the next birthday (DL 70/2011, art. 10; DL 5/2012, art. 7).
 */
export function cardExpiry(birth: CivilDate, issuedOn: CivilDate): CivilDate {
  const age = ageOn(birth, issuedOn);
  const years = age < 3 ? 3 : age < OF_AGE ? 5 : 10;
  const year = Number(issuedOn.slice(0, 4)) + years;
  return birthdayIn(birth.slice(5) >= issuedOn.slice(5) ? year : year + 1, birth);
}

/** Who was born on 29 February has it on 1 March of other years. */
function birthdayIn(year: number, birth: CivilDate): CivilDate {
  const start = Date.UTC(year, 0, 1);
  return dayOfYear(year, (Date.UTC(year, Number(birth.slice(5, 7)) - 1, Number(birth.slice(8))) - start) / 86_400_000);
}
