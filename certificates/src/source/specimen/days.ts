import { civilDate } from '../../rules/civil-date.ts';
import type { CivilDate } from '../../rules/civil-date.ts';

const DAY_MS = 86_400_000;

/** The day `count` days after `date`; before it when `count` is negative. */
export function daysAfter(date: CivilDate, count: number): CivilDate {
  return civilDate.parse(new Date(Date.parse(date) + count * DAY_MS).toISOString().slice(0, 10));
}

/** Whole years from `birth` to `day`; negative before birth. */
export function ageOn(birth: CivilDate, day: CivilDate): number {
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4));
  return day.slice(5) < birth.slice(5) ? years - 1 : years;
}
