import { civilDate } from '../../rules/civil-date.ts';
import type { FactOf, PersonName } from '../facts.ts';
import type { LifeEvent } from './life.ts';
import { OTHER_TOWNS, withoutCode } from './places.ts';
import { placeOf } from './town-history.ts';
import type { InventedTown, Person, TownHistory } from './town-history.ts';

/** Somebody of the town as it stands. */
export type PlainPerson = PersonName & { readonly status: FactOf['person']['status'] };

/** The day on which whoever of a list is dead or gone died or left. */
const ENDED = civilDate.parse('2026-01-15');

/** The history of a town of which only a list of people is known: each lives alone, since birth and in one street. */
export function historyOfList(town: InventedTown, people: readonly PlainPerson[]): TownHistory {
  const lives = people.map(({ status, ...name }, index): Person => {
    const homeId = `h${index + 1}`;
    const on = name.birthDate;
    const act = { year: Number(on.slice(0, 4)), number: String(index + 1), part: 'I', series: 'A' } as const;
    const life: readonly LifeEvent[] = [
      { kind: 'born', on, act },
      { kind: 'citizenship', on, held: ['ITA'] },
      { kind: 'registered', on, homeId, from: null },
    ];
    return { name, parents: [], life: [...life, ...endOf(status, town)] };
  });
  const homes = lives.map(({ name }, index) => {
    const addresses = [{ since: name.birthDate, address: `Via Roma ${index + 1}` }];
    return { id: `h${index + 1}`, kind: 'dwelling', addresses, people: [name.taxCode] } as const;
  });
  return {
    town,
    people: new Map(lives.map((person) => [person.name.taxCode, person])),
    homes: new Map(homes.map((home) => [home.id, home])),
  };
}

function endOf(status: PlainPerson['status'], town: InventedTown): LifeEvent[] {
  if (status === 'resident') return [];
  if (status === 'deceased') return [{ kind: 'died', on: ENDED, at: placeOf(town), act: null }];
  const abroad = status === 'resident-abroad' ? { address: 'Lindenweg 14', postalCode: '00814' } : null;
  return [{ kind: 'left', on: ENDED, to: withoutCode(OTHER_TOWNS[0]), abroad }];
}
