import { SealFormatError } from './seal-error.ts';

/** A calendar day, YYYY-MM-DD, without time or zone. */
export type Day = string;

/**
 * Encodes a day in three bytes: the number MMDDYYYY, big-endian (Doc 9303-13, 2.3.1).
 *
 * @throws SealFormatError BAD_DATE when the text is no day of the calendar
 */
export function encodeVdsDate(day: Day): Uint8Array {
  if (!isDay(day)) throw new SealFormatError('BAD_DATE', 'a date is not a day of the calendar');
  const number = Number(`${day.slice(5, 7)}${day.slice(8, 10)}${day.slice(0, 4)}`);
  return Uint8Array.of(number >> 16, (number >> 8) & 0xff, number & 0xff);
}

/**
 * Decodes three bytes to a day.
 *
 * @throws SealFormatError BAD_DATE when the number is no day of the calendar
 */
export function decodeVdsDate(bytes: Uint8Array): Day {
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const digits = String(number).padStart(8, '0');
  const day = `${digits.slice(4)}-${digits.slice(0, 2)}-${digits.slice(2, 4)}`;
  if (bytes.length !== 3 || digits.length !== 8 || !isDay(day)) {
    throw new SealFormatError('BAD_DATE', 'a date is not a day of the calendar');
  }
  return day;
}

/** The day it is in Italy at `at`, whose certificates and lists of keys are dated so. */
export function italianDay(at: Date): Day {
  // Sweden writes days as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Rome' }).format(at);
}

/** Whether a text is a day of the calendar, YYYY-MM-DD. */
export function isDay(text: string): text is Day {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
}
