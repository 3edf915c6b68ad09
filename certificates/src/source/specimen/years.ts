import type { CivilDate } from '../../rules/civil-date.ts';
import { createAgenda } from './agenda.ts';
import { dayOfYear, OF_AGE } from './days.ts';
import { createHappenings } from './happenings.ts';
import type { Happenings, HappeningsIn } from './happenings.ts';
import { arrivals, divorce, fertility, mortality, pairing } from './rates.ts';
import type { Draft } from './town-writer.ts';

/** What the years go over. */
export interface Years extends Omit<HappeningsIn, 'agenda'> {
  /** First year, and the last day on which anything happens. */
  readonly from: number;
  readonly until: CivilDate;
}

/** Something that may happen on some day of the year, with this probability. */
type Chance = (probability: number, happen: (on: CivilDate) => void) => void;

/** Lets a town live: each year chance decides what is planned for everybody, for every home and from outside. */
export function letYearsPass({ from, until, ...within }: Years): void {
  const { writer, random, institutions } = within;
  const agenda = createAgenda();
  const happenings = createHappenings({ ...within, agenda });
  const noFamilies = Object.values(institutions);
  const lastYear = Number(until.slice(0, 4));
  for (let year = from; year <= lastYear; year += 1) {
    const maybe: Chance = (probability, happen) => {
      if (random.chance(probability)) agenda.plan(dayOfYear(year, random.integer(365)), happen);
    };
    const residents = writer.residents();
    const singles = residents.filter((draft) => year - draft.birthYear > OF_AGE && happenings.isSingle(draft));
    for (const draft of residents) planPerson(draft, { year, singles, happenings, maybe });
    const homes = new Set(residents.flatMap(({ homeId }) => homeId ?? [])).difference(new Set(noFamilies));
    for (const homeId of homes) {
      maybe(0.009, (on) => happenings.leaveTogether(homeId, on));
      maybe(0.025, (on) => happenings.moveHousehold(homeId, on));
    }
    for (let count = 0; count < arrivals(year); count += 1) maybe(1, happenings.arrive);
    maybe(0.5, happenings.comeBack);
    const days = Array.from({ length: year % 4 === 0 ? 366 : 365 }, (_, index) => dayOfYear(year, index));
    agenda.run(days.filter((day) => day <= until));
  }
}

interface PersonYear {
  readonly year: number;
  /** Whom one could meet. */
  readonly singles: readonly Draft[];
  readonly happenings: Happenings;
  readonly maybe: Chance;
}

function planPerson(draft: Draft, { year, singles, happenings, maybe }: PersonYear): void {
  const age = year - draft.birthYear;
  maybe(mortality(age, year), (on) => happenings.die(draft, on));
  if (age <= OF_AGE) return;
  const mate = happenings.mateOf(draft);
  if (mate === undefined && draft.partner === null) {
    maybe(pairing(age, year) / (draft.name.sex === 'F' ? 3 : 1), (on) => happenings.findPartner(draft, singles, on));
    if (age < 36) maybe(year < 1980 ? 0.01 : 0.035, (on) => happenings.moveOut(draft, on));
    if (age < 36) maybe(0.012, (on) => happenings.leaveAlone(draft, on));
    if (age > 76) maybe(0.08, (on) => happenings.settleOld(draft, on));
    maybe(0.0006, (on) => happenings.loseHome(draft, on));
  } else if (mate !== undefined && draft.name.taxCode < mate.name.taxCode) {
    // Once for the two of them.
    maybe(draft.partner === null ? 0.03 : divorce(year), (on) => happenings.part(draft, on));
    if (draft.partner === null) maybe(0.1, (on) => happenings.marryMate(draft, on));
  }
  if (draft.name.sex === 'F') maybe(fertility(age, draft.children.length, year), (on) => happenings.giveBirth(draft, on));
  if (!draft.citizenships.includes('ITA')) maybe(0.02, (on) => happenings.naturalise(draft, on));
  maybe(0.0005, (on) => happenings.bar(draft, on));
}
