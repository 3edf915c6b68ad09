import type { CivilDate } from '../../rules/civil-date.ts';
import type { HouseholdRelation, PersonName, Place } from '../facts.ts';
import { ageOn, OF_AGE } from './days.ts';
import { factsOn } from './life.ts';
import type { LifeEvent, LifeOn } from './life.ts';

/** A town that does not exist. */
export interface InventedTown {
  readonly place: string;
  readonly province: string;
  readonly postalCode: string;
  /** Codice catastale, assigned to nobody. */
  readonly placeCode: string;
}

/** Somebody with the whole life. */
export interface Person {
  readonly name: PersonName;
  /** Tax codes, of people of the same town history. */
  readonly parents: readonly string[];
  /** In the order of days. */
  readonly life: readonly LifeEvent[];
}

/** Where people are registered together: a family, somebody without a dwelling, or an institution (convivenza). */
export interface Home {
  readonly id: string;
  readonly kind: 'dwelling' | 'homeless' | 'institution';
  /** Street and number, each from a day on, in the order of days. */
  readonly addresses: readonly { readonly since: CivilDate; readonly address: string }[];
  /** Tax codes of all who were ever registered in it. */
  readonly people: readonly string[];
}

/** All that ever happened in a town; any past day can be read from it. */
export interface TownHistory {
  readonly town: InventedTown;
  /** By tax code. */
  readonly people: ReadonlyMap<string, Person>;
  /** By id. */
  readonly homes: ReadonlyMap<string, Home>;
}

/** Somebody in a home on a day. */
export interface Member {
  readonly person: Person;
  readonly now: LifeOn;
  readonly relation: HouseholdRelation;
}

/** The town as a place on paper. */
export function placeOf({ place, province }: InventedTown): Place {
  return { name: place, province };
}

/** The address of a home on `day`, and since when; undefined before there was one. */
export function addressOn(home: Home, day: CivilDate): { readonly since: CivilDate; readonly address: string } | undefined {
  return home.addresses.findLast(({ since }) => since <= day);
}

/**
 * Who is registered in a home on `day`, the head first, then the partner, then by age. A home of minors only and an
 * institution have no head: there everybody is a cohabitant.
 */
export function membersOn({ people }: TownHistory, home: Home, day: CivilDate): Member[] {
  const present = home.people.flatMap((taxCode) => {
    const person = people.get(taxCode);
    if (person === undefined) return [];
    const now = factsOn(taxCode, person.life, day);
    return now.homeId === home.id ? [{ person, now }] : [];
  });
  const head = home.kind === 'institution' ? undefined : headOf(present, day);
  const order = (relation: HouseholdRelation): number =>
    relation === 'head' ? 0 : relation === 'spouse' || relation === 'civil-partner' ? 1 : 2;
  return present
    .map((member) => ({ ...member, relation: relationTo(head, member, people) }))
    .toSorted(
      (one, other) =>
        order(one.relation) - order(other.relation) || byText(one.person.name.birthDate, other.person.name.birthDate),
    );
}

type Present = Omit<Member, 'relation'>;

/** Who made this home as an adult comes before who grew up in it; then who came first; then the elder. */
function headOf(present: readonly Present[], day: CivilDate): Present | undefined {
  const rank = ({ person, now }: Present): string => {
    const since = now.homeSince ?? day;
    return `${ageOn(person.name.birthDate, since) >= OF_AGE ? 'made' : 'younger'} ${since} ${person.name.birthDate}`;
  };
  return present
    .filter(({ person }) => ageOn(person.name.birthDate, day) >= OF_AGE)
    .toSorted((one, other) => byText(rank(one), rank(other)))[0];
}

/** What `member` is to `head`, from parents and partners; `cohabitant` where nothing binds them. */
function relationTo(head: Present | undefined, member: Present, people: TownHistory['people']): HouseholdRelation {
  if (head === undefined) return 'cohabitant';
  const [headCode, code] = [head.person.name.taxCode, member.person.name.taxCode];
  if (headCode === code) return 'head';
  if (head.now.partner === code) return head.now.maritalStatus.startsWith('civil-union') ? 'civil-partner' : 'spouse';
  const partner = head.now.partner ?? head.now.lateSpouse;
  const other = member.now.partner ?? member.now.lateSpouse;
  const parentsOf = (taxCode: string): readonly string[] => people.get(taxCode)?.parents ?? [];
  const isChildOfPair = (taxCode: string): boolean =>
    parentsOf(taxCode).some((parent) => parent === headCode || parent === partner);
  const areSiblings = (two: readonly [string, string]): boolean =>
    parentsOf(two[0]).some((parent) => parentsOf(two[1]).includes(parent));
  if (isChildOfPair(code)) return 'child';
  if (parentsOf(headCode).includes(code)) return 'parent';
  if (areSiblings([headCode, code])) return 'sibling';
  if (parentsOf(code).some(isChildOfPair)) return 'grandchild';
  const isKinOfPartner = partner !== null && (parentsOf(partner).includes(code) || areSiblings([partner, code]));
  const isPartnerOfKin =
    other !== null && (isChildOfPair(other) || areSiblings([headCode, other]) || parentsOf(headCode).includes(other));
  return isKinOfPartner || isPartnerOfKin ? 'in-law' : 'cohabitant';
}

const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
