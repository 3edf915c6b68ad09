import type { CivilDate } from '../../rules/civil-date.ts';
import type { Agenda } from './agenda.ts';
import { arriveHousehold, strangerOf } from './arrivals.ts';
import { areKin, CROWDED, hasOwnHome, isWithParents, minorsWith, moveTogether, moveWithMinors } from './couples.ts';
import { ageOn, daysAfter, OF_AGE } from './days.ts';
import { inventGivenNames } from './names.ts';
import { ABROAD, inventAddress, OTHER_TOWNS, STREET_OF_THE_HOMELESS } from './places.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Draft, TownWriter } from './town-writer.ts';

/** Homes that are no families: one for the old, one for children whom nobody is left to. */
export interface Institutions {
  readonly forTheOld: string;
  readonly forChildren: string;
}

/** What happenings need. */
export interface HappeningsIn {
  readonly writer: TownWriter;
  readonly random: SeededRandom;
  /** For what follows from them on another day. */
  readonly agenda: Agenda;
  /** Who lives together at the beginning. */
  readonly couples: readonly (readonly [Draft, Draft])[];
  readonly institutions: Institutions;
}

/** L. 76/2016. */
const CIVIL_UNIONS_SINCE = '2016-06-05';

export type Happenings = ReturnType<typeof createHappenings>;

/**
 * What can happen in the invented town, each on a day. Whatever can no longer be on its day does not happen: the dead have no
 * weddings, and who has left does not move.
 */
export function createHappenings({ writer, random, agenda, couples, institutions }: HappeningsIn) {
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

  /** Who lives together without a bond may marry yet. */
  function marryMate(draft: Draft, on: CivilDate): void {
    const mate = mates.get(draft);
    if (mate !== undefined && isHere(draft)) marry(draft, mate, on);
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
    if (writer.membersOf(mother.homeId).length >= 2 * CROWDED) return;
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
    if (people.length === 0) return;
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

  /** Some of those who went abroad together come back together. */
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

  function arrive(on: CivilDate): void {
    const pair = arriveHousehold(town, on);
    if (pair.length === 2) pairUp(...pair);
  }

  /** A procedure is opened; most are closed again within the year. */
  function bar(draft: Draft, on: CivilDate): void {
    if (!isHere(draft)) return;
    writer.bar(draft, on);
    if (random.oneIn(5)) return;
    agenda.plan(daysAfter(on, 30 + random.integer(300)), (later) => isHere(draft) && writer.clear(draft, later));
  }

  return {
    isSingle,
    /** Whom somebody lives with as a couple. */
    mateOf: (draft: Draft): Draft | undefined => mates.get(draft),
    die,
    findPartner,
    marryMate,
    part,
    giveBirth,
    leaveTogether,
    leaveAlone,
    comeBack,
    settleOld,
    moveOut,
    moveHousehold,
    loseHome,
    naturalise,
    bar,
    arrive,
  };
}
