/**
 * The century of the two-digit years of a machine readable zone. Dates without clock or zone are `YYYY-MM-DD` texts,
 * which compare as they read.
 */

/** A calendar date, `YYYY-MM-DD`. */
export type IsoDate = string;

/**
 * The latest date with these two digits of a year that is not after `today`.
 * Undefined when the six characters are no date, as with a birth day that the zone leaves open.
 */
export function birthDateOf(yymmdd: string, today: IsoDate): IsoDate | undefined {
  const century = Number(today.slice(0, 2));
  return [century, century - 1]
    .map((hundreds) => calendarDate(hundreds, yymmdd))
    .find((date) => date !== undefined && date <= today);
}

/**
 * The date with these two digits of a year that lies nearest to `today`'s year: documents run for ten years, so an
 * expiry date is never fifty years away. Undefined when the six characters are no date.
 */
export function expiryDateOf(yymmdd: string, today: IsoDate): IsoDate | undefined {
  const century = Number(today.slice(0, 2));
  const distance = (date: IsoDate): number => Math.abs(Number(date.slice(0, 4)) - Number(today.slice(0, 4)));
  return [century - 1, century, century + 1]
    .map((hundreds) => calendarDate(hundreds, yymmdd))
    .filter((date) => date !== undefined)
    .toSorted((a, b) => distance(a) - distance(b))[0];
}

/** Whether a text is a date of the calendar, `YYYY-MM-DD`. */
export function isIsoDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function calendarDate(hundreds: number, yymmdd: string): IsoDate | undefined {
  const [, year, month, day] = /^(\d\d)(\d\d)(\d\d)$/.exec(yymmdd) ?? [];
  const date = `${hundreds}${year}-${month}-${day}`;
  return year !== undefined && isIsoDate(date) ? date : undefined;
}
