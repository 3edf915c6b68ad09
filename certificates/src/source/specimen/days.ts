import type { CivilDate } from '../../rules/civil-date.ts';

const DAY_MS = 86_400_000;

/** Not read by schema, since what `Date` writes is a day of the calendar, and a century has many days. */
const dayAt = (atMs: number): CivilDate => new Date(atMs).toISOString().slice(0, 10) as CivilDate;

/** The day `count` days after `date`; before it when `count` is negative. */
export function daysAfter(date: CivilDate, count: number): CivilDate {
  return dayAt(Date.parse(date) + count * DAY_MS);
}

/** Whole years from `birth` to `day`; negative before birth. */
export function ageOn(birth: CivilDate, day: CivilDate): number {
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4));
  return day.slice(5) < birth.slice(5) ? years - 1 : years;
}

/** Age at which somebody is of age and can be the head of a household (Civil Code, art. 2). */
export const OF_AGE = 18;

const DAYS_OF_YEAR = [2025, 2024].map((year) =>
  Array.from({ length: year % 4 === 0 ? 366 : 365 }, (_, index) => dayAt(Date.UTC(year, 0, 1 + index)).slice(5)),
);

/** A day of a year of 1901 to 2099, from 0 to 364, in leap years to 365. @throws RangeError beyond */
export function dayOfYear(year: number, index: number): CivilDate {
  const day = DAYS_OF_YEAR[year % 4 === 0 ? 1 : 0]?.[index];
  if (day === undefined) throw new RangeError('The year has no such day.');
  return `${year}-${day}` as CivilDate;
}
