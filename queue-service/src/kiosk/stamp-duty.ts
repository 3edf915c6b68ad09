import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { StampDuty } from '@videosportello/protocol/messages/visit.ts';
import { isoDate } from '@videosportello/protocol/units.ts';

const span = { from: isoDate, to: isoDate.nullable() };

/**
 * As much of a town's `certificate-terms.json` as a kiosk is told: the stamp duty on a certificate (DPR 642/1972) and who is
 * exempt from it, from day to day. The certificate service checks the whole of the file.
 */
export const dutyRules = z.object({
  stampDuty: z.array(z.object({ ...span, cents: z.number().int().min(0).max(100_000) })),
  dutyExemptions: z.array(z.object({ ...span, code: z.string().regex(/^\d{1,2}$/) })),
});
export type DutyRules = z.output<typeof dutyRules>;

/** Reads a town's duty. @throws Error with a plain sentence when the file is missing or wrong. */
export async function loadDutyRules(townDir: string): Promise<DutyRules> {
  const path = join(townDir, 'certificate-terms.json');
  try {
    return dutyRules.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new Error(`The certificate rules in ${path} cannot be read or are not valid.`, { cause: error });
  }
}

/** The duty on a day (ISO 8601) of the town: null when none is asked for, undefined when the rules say nothing of the day. */
export function stampDutyOn(rules: DutyRules, day: string): StampDuty | null | undefined {
  const holds = ({ from, to }: { readonly from: string; readonly to: string | null }) => from <= day && (to === null || day <= to);
  const cents = rules.stampDuty.find(holds)?.cents;
  if (cents === undefined) return undefined;
  if (cents === 0) return null;
  return { cents, exemptions: [...new Set(rules.dutyExemptions.filter(holds).map(({ code }) => code))] };
}
