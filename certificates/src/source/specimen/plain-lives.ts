import { civilDate } from '../../rules/civil-date.ts';
import type { InventedPerson } from '../specimen-registry.ts';
import type { ActNumber, LifeEvent } from './life.ts';
import { placeOf } from './town-history.ts';
import type { Home, InventedTown, Person, TownHistory } from './town-history.ts';

/** The day on which those written off or dead in a list of people were. */
const ENDED = civilDate.parse('2026-01-15');

/**
 * The history of a town that is known only as it stands: everybody came to the present address on the day of the list,
 * nobody is related, who is no longer there went on one day.
 */
export function historyOfList(town: InventedTown, people: readonly InventedPerson[]): TownHistory {
  const homes = new Map<string, Home>();
  for (const [id, members] of Map.groupBy(people, ({ householdId }) => householdId)) {
    const addresses = members.slice(0, 1).map(({ address, residentSince }) => ({
      since: members.reduce((first, member) => (member.residentSince < first ? member.residentSince : first), residentSince),
      address,
    }));
    homes.set(id, { id, kind: 'dwelling', addresses, people: members.map(({ taxCode }) => taxCode) });
  }
  const persons = people.map((person, index): Person => {
    const { taxCode, surname, givenNames, sex, birthDate, birthPlace } = person;
    const isNative = birthPlace === town.place;
    const place = isNative ? placeOf(town) : { name: birthPlace, province: null };
    const name = { taxCode, surname, givenNames, sex, birthDate, birthPlace: place };
    return { name, parents: [], life: lifeOf(person, town, index + 1, isNative) };
  });
  return { town, people: new Map(persons.map((person) => [person.name.taxCode, person])), homes };
}

function lifeOf(person: InventedPerson, town: InventedTown, index: number, isNative: boolean): LifeEvent[] {
  const { birthDate, residentSince, householdId, nationality, status } = person;
  const act = (on: string): ActNumber => ({ year: Number(on.slice(0, 4)), number: String(index), part: 'I', series: 'A' });
  const from = residentSince === birthDate ? null : { name: 'Montesereno', province: 'XM' };
  return [
    { kind: 'born', on: birthDate, act: isNative ? act(birthDate) : null },
    { kind: 'citizenship', on: birthDate, held: [nationality] },
    { kind: 'registered', on: residentSince, homeId: householdId, from },
    ...(status === 'deceased' ? [{ kind: 'died' as const, on: ENDED, at: placeOf(town), act: act(ENDED) }] : []),
    ...(status === 'emigrated'
      ? [{ kind: 'left' as const, on: ENDED, to: { name: 'Rivachiara', province: 'XR' }, abroad: null }]
      : []),
  ];
}
