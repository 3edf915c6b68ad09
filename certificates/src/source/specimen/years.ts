import type { CivilDate } from '../../rules/civil-date.ts';
import { createAgenda } from './agenda.ts';
import { arriveHousehold, strangerOf } from './arrivals.ts';
import { areKin, hasOwnHome, isWithParents, minorsWith, moveTogether, moveWithMinors } from './couples.ts';
import { ageOn, dayOfYear, daysAfter, OF_AGE } from './days.ts';
import { inventGivenNames } from './names.ts';
import { ABROAD, inventAddress, OTHER_TOWNS, STREET_OF_THE_HOMELESS } from './places.ts';
import { arrivals, divorce, fertility, mortality, pairing } from './rates.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Draft, TownWriter } from './town-writer.ts';

/** Homes that are no families: one for the old, one for children whom nobody is left to. */
export interface Institutions {
  readonly forTheOld: string;
  readonly forChildren: string;
}

/** What the years go over. */
export interface Years {
  readonly writer: TownWriter;
  readonly random: SeededRandom;
  /** Who lives together at the beginning. */
  readonly couples: readonly (readonly [Draft, Draft])[];
  readonly institutions: Institutions;
  /** First year, and the last day on which anything happens. */
  readonly from: number;
  readonly until: CivilDate;
}

/**
 * Lets a town live: each year everybody may die, find a partner, part, have a child, move, leave; households come from other
 * places. What is planned for a day happens only if it still can: the dead have no weddings.
 */
export function letYearsPass({ writer, random, couples, institutions, from, until }: Years): void {
  const agenda = createAgenda();
  const town = { writer, random };
  /** Who lives together as a couple, with a bond or without. */
  const mates = new Map<Draft, Draft>();
  for (const [one, other] of couples) mates.set(one, other).set(other, one);
  const departed: { readonly people: readonly Draft[]; readonly to: (typeof ABROAD)[number] }[] = [];

  const isHere = ({ homeId }: Draft): boolean => homeId !== null;
  const isSingle = (draft: Draft): boolean => draft.partner === null && !mates.has(draft);
  const pairUp = (one: Draft, other: Draft): void => void mates.set(one, other).set(other, one);
  const unpair = (one: Draft): void => {
    const other = mates.get(one);
    mates.delete(one);
    if (other !== undefined) mates.delete(other);
  };

  /** Children left without any adult go to a home of their own, the day after. */
  function careForMinors(homeId: string | null, on: CivilDate): void {
    if (homeId === null || homeId === institutions.forChildren) return;
    const isLeftAlone = (day: CivilDate): boolean => {
      const members = writer.membersOf(homeId);
      return members.length > 0 && members.every(({ name }) => ageOn(name.birthDate, day) < OF_AGE);
    };
    if (!isLeftAlone(on)) return;
    agenda.plan(daysAfter(on, 1), (next) => {
      if (!isLeftAlone(next)) return;
      for (const child of [...writer.membersOf(homeId)]) writer.move(child, next, institutions.forChildren);
    });
  }

  function die(draft: Draft, on: CivilDate): void {
    if (!isHere(draft)) return;
    const { homeId } = draft;
    unpair(draft);
    writer.die(draft, on, random.oneIn(8) ? random.pick(OTHER_TOWNS) : writer.here);
    careForMinors(homeId, on);
  }

  function marry(one: Draft, other: Draft, on: CivilDate): void {
    if (one.partner !== null || other.partner !== null || !one.isAlive || !other.isAlive) return;
    const bond = one.name.sex === other.name.sex ? 'civil-union' : 'marriage';
    if (bond === 'civil-union' && on < CIVIL_UNIONS_SINCE) return;
    const inChurch = bond === 'marriage' && random.chance(on < '1990' ? 0.9 : 0.5);
    const away = random.oneIn(9) ? random.pick(OTHER_TOWNS) : null;
    const series = away === null ? 'A' : 'B';
    const part = away !== null || inChurch ? ({ part: 'II', series } as const) : ({ part: 'I', series: null } as const);
    writer.unite([one, other], on, { bond, at: away ?? writer.here, part });
    pairUp(one, other);
  }

  function findPartner(draft: Draft, singles: readonly Draft[], on: CivilDate): void {
    if (!isHere(draft) || !isSingle(draft)) return;
    const age = ageOn(draft.name.birthDate, on);
    const isSameSex = random.chance(0.03);
    const suits = (other: Draft): boolean =>
      other !== draft &&
      isHere(other) &&
      isSingle(other) &&
      (other.name.sex === draft.name.sex) === isSameSex &&
      Math.abs(ageOn(other.name.birthDate, on) - age) <= 9 &&
      !areKin(draft, other);
    const candidate = Array.from({ length: 12 }, () => random.pick(singles)).find(suits);
    const left = [draft.homeId, candidate?.homeId ?? null];
    const withBond = !isSameSex && random.chance(on < '1980' ? 1 : 0.6);
    if (candidate === undefined && (isSameSex || !random.oneIn(2))) return;
    const other = candidate ?? strangerOf(town, draft, on);
    if (withBond) marry(draft, other, on);
    else pairUp(draft, other);
    if (other.homeId !== null) moveTogether(town, [draft, other], on);
    else {
      const homeId = (hasOwnHome(writer, draft) ? draft.homeId : null) ?? writer.makeHome(on, inventAddress(random));
      writer.arrive(other, on, homeId, random.pick(OTHER_TOWNS));
      moveWithMinors(writer, draft, on, homeId);
    }
    for (const homeId of left) careForMinors(homeId, on);
  }

  function part(draft: Draft, on: CivilDate): void {
    const other = mates.get(draft);
    if (other === undefined || !isHere(draft)) return;
    unpair(draft);
    if (draft.partner === other) writer.part(draft, on);
    if (draft.homeId !== other.homeId) return;
    const minors = minorsWith(draft, on).filter(({ parents }) => !parents.includes(other));
    const homeId = writer.makeHome(on, inventAddress(random));
    for (const each of [draft, ...minors]) writer.move(each, on, homeId);
  }

  function giveBirth(mother: Draft, on: CivilDate): void {
    if (mother.homeId === null || writer.homeOf(mother.homeId).kind !== 'dwelling') return;
    const mate = mates.get(mother);
    const father = mate?.name.sex === 'M' && mate.homeId === mother.homeId ? mate : undefined;
    if (father === undefined && (mate !== undefined || !random.chance(on < '1980' ? 0.02 : 0.1))) return;
    if (mother.children.some(({ name }) => daysAfter(name.birthDate, 420) > on)) return;
    const parents = father === undefined ? [mother] : [mother, father];
    const citizenships = parents.some((parent) => parent.citizenships.includes('ITA')) ? ['ITA'] : mother.citizenships;
    const sex = random.pick(['F', 'M'] as const);
    const surnames = parents.map(({ name }) => name.surname).toReversed();
    writer.born({
      // Both surnames since the Constitutional Court's decision 131/2022.
      surname: (on >= '2022-06-02' && random.oneIn(5) ? surnames : surnames.slice(0, 1)).join(' '),
      givenNames: inventGivenNames(random, 'ITA', sex),
      sex,
      on,
      at: random.oneIn(8) ? random.pick(OTHER_TOWNS) : writer.here,
      parents,
      citizenships,
      homeId: mother.homeId,
    });
  }

  /** A whole household leaves, for another town or abroad. */
  function leaveTogether(homeId: string, on: CivilDate): void {
    const people = writer.membersOf(homeId);
    const abroad = random.oneIn(3) ? random.pick(ABROAD) : null;
    const to = abroad?.place ?? random.pick(OTHER_TOWNS);
    for (const draft of people) writer.leave(draft, on, to, abroad);
    if (abroad !== null) departed.push({ people, to: abroad });
  }

  function leaveAlone(draft: Draft, on: CivilDate): void {
    if (!isHere(draft) || !isSingle(draft) || minorsWith(draft, on).length > 0) return;
    const { homeId } = draft;
    const abroad = random.oneIn(3) ? random.pick(ABROAD) : null;
    writer.leave(draft, on, abroad?.place ?? random.pick(OTHER_TOWNS), abroad);
    careForMinors(homeId, on);
  }

  function comeBack(on: CivilDate): void {
    const group = departed.splice(random.integer(departed.length), 1)[0];
    const people = group?.people.filter(({ isAlive, homeId }) => isAlive && homeId === null) ?? [];
    if (group === undefined || !people.some(({ name }) => ageOn(name.birthDate, on) >= OF_AGE)) return;
    const homeId = writer.makeHome(on, inventAddress(random));
    for (const draft of people) writer.arrive(draft, on, homeId, group.to.place);
  }

  function settleOld(draft: Draft, on: CivilDate): void {
    if (!isHere(draft) || !isSingle(draft) || writer.membersOf(draft.homeId ?? '').length > 1) return;
    if (draft.homeId === institutions.forTheOld) return;
    const child = draft.children.find(
      (each) => isHere(each) && each.homeId !== draft.homeId && ageOn(each.name.birthDate, on) >= OF_AGE,
    );
    const homeId = random.oneIn(3) || child === undefined ? institutions.forTheOld : child.homeId;
    if (homeId !== null) writer.move(draft, on, homeId);
  }

  function moveOut(draft: Draft, on: CivilDate): void {
    if (!isSingle(draft) || !(isWithParents(draft) || draft.homeId === institutions.forChildren)) return;
    const { homeId } = draft;
    moveWithMinors(writer, draft, on, writer.makeHome(on, inventAddress(random)));
    careForMinors(homeId, on);
  }

  function moveHousehold(homeId: string, on: CivilDate): void {
    const { kind, since } = writer.homeOf(homeId);
    if (kind === 'dwelling' && since < on) writer.moveHome(homeId, on, inventAddress(random));
  }

  function loseHome(draft: Draft, on: CivilDate): void {
    if (!isHere(draft) || !isSingle(draft) || writer.membersOf(draft.homeId ?? '').length > 1) return;
    writer.move(draft, on, writer.makeHome(on, STREET_OF_THE_HOMELESS, 'homeless'));
  }

  function naturalise(draft: Draft, on: CivilDate): void {
    if (isHere(draft)) writer.becomeCitizen(draft, on, ['ITA', ...(random.oneIn(2) ? draft.citizenships : [])]);
  }

  /** A procedure is opened; most are closed again within the year. */
  function bar(draft: Draft, on: CivilDate): void {
    if (!isHere(draft)) return;
    writer.bar(draft, on);
    if (!random.oneIn(5))
      agenda.plan(daysAfter(on, 30 + random.integer(300)), (later) => isHere(draft) && writer.clear(draft, later));
  }

  /** Plans one person's year. */
  function planFor(draft: Draft, year: number, singles: readonly Draft[]): void {
    const age = year - draft.birthYear;
    const happens = (probability: number, happen: (on: CivilDate) => void): void => {
      if (random.chance(probability)) agenda.plan(dayOfYear(year, random.integer(365)), happen);
    };
    happens(mortality(age, year), (on) => die(draft, on));
    if (age <= OF_AGE) return;
    const mate = mates.get(draft);
    if (mate === undefined && draft.partner === null) {
      happens(pairing(age, year) / (draft.name.sex === 'F' ? 3 : 1), (on) => findPartner(draft, singles, on));
      if (age < 36) happens(year < 1980 ? 0.01 : 0.035, (on) => moveOut(draft, on));
      if (age < 36) happens(0.012, (on) => leaveAlone(draft, on));
      if (age > 76) happens(0.08, (on) => settleOld(draft, on));
      happens(0.0006, (on) => loseHome(draft, on));
    } else if (mate !== undefined && draft.name.taxCode < mate.name.taxCode) {
      happens(draft.partner === null ? 0.03 : divorce(year), (on) => part(draft, on));
      if (draft.partner === null) happens(0.1, (on) => mates.get(draft) === mate && marry(draft, mate, on));
    }
    if (draft.name.sex === 'F') happens(fertility(age, draft.children.length, year), (on) => giveBirth(draft, on));
    if (!draft.citizenships.includes('ITA')) happens(0.02, (on) => naturalise(draft, on));
    happens(0.0005, (on) => bar(draft, on));
  }

  const lastYear = Number(until.slice(0, 4));
  for (let year = from; year <= lastYear; year += 1) {
    const residents = writer.residents();
    const singles = residents.filter((draft) => year - draft.birthYear > OF_AGE && isSingle(draft));
    for (const draft of residents) planFor(draft, year, singles);
    const homes = [...new Set(residents.map(({ homeId }) => homeId ?? ''))].filter(
      (id) => !Object.values(institutions).includes(id),
    );
    for (const homeId of homes) {
      if (random.chance(0.009)) agenda.plan(dayOfYear(year, random.integer(365)), (on) => leaveTogether(homeId, on));
      else if (random.chance(0.025)) agenda.plan(dayOfYear(year, random.integer(365)), (on) => moveHousehold(homeId, on));
    }
    for (let count = 0; count < arrivals(year); count += 1) {
      agenda.plan(dayOfYear(year, random.integer(365)), (on) => {
        const pair = arriveHousehold(town, on);
        if (pair.length === 2) pairUp(...pair);
      });
    }
    if (departed.length > 0 && random.oneIn(2)) agenda.plan(dayOfYear(year, random.integer(365)), comeBack);
    const days = Array.from({ length: year % 4 === 0 ? 366 : 365 }, (_, index) => dayOfYear(year, index));
    agenda.run(days.filter((day) => day <= until));
  }
}

/** L. 76/2016. */
const CIVIL_UNIONS_SINCE = '2016-06-05';
