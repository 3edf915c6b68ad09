import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { civilDate } from '../../rules/civil-date.ts';
import { decide } from '../../rules/decide.ts';
import { dutyClaim } from '../../rules/duty.ts';
import { loadTown } from '../../rules/load-town.ts';
import type { ResidenceInput } from './residence.ts';

const sample = z.object({
  at: z.coerce.date(),
  duty: dutyClaim,
  number: z.string(),
  protocol: z.string(),
  documentId: z.string(),
  subject: z.object({
    taxCode: z.string(),
    surname: z.string(),
    givenNames: z.string(),
    sex: z.enum(['F', 'M']),
    birthDate: civilDate,
    birthPlace: z.string(),
    nationality: z.string(),
    address: z.string(),
    residentSince: civilDate,
    householdId: z.string(),
  }),
});

/**
 * The template's input for the invented person of `sample.json`, planned by the demo town's rules; for tests and
 * pictures.
 */
export async function residenceSample(): Promise<ResidenceInput & { readonly at: Date }> {
  const [{ town, rules }, text] = await Promise.all([
    loadTown(fileURLToPath(new URL('../../../../deploy/town', import.meta.url))),
    readFile(new URL('sample.json', import.meta.url), 'utf8'),
  ]);
  const { duty, ...rest } = sample.parse(JSON.parse(text));
  const decision = decide(
    { type: 'residence', use: 'private', language: 'it', edition: 'standard', sections: [], relation: 'self', identity: 'officer-checked', duty },
    rules,
    rest.at,
  );
  if ('refusal' in decision) throw new TypeError(`The rules refuse the sample: ${decision.refusal.code}.`);
  return { ...rest, plan: decision.plan, town, specimen: true };
}
