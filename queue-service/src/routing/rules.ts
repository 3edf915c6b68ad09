import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { kioskId } from '@videosportello/protocol/ids.ts';
import type { KioskId } from '@videosportello/protocol/ids.ts';
import { priorityClass, service } from '@videosportello/protocol/messages/visit.ts';
import type { Service } from '@videosportello/protocol/messages/visit.ts';
import { isOpenAt, officeHours } from './opening-hours.ts';

/** The reach that every town of the pool shares. */
export const POOL_REACH = 'pool';

/** A town's short name in lanes: `valfiorita` of "Valfiorita". */
export const townWord = (town: string): string =>
  town
    .normalize('NFD')
    .replaceAll(/[^A-Za-z0-9]+/g, '')
    .toLowerCase();

const widening = z.strictObject({
  /** How long a ticket has waited when this step opens, seconds. */
  afterSeconds: z.number().int().min(0).max(86_400),
  /** Whose operators are asked from then on: those of the kiosk's own town, or all of the pool. */
  reach: z.enum(['town', POOL_REACH]),
  /** Whether the operator must speak the citizen's language, or an interpreter may join. */
  language: z.enum(['own', 'any']).default('own'),
  /** Whether the operator must know the service. */
  service: z.enum(['own', 'any']).default('own'),
});

const restriction = z.strictObject({
  /** What has hours of its own: the kiosk, the service, or the service at the kiosk. */
  kiosk: kioskId.optional(),
  service: service.optional(),
  ...officeHours.shape,
});

const rules = z.strictObject({
  /** Names this version in every decision's record. */
  version: z.string().regex(/^[a-z0-9.-]{1,20}$/),
  /** First day it holds, ISO 8601; it holds until the next version's first day. */
  from: z.iso.date(),
  /** Towns of the pool, as their kiosks show them. A kiosk of another town has the pool's operators from the start. */
  towns: z.array(z.string().min(1).max(80)).min(1).max(500),
  /** Highest first. */
  classes: z
    .array(priorityClass)
    .refine((list) => new Set(list).size === list.length && list.length === priorityClass.options.length, 'names each class once'),
  /** Hours of sites and services that are shorter than the town's. Outside them no ticket is given. */
  hours: z
    .array(restriction.refine((row) => row.kiosk !== undefined || row.service !== undefined, 'names a kiosk or a service'))
    .default([]),
  /** The first step opens at once. */
  widening: z
    .array(widening)
    .min(1)
    .refine((steps) => steps[0]?.afterSeconds === 0, 'the first step opens at once')
    .refine((steps) => steps.every((step, index) => index === 0 || step.afterSeconds > (steps[index - 1]?.afterSeconds ?? 0)), 'steps in order of time'),
});

/** One version of a pool's routing rules. */
export type RoutingRules = z.output<typeof rules>;

/** A town's `routing.json`: who is asked for whom, and when more are asked. */
export const routingFile = z.strictObject({
  versions: z
    .array(rules)
    .min(1)
    .refine((list) => list.every((entry, index) => index === 0 || entry.from > (list[index - 1]?.from ?? '')), 'versions in order of date')
    .refine((list) => new Set(list.map(({ version }) => version)).size === list.length, 'a version is named once'),
});
export type RoutingFile = z.output<typeof routingFile>;

/**
 * The rules that hold on a day (ISO 8601).
 * @throws RangeError when the file says nothing of a day so early.
 */
export function rulesOn(file: RoutingFile, day: string): RoutingRules {
  const found = file.versions.findLast(({ from }) => from <= day);
  if (!found) throw new RangeError(`the routing rules begin after ${day}`);
  return found;
}

/** Whether a ticket for this service may be given at this kiosk at a moment in the town's time zone: every row that speaks of it says so. */
export const isServedAt = (
  rules: RoutingRules,
  asked: { readonly kioskId: KioskId; readonly service: Service | undefined },
  nowMs: number,
  timeZone: string,
): boolean =>
  rules.hours.every(
    (row) =>
      (row.kiosk !== undefined && row.kiosk !== asked.kioskId) ||
      (row.service !== undefined && row.service !== asked.service) ||
      isOpenAt(row, nowMs, timeZone),
  );

/**
 * Reads a town's routing rules.
 * @throws Error with a plain sentence when the file is missing or wrong, or when no version holds on `today`.
 */
export async function loadRouting(townDir: string, today: string): Promise<RoutingFile> {
  const path = join(townDir, 'routing.json');
  try {
    const file = routingFile.parse(JSON.parse(await readFile(path, 'utf8')));
    rulesOn(file, today);
    return file;
  } catch (error) {
    throw new Error(`The routing rules in ${path} cannot be read or are not valid today.`, { cause: error });
  }
}
