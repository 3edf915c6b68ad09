import type { CivilDate } from '../../rules/civil-date.ts';

/** What is going to happen, day by day. */
export interface Agenda {
  /** @throws RangeError for a day that has already gone by */
  plan(on: CivilDate, happen: (on: CivilDate) => void): void;
  /** Lets happen, in the order of days, all that is planned for these days, also what they plan for one another. */
  run(days: Iterable<CivilDate>): void;
}

/** An agenda with nothing planned. */
export function createAgenda(): Agenda {
  const planned = new Map<CivilDate, ((on: CivilDate) => void)[]>();
  let today: CivilDate | undefined;
  return {
    plan(on, happen) {
      if (today !== undefined && on < today) throw new RangeError('This day has gone by.');
      const ofDay = planned.get(on);
      if (ofDay === undefined) planned.set(on, [happen]);
      else ofDay.push(happen);
    },
    run(days) {
      for (const day of days) {
        today = day;
        // An array that grows while it is walked: what happens may plan for the same day.
        for (const happen of planned.get(day) ?? []) happen(day);
        planned.delete(day);
      }
    },
  };
}
