import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { StampDuty } from '@videosportello/protocol/messages/visit.ts';
import { isoDate } from '@videosportello/protocol/units.ts';

const span = { from: isoDate, to: isoDate.nullable() };

/**
 * As much of a town's `certificates.json` as a kiosk is told: the stamp duty on the residence certificate for private use
 * (DPR 642/1972), from day to day. The certificate service checks the whole of the file.
 */
export const dutyRules = z.object({
  types: z.array(
    z.object({
      type: z.string(),
      versions: z.array(
        z.object({
          ...span,
          uses: z.array(z.object({ use: z.string(), duty: z.object({ cents: z.number().int().min(0).max(100_000) }).nullable() })),
        }),
      ),
    }),
  ),
  dutyExemptions: z.array(z.object({ ...span, code: z.string().regex(/^\d{1,2}$/) })),
});
export type DutyRules = z.output<typeof dutyRules>;

/** Reads a town's duty. @throws Error with a plain sentence when the file is missing or wrong. */
export async function loadDutyRules(townDir: string): Promise<DutyRules> {
  const path = join(townDir, 'certificates.json');
  try {
    return dutyRules.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new Error(`The certificate rules in ${path} cannot be read or are not valid.`, { cause: error });
  }
}

/**
 * The duty on a day (ISO 8601) of the town: null when the rules in force ask for none, undefined when they say nothing of the
 * day or of private use.
 */
export function stampDutyOn(rules: DutyRules, day: string): StampDuty | null | undefined {
  const holds = ({ from, to }: { readonly from: string; readonly to: string | null }) => from <= day && (to === null || day <= to);
  const version = rules.types.find(({ type }) => type === 'residence')?.versions.find(holds);
  const use = version?.uses.find((one) => one.use === 'private');
  if (!use) return undefined;
  const cents = use.duty?.cents ?? 0;
  if (cents === 0) return null;
  return { cents, exemptions: [...new Set(rules.dutyExemptions.filter(holds).map(({ code }) => code))] };
}
