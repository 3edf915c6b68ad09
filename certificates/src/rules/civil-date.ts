import { z } from 'zod';

/** A day of the calendar, `YYYY-MM-DD`, without hour and zone: what laws, papers and registers count with. */
export const civilDate = z.iso.date().brand<'CivilDate'>();
export type CivilDate = z.output<typeof civilDate>;

/** The day it is at `at` in `timeZone` (IANA name): a certificate asked for at 00:30 in Rome bears Rome's date. */
export function civilDateAt(at: Date, timeZone: string): CivilDate {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return civilDate.parse(parts.format(at));
}

/**
 * The day `months` later. A term in months ends on the same day of the last month, or on that month's last day where it
 * has no such day (Civil Code, art. 2963 c. 4–5).
 */
export function addMonths(date: CivilDate, months: number): CivilDate {
  const { year, month, day } = fields(date);
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day, lastDay));
  return civilDate.parse(first.toISOString().slice(0, 10));
}

/** The day `days` later, or earlier where `days` is negative. */
export function addDays(date: CivilDate, days: number): CivilDate {
  return civilDate.parse(new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10));
}

/** Whether `date` lies between two days, both included; `to: null` means without end. */
export function isBetween(date: CivilDate, span: { readonly from: CivilDate; readonly to: CivilDate | null }): boolean {
  return span.from <= date && (span.to === null || date <= span.to);
}

/** As Italian papers write it: `22/11/2026`. */
export function italianDate(date: CivilDate): string {
  const [year, month, day] = date.split('-');
  return `${day}/${month}/${year}`;
}

/** In words: `22 novembre 2026`, with `1º` for the first of a month. */
export function italianDateInWords(date: CivilDate): string {
  const { year, month, day } = fields(date);
  return `${day === 1 ? '1º' : day} ${MONTHS[month - 1]} ${year}`;
}

const MONTHS = [
  'gennaio',
  'febbraio',
  'marzo',
  'aprile',
  'maggio',
  'giugno',
  'luglio',
  'agosto',
  'settembre',
  'ottobre',
  'novembre',
  'dicembre',
] as const;

function fields(date: CivilDate): { year: number; month: number; day: number } {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  return { year, month, day };
}
