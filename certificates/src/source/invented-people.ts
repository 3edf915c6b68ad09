import { civilDate } from '../rules/civil-date.ts';
import names from './invented-names.json' with { type: 'json' };
import type { ResidentPerson } from './registry-source.ts';
import { createSeededRandom } from './seeded-random.ts';
import type { SeededRandom } from './seeded-random.ts';
import { taxCodeOf } from './tax-code-of.ts';

/** Somebody the specimen registry knows, resident or no longer. */
export interface InventedPerson extends ResidentPerson {
  readonly status: 'resident' | 'deceased' | 'emigrated';
}

/** Where the invented people live. */
export interface InventedTown {
  readonly place: string;
  readonly placeCode: string;
}

/** Year in which the ages of the invented town are right. */
const YEAR = 2026;

/**
 * Invents `count` people in coherent households: pairs of an age, children younger than their parents and with the
 * surname of one, the old alone; all of a household at one address and since days after which each was born. The same
 * seed gives the same town. No tax code stands twice, nor is in `taken`.
 */
export function inventPeople(
  seed: number,
  count: number,
  town: InventedTown,
  taken: ReadonlySet<string>,
): InventedPerson[] {
  const random = createSeededRandom(seed);
  const people: InventedPerson[] = [];
  const codes = new Set(taken);
  for (let household = 1; people.length < count; household += 1) {
    const members = inventHousehold(random, `h${String(household).padStart(4, '0')}`, town).filter(
      ({ taxCode }) => !codes.has(taxCode),
    );
    for (const member of members) codes.add(member.taxCode);
    people.push(...members);
  }
  return people.slice(0, count);
}

function inventHousehold(random: SeededRandom, householdId: string, town: InventedTown): InventedPerson[] {
  const address = `${random.pick(names.streets)} ${1 + random.integer(90)}${random.oneIn(7) ? `/${random.pick(['A', 'B', 'C'])}` : ''}`;
  const headAge = 24 + random.integer(66);
  const movedIn = civilDate.parse(
    `${YEAR - 1 - random.integer(Math.min(headAge - 20, 30))}-${twoDigits(1 + random.integer(12))}-01`,
  );
  const invent = (surname: string, sex: 'F' | 'M', age: number): InventedPerson =>
    inventPerson(random, { surname, sex, birthYear: YEAR - 1 - age, address, householdId, movedIn, town });
  const head = invent(random.pick(names.surnames), random.pick(['F', 'M']), headAge);
  if (headAge > 70 || random.oneIn(3)) return [head];
  const partner = invent(
    random.pick(names.surnames),
    head.sex === 'F' ? 'M' : 'F',
    Math.max(20, headAge - 5 + random.integer(10)),
  );
  const parentsAge = Math.min(headAge, YEAR - 1 - Number(partner.birthDate.slice(0, 4)));
  const children = parentsAge < 25 ? 0 : random.integer(4);
  const surname = (head.sex === 'M' ? head : partner).surname;
  const eldest = Math.min(parentsAge - 22, 24);
  return [
    head,
    partner,
    ...Array.from({ length: children }, () => invent(surname, random.pick(['F', 'M']), random.integer(eldest + 1))),
  ];
}

interface PersonFrame {
  readonly surname: string;
  readonly sex: 'F' | 'M';
  readonly birthYear: number;
  readonly address: string;
  readonly householdId: string;
  readonly movedIn: ResidentPerson['residentSince'];
  readonly town: InventedTown;
}

function inventPerson(random: SeededRandom, frame: PersonFrame): InventedPerson {
  const { surname, sex, birthYear, address, householdId, movedIn, town } = frame;
  const birthDate = civilDate.parse(
    `${birthYear}-${twoDigits(1 + random.integer(12))}-${twoDigits(1 + random.integer(28))}`,
  );
  const birthPlace = random.oneIn(3) ? random.pick(OTHER_PLACES) : { name: town.place, code: town.placeCode };
  const first = random.pick(sex === 'F' ? names.women : names.men);
  const givenNames = random.oneIn(6)
    ? `${first} ${random.pick(sex === 'F' ? ['Maria', 'Rosa'] : ['Maria', 'Antonio'])}`
    : first;
  return {
    taxCode: taxCodeOf({ surname, givenNames, sex, birthDate, placeCode: birthPlace.code }),
    surname,
    givenNames,
    sex,
    birthDate,
    birthPlace: birthPlace.name,
    nationality: 'ITA',
    address,
    residentSince: birthDate > movedIn ? birthDate : movedIn,
    householdId,
    status: random.oneIn(40) ? random.pick(['deceased', 'emigrated']) : 'resident',
  };
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** Places that do not exist, with codes that are nobody's, and states with their own. */
const OTHER_PLACES = [
  { name: 'Montesereno', code: 'X001' },
  { name: 'Rivachiara', code: 'X002' },
  { name: 'Castel Lodola', code: 'X003' },
  { name: 'Acquabianca', code: 'X004' },
  { name: 'Romania', code: 'Z129' },
  { name: 'Polonia', code: 'Z127' },
] as const;
