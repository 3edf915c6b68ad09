import type { CivilDate } from '../../rules/civil-date.ts';
import { ageOn, OF_AGE } from './days.ts';
import { inventAddress } from './places.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Draft, TownWriter } from './town-writer.ts';

/** Whether two are too close for a bond (Civil Code, art. 87): one descends from the other, or both from one parent. */
export function areKin(one: Draft, other: Draft): boolean {
  return (
    one.parents.includes(other) || other.parents.includes(one) || one.parents.some((parent) => other.parents.includes(parent))
  );
}

/** The minor children who live in the same home. */
export function minorsWith(parent: Draft, on: CivilDate): readonly Draft[] {
  return parent.children.filter(
    ({ isAlive, homeId, name }) => isAlive && homeId !== null && homeId === parent.homeId && ageOn(name.birthDate, on) < OF_AGE,
  );
}

/** A home takes no couple more above this, and no child more above twice as many: larger ones are particular cases. */
export const CROWDED = 7;

/** Whether somebody lives with a parent. */
export const isWithParents = ({ homeId, parents }: Draft): boolean =>
  homeId !== null && parents.some((parent) => parent.homeId === homeId);

/** Whether somebody lives in a dwelling, and with neither parent. */
export const hasOwnHome = (writer: TownWriter, draft: Draft): boolean =>
  draft.homeId !== null && writer.homeOf(draft.homeId).kind === 'dwelling' && !isWithParents(draft);

/** Goes to another home of the town with the minor children; not when already there. */
export function moveWithMinors(writer: TownWriter, parent: Draft, on: CivilDate, homeId: string): void {
  if (parent.homeId === homeId) return;
  const minors = minorsWith(parent, on);
  for (const draft of [parent, ...minors]) writer.move(draft, on, homeId);
}

/**
 * Two residents begin to live together: with whoever has a home already, else, more often in former times, with the parents
 * of the first, else in a new home.
 */
export function moveTogether(
  { writer, random }: { readonly writer: TownWriter; readonly random: SeededRandom },
  [one, other]: readonly [Draft, Draft],
  on: CivilDate,
): void {
  const hasRoom = ({ homeId }: Draft): boolean => homeId !== null && writer.membersOf(homeId).length <= CROWDED;
  const withParents = isWithParents(one) && hasRoom(one) && random.chance(on < '1975' ? 0.4 : 0.02);
  const owner = [one, other].find((each) => hasOwnHome(writer, each) && hasRoom(each));
  const homeId = withParents ? one.homeId : (owner?.homeId ?? writer.makeHome(on, inventAddress(random)));
  if (homeId === null) return;
  moveWithMinors(writer, one, on, homeId);
  moveWithMinors(writer, other, on, homeId);
}
