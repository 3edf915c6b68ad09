import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { civilDate, civilDateAt } from '../rules/civil-date.ts';
import type { FactOf, FactSource, PersonName } from './facts.ts';
import { answerFrom } from './specimen/answers.ts';
import { inventTown } from './specimen/invent-town.ts';
import { factsOn } from './specimen/life.ts';
import type { ParticularCases } from './specimen/particular-cases.ts';
import type { Person, TownHistory } from './specimen/town-history.ts';

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

/** A source whose people are invented, so that they can be listed. */
export interface SpecimenRegistry extends FactSource {
  /** Everybody ever registered in the town, those of the file first, as they are on the day when it is opened. */
  readonly people: readonly (PersonName & { readonly status: FactOf['person']['status'] })[];
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
}): Promise<SpecimenRegistry> {
  const { municipality, citizens } = citizensFile.parse(JSON.parse(await readFile(options.citizensFile, 'utf8')));
  const { name, ...codes } = municipality;
  const town = { ...codes, place: name.replace(/^Comune di /, '') };
  const now = options.now ?? (() => new Date());
  const { history, particular } = townOnce(options.seed ?? 1, town, citizens);
  const today = civilDateAt(now(), TIME_ZONE);
  const ofFile = new Set(citizens.map(({ taxCode }) => taxCode));
  const isOfFile = ({ name: { taxCode } }: Person): boolean => ofFile.has(taxCode);
  const everybody = [...history.people.values()];
  const people = [...everybody.filter(isOfFile), ...everybody.filter((person) => !isOfFile(person))].flatMap(
    ({ name: who, life }) => {
      const { status } = factsOn(who.taxCode, life, today);
      return status === 'elsewhere' ? [] : [{ ...who, status }];
    },
  );
  return { ...sourceOf(history, now), people, history, particular };
}

const invented = new Map<string, ReturnType<typeof inventTown>>();

/** The same town for the same question, invented once in a process: nobody changes it, and it takes half a second. */
function townOnce(...of: Parameters<typeof inventTown>): ReturnType<typeof inventTown> {
  const key = JSON.stringify(of);
  const known = invented.get(key) ?? inventTown(...of);
  invented.set(key, known);
  return known;
}

function sourceOf(history: TownHistory, now: () => Date): FactSource {
  return {
    specimen: true,
    async ask(kind, of, { signal }) {
      if (signal.aborted) return { refusal: 'unavailable' };
      return answerFrom(history, kind, of, civilDateAt(now(), TIME_ZONE));
    },
  };
}
