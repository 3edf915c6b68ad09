import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { civilDate, civilDateAt } from '../rules/civil-date.ts';
import type { CivilDate } from '../rules/civil-date.ts';
import type { FactSource } from './facts.ts';
import type { RegistrySource, ResidentPerson, SourceAnswer } from './registry-source.ts';
import { answerFrom } from './specimen/answers.ts';
import { inventTown } from './specimen/invent-town.ts';
import { factsOn } from './specimen/life.ts';
import type { ParticularCases } from './specimen/particular-cases.ts';
import { historyOfList } from './specimen/plain-lives.ts';
import { addressOn } from './specimen/town-history.ts';
import type { InventedTown, Person, TownHistory } from './specimen/town-history.ts';

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
      card: z.object({ documentNumber: z.string().regex(/^[A-Z0-9]{5,12}$/), expiryDate: civilDate }),
    }),
  ),
});

/** Somebody the specimen registry knows, as of today; without an address any more, the last one. */
export interface InventedPerson extends ResidentPerson {
  readonly status: 'resident' | 'deceased' | 'emigrated';
}

/** A source that can also list its people, because they are invented. */
export interface SpecimenRegistry extends RegistrySource, FactSource {
  /** Everybody ever registered in the town, those of the file first. */
  readonly people: readonly InventedPerson[];
}

/** The specimen registry of a whole town. */
export interface SpecimenTown extends SpecimenRegistry {
  readonly history: TownHistory;
  /** Tax codes of people with something particular, by what it is. */
  readonly particular: ParticularCases;
}

/**
 * The registry of a town that does not exist, in memory: the people of a JSON file (those the demo's cards belong to) and
 * some thousand invented from `seed`, each with a life from birth on, so that every past day can be asked for. Everything
 * issued from it says SPECIMEN.
 *
 * @param options.citizensFile path of the JSON file
 * @param options.seed default 1
 * @param options.now what day it is for the registry; default: the machine's clock
 * @throws the file system's error, or zod's when the file is not of its form
 */
export async function createSpecimenRegistry(options: {
  readonly citizensFile: string;
  readonly seed?: number;
  readonly now?: () => Date;
}): Promise<SpecimenTown> {
  const { municipality, citizens } = citizensFile.parse(JSON.parse(await readFile(options.citizensFile, 'utf8')));
  const { name, ...codes } = municipality;
  const town = { ...codes, place: name.replace(/^Comune di /, '') };
  const now = options.now ?? (() => new Date());
  const { history, particular } = townOnce(options.seed ?? 1, town, citizens);
  const today = civilDateAt(now(), TIME_ZONE);
  const ofFile = new Set(citizens.map(({ taxCode }) => taxCode));
  const [first, others] = [true, false].map((isOfFile) =>
    [...history.people.values()].filter(({ name: { taxCode } }) => ofFile.has(taxCode) === isOfFile),
  );
  const people = [...(first ?? []), ...(others ?? [])].flatMap((person) => inventedPerson(history, person, today) ?? []);
  return { ...registryOf(people, history, now), history, particular };
}

const invented = new Map<string, ReturnType<typeof inventTown>>();

/** The same town for the same question, invented once in a process: nobody changes it, and it takes half a second. */
function townOnce(...of: Parameters<typeof inventTown>): ReturnType<typeof inventTown> {
  const key = JSON.stringify(of);
  const known = invented.get(key) ?? inventTown(...of);
  invented.set(key, known);
  return known;
}

const VALFIORITA: InventedTown = { place: 'Valfiorita', province: 'VF', postalCode: '00099', placeCode: 'X000' };

/** A registry of these people and no others. @param now default: the machine's clock */
export function specimenRegistryOf(
  people: readonly InventedPerson[],
  town = VALFIORITA,
  now = (): Date => new Date(),
): SpecimenRegistry {
  return registryOf(people, historyOfList(town, people), now);
}

function registryOf(people: readonly InventedPerson[], history: TownHistory, now: () => Date): SpecimenRegistry {
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

/** Null for who never was registered in the town by `today`. */
function inventedPerson(history: TownHistory, { name, life }: Person, today: CivilDate): InventedPerson | null {
  const now = factsOn(name.taxCode, life, today);
  const lastHome = life.findLast((event) => event.on <= today && (event.kind === 'registered' || event.kind === 'moved'));
  if (now.status === 'elsewhere' || lastHome === undefined || !('homeId' in lastHome)) return null;
  const home = history.homes.get(lastHome.homeId);
  const at = home && addressOn(home, today);
  if (at === undefined) return null;
  const { birthPlace, ...who } = name;
  return {
    ...who,
    birthPlace: birthPlace.name,
    nationality: now.citizenships[0] ?? 'XXX',
    address: at.address,
    residentSince: lastHome.on > at.since ? lastHome.on : at.since,
    householdId: lastHome.homeId,
    status: now.status === 'resident-abroad' ? 'emigrated' : now.status,
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
