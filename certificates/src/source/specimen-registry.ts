import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { civilDate, civilDateAt } from '../rules/civil-date.ts';
import type { FactSource } from './facts.ts';
import { inventPeople } from './invented-people.ts';
import type { InventedPerson } from './invented-people.ts';
import type { RegistrySource, ResidentPerson, SourceAnswer } from './registry-source.ts';
import { answerFrom } from './specimen/answers.ts';
import { historyOfList } from './specimen/plain-lives.ts';
import type { InventedTown } from './specimen/town-history.ts';

/** How many people the invented town has beside those of the file. */
const INVENTED = 360;

/** Where the invented town lies. */
const TIME_ZONE = 'Europe/Rome';

const text = z.string().trim().min(1).max(120);
const citizensFile = z.object({
  municipality: z.object({
    name: text,
    placeCode: z.string().regex(/^[A-Z]\d{3}$/),
    province: z.string().regex(/^[A-Z]{2}$/),
    postalCode: z.string().regex(/^\d{5}$/),
  }),
  citizens: z.array(
    z.object({
      surname: text,
      givenNames: text,
      sex: z.enum(['F', 'M']),
      birthDate: civilDate,
      birthPlace: text,
      nationality: z.string().regex(/^[A-Z]{3}$/),
      taxCode: z.string().regex(/^[A-Z0-9]{16}$/),
      address: text,
      residentSince: civilDate,
    }),
  ),
});

/**
 * The registry of a town that does not exist, in memory: first the people of a JSON file (those the demo's cards belong
 * to), then a few hundred invented from `seed`. Everything issued from it says SPECIMEN.
 *
 * @param options.citizensFile path of the JSON file
 * @param options.seed default 1
 * @throws the file system's error, or zod's when the file is not of its form
 */
export async function createSpecimenRegistry(options: {
  readonly citizensFile: string;
  readonly seed?: number;
}): Promise<SpecimenRegistry> {
  const { municipality, citizens } = citizensFile.parse(JSON.parse(await readFile(options.citizensFile, 'utf8')));
  const first = citizens.map((citizen, index): InventedPerson => ({
    ...citizen,
    householdId: `demo-${index + 1}`,
    status: 'resident',
  }));
  const { name, ...codes } = municipality;
  const town = { ...codes, place: name.replace(/^Comune di /, '') };
  const taken = new Set(first.map(({ taxCode }) => taxCode));
  return specimenRegistryOf([...first, ...inventPeople(options.seed ?? 1, INVENTED, town, taken)], town);
}

/** A source that can also list its people, because they are invented. */
export interface SpecimenRegistry extends RegistrySource, FactSource {
  readonly people: readonly InventedPerson[];
}

const VALFIORITA: InventedTown = { place: 'Valfiorita', province: 'VF', postalCode: '00099', placeCode: 'X000' };

/** A registry of these people and no others. @param now default: the machine's clock */
export function specimenRegistryOf(
  people: readonly InventedPerson[],
  town = VALFIORITA,
  now = (): Date => new Date(),
): SpecimenRegistry {
  const history = historyOfList(town, people);
  const byTaxCode = new Map(people.map((person) => [person.taxCode, person]));
  const households = Map.groupBy(people, (person) => person.householdId);
  return {
    specimen: true,
    people,
    async ask(kind, of, { signal }) {
      if (signal.aborted) return { refusal: 'unavailable' };
      return answerFrom(history, kind, of, civilDateAt(now(), TIME_ZONE));
    },
    async findByTaxCode(taxCode, { signal }) {
      if (signal.aborted) return { refusal: 'unavailable' };
      return answerFor(byTaxCode.get(taxCode));
    },
    async findHousehold(householdId, { signal }) {
      if (signal.aborted) return { refusal: 'unavailable' };
      const members = (households.get(householdId) ?? []).filter(({ status }) => status === 'resident');
      return members.length === 0 ? { refusal: 'not-found' } : { value: members };
    },
  };
}

function answerFor(person: InventedPerson | undefined): SourceAnswer<ResidentPerson> {
  switch (person?.status) {
    case undefined:
      return { refusal: 'not-found' };
    case 'deceased':
      return { refusal: 'deceased' };
    case 'emigrated':
      return { refusal: 'not-resident' };
    case 'resident':
      return { value: person };
  }
}
