import type { CivilDate } from '../../rules/civil-date.ts';
import { dayOfYear } from './days.ts';
import { inventGivenNames, inventSurname } from './names.ts';
import type { Origin } from './names.ts';
import { inventAddress, OTHER_TOWNS, STATES } from './places.ts';
import type { State } from './places.ts';
import { foreignShare } from './rates.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Draft, TownWriter } from './town-writer.ts';

/** What inventing needs: where it is written, and chance. */
export interface Inventing {
  readonly writer: TownWriter;
  readonly random: SeededRandom;
}

/** Who comes from far, and is born there. */
const FOREIGN_ORIGINS = Object.keys(STATES).filter((state): state is State & Origin => state !== 'VNM');

/** Whom to invent; `surname` default: that of the last parent, else one of the origin. */
export interface StrangerKind {
  readonly origin: Origin;
  readonly sex: 'F' | 'M';
  readonly age: number;
  readonly surname?: string;
  readonly parents?: readonly Draft[];
}

/** Somebody born elsewhere, `age` whole years old on `on` or nearly one more, not yet in the town. */
export function inventStranger({ writer, random }: Inventing, who: StrangerKind, on: CivilDate): Draft {
  const { origin, sex, age, surname, parents = [] } = who;
  const born = dayOfYear(Number(on.slice(0, 4)) - age - 1, random.integer(365));
  const isForeign = origin !== 'ITA';
  return writer.born({
    surname: surname ?? parents.at(-1)?.name.surname ?? inventSurname(random, origin),
    givenNames: inventGivenNames(random, origin, sex),
    sex,
    on: born,
    at: isForeign ? STATES[origin as State] : random.pick(OTHER_TOWNS),
    parents,
    citizenships: [isForeign ? origin : 'ITA'],
    homeId: null,
  });
}

function inventOrigin(random: SeededRandom, on: CivilDate): Origin {
  return random.chance(foreignShare(Number(on.slice(0, 4)))) ? random.pick(FOREIGN_ORIGINS) : 'ITA';
}

/** Somebody from elsewhere for a resident to live with: of the other sex, nearly of the same age, of age. */
export function strangerOf(town: Inventing, resident: Draft, on: CivilDate): Draft {
  const age = Number(on.slice(0, 4)) - resident.birthYear;
  const sex = resident.name.sex === 'F' ? 'M' : 'F';
  return inventStranger(
    town,
    { origin: inventOrigin(town.random, on), sex, age: Math.max(19, age - 3 + town.random.integer(6)) },
    on,
  );
}

/**
 * A household comes to live in the town: somebody alone, a couple, or a couple with children, all of one origin.
 *
 * @returns who came, the couple first where there is one
 */
export function arriveHousehold(town: Inventing, on: CivilDate): readonly [Draft, Draft] | readonly [] {
  const { writer, random } = town;
  const origin = inventOrigin(random, on);
  const from = origin === 'ITA' || random.oneIn(3) ? random.pick(OTHER_TOWNS) : STATES[origin as State];
  const age = 22 + random.integer(24);
  const homeId = writer.makeHome(on, inventAddress(random));
  const man = inventStranger(town, { origin, sex: 'M', age }, on);
  if (random.oneIn(3)) {
    writer.arrive(man, on, homeId, from);
    return [];
  }
  const womanAge = Math.max(20, age - random.integer(6));
  const woman = inventStranger(town, { origin, sex: 'F', age: womanAge }, on);
  const children = Array.from({ length: womanAge < 24 ? 0 : random.integer(4) }, (_, index) =>
    inventStranger(
      town,
      { origin, sex: random.pick(['F', 'M']), age: Math.max(0, womanAge - 22 - 2 * index), parents: [woman, man] },
      on,
    ),
  );
  // Wed where they come from: the act stays there.
  if (!random.oneIn(4)) writer.unite([man, woman], on, { bond: 'marriage', at: from, part: null });
  for (const draft of [man, woman, ...children]) writer.arrive(draft, on, homeId, from);
  return [man, woman];
}

/** The households with which the town begins, all from elsewhere a little before. */
export function foundTown(town: Inventing, households: number, year: number): (readonly [Draft, Draft])[] {
  return Array.from({ length: households }, () => {
    const pair = arriveHousehold(town, dayOfYear(year, town.random.integer(365)));
    return pair.length === 2 ? [pair] : [];
  }).flat();
}
