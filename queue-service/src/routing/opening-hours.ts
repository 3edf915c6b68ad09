import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { DutyState } from '@videosportello/protocol/messages/visit.ts';

const time = z.string().regex(/^(?:[01]\d|2[0-4]):[0-5]\d$/);
/** Days of the week as files name them. */
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** Open spans of each day of the week; a span ends before its second time. */
const weekly = z
  .array(
    z.object({
      day: z.enum(weekdays),
      open: z.array(z.tuple([time, time]).refine(([from, to]) => from < to, 'closes before it opens')).max(2),
    }),
  )
  .length(7)
  .refine((days) => new Set(days.map(({ day }) => day)).size === 7, 'names each day once');

/** When something is open: by the day of the week, but for the days it is closed. */
export const officeHours = z.object({ weekly, closed: z.array(z.iso.date()) });
export type OfficeHours = z.output<typeof officeHours>;

/** A town's `opening-hours.json`: when operators are on duty, and what there is outside these hours. */
export const openingHours = z.object({
  timeZone: z.string().refine((zone) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
    } catch {
      return false;
    }
  }, 'unknown time zone'),
  ...officeHours.shape,
  alternatives: z.array(
    z.object({ name: z.string(), place: z.string().optional(), phone: z.string().optional(), hours: z.string() }),
  ),
});
export type OpeningHours = z.output<typeof openingHours>;

/** Reads a town's opening hours. @throws Error with a plain sentence when the file is missing or wrong. */
export async function loadOpeningHours(townDir: string): Promise<OpeningHours> {
  const path = join(townDir, 'opening-hours.json');
  try {
    return openingHours.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new Error(`The opening hours in ${path} cannot be read or are not valid.`, { cause: error });
  }
}

/** Day (ISO 8601), weekday and time of day. */
interface LocalMoment {
  readonly day: string;
  readonly weekday: (typeof weekdays)[number];
  readonly time: string;
}

const MINUTE_MS = 60_000;
/** What was worked out last, by time zone: it holds for the minute, and is asked for with every command. */
const lastMoments = new Map<string, { readonly minute: number; readonly moment: LocalMoment }>();

/** The moment in a time zone, to the minute. */
export function localMoment(nowMs: number, timeZone: string): LocalMoment {
  const minute = Math.floor(nowMs / MINUTE_MS);
  const last = lastMoments.get(timeZone);
  if (last?.minute === minute) return last.moment;
  const moment = momentAt(nowMs, timeZone);
  lastMoments.set(timeZone, { minute, moment });
  return moment;
}

function momentAt(nowMs: number, timeZone: string): LocalMoment {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'long',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(nowMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((entry) => entry.type === type)?.value ?? '';
  return {
    day: `${part('year')}-${part('month')}-${part('day')}`,
    weekday: z.enum(weekdays).parse(part('weekday').toLowerCase()),
    time: `${part('hour')}:${part('minute')}`,
  };
}

/** Whether something is open at a moment in its time zone. */
export function isOpenAt(hours: OfficeHours, nowMs: number, timeZone: string): boolean {
  const here = localMoment(nowMs, timeZone);
  const today = hours.weekly.find((entry) => entry.day === here.weekday);
  return !hours.closed.includes(here.day) && (today?.open.some(([from, to]) => from <= here.time && here.time < to) ?? false);
}

/**
 * What a kiosk tells about duty. `hours` groups following days with the same hours; `days` is a weekday in English or two
 * of them with a hyphen (`monday-friday`): the screen translates. Closed days are left out.
 */
export function dutyStateOf(hours: OpeningHours, nowMs: number, isStaffed: boolean): DutyState {
  const open = isOpenAt(hours, nowMs, hours.timeZone);
  const rows: { first: string; last: string; key: string; spans: readonly (readonly [string, string])[] }[] = [];
  for (const day of weekdays) {
    const spans = hours.weekly.find((entry) => entry.day === day)?.open ?? [];
    const key = JSON.stringify(spans);
    const before = rows.at(-1);
    if (before?.key === key) before.last = day;
    else rows.push({ first: day, last: day, key, spans });
  }
  const nearest = hours.alternatives.find((entry) => entry.place !== undefined);
  return {
    open,
    staffed: isStaffed,
    hours: rows.flatMap(({ first, last, spans }) =>
      spans.map(([from, to]) => ({ days: first === last ? first : `${first}-${last}`, from, to })),
    ),
    phone: hours.alternatives.find((entry) => entry.phone !== undefined)?.phone ?? '',
    nearest: nearest ? `${nearest.name}, ${nearest.place ?? ''} (${nearest.hours})` : '',
  };
}
