import type { CivilDate } from '../../rules/civil-date.ts';
import type { PersonName, Place } from '../facts.ts';
import { ageOn, OF_AGE } from './days.ts';
import type { ActNumber, LifeEvent } from './life.ts';
import { placeOf } from './town-history.ts';
import type { Home, InventedTown, TownHistory } from './town-history.ts';
import { withoutCode } from './places.ts';
import type { CodedPlace } from './places.ts';
import { taxCodeOf } from './tax-code-of.ts';

/** Somebody whose life is being written, as it stands at its last event. */
export interface Draft {
  readonly name: PersonName;
  readonly birthYear: number;
  readonly parents: readonly Draft[];
  readonly children: readonly Draft[];
  readonly citizenships: readonly string[];
  readonly isAlive: boolean;
  /** Null unless registered in the town. */
  readonly homeId: string | null;
  /** Spouse or civil partner. */
  readonly partner: Draft | null;
}

/** What is needed to be born. */
export interface Birth {
  readonly surname: string;
  readonly givenNames: string;
  readonly sex: 'F' | 'M';
  readonly on: CivilDate;
  readonly at: CodedPlace;
  readonly parents: readonly Draft[];
  readonly citizenships: readonly string[];
  /** Home of the town into which the child is born; null: born somewhere else, to people who were not here. */
  readonly homeId: string | null;
  /** Given by a file, instead of made from the rest. */
  readonly taxCode?: string;
}

type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] };
type DraftInHand = Writable<Omit<Draft, 'children'>> & { children: Draft[]; life: LifeEvent[]; last: CivilDate };

/** Writes lives so that they agree: whoever changes one's life changes those of all whom it concerns. */
export type TownWriter = ReturnType<typeof createTownWriter>;

/**
 * A town without people yet. Each function writes events that concern the people named, and throws RangeError where the day
 * comes before something already written of them, or where it cannot be (who is not registered here cannot move here).
 *
 * @param reserved tax codes that nobody invented may have
 */
export function createTownWriter(town: InventedTown, reserved: Iterable<string> = []) {
  const drafts = new Map<string, DraftInHand>();
  const homes = new Map<
    string,
    { kind: Home['kind']; addresses: { since: CivilDate; address: string }[]; people: Set<string> }
  >();
  const present = new Map<string, Set<DraftInHand>>();
  const residents = new Set<DraftInHand>();
  const taken = new Set(reserved);
  const acts: { readonly book: string; readonly on: CivilDate; readonly act: Writable<ActNumber> }[] = [];

  const inHand = (draft: Draft): DraftInHand => {
    const found = drafts.get(draft.name.taxCode);
    if (found === undefined) throw new RangeError('Somebody of another town.');
    return found;
  };
  const append = (draft: DraftInHand, event: LifeEvent): void => {
    if (event.on < draft.last) throw new RangeError(`An event ${event.kind} before the one already written.`);
    draft.last = event.on;
    draft.life.push(event);
  };
  /** The number comes at the end, when all acts of the year are known. */
  const enterAct = (
    book: 'birth' | 'marriage' | 'death',
    on: CivilDate,
    place: Pick<ActNumber, 'part' | 'series'>,
  ): ActNumber => {
    const act: Writable<ActNumber> = { year: Number(on.slice(0, 4)), number: '0', ...place };
    acts.push({ book, on, act });
    return act;
  };
  const leaveHome = (draft: DraftInHand): void => {
    present.get(draft.homeId ?? '')?.delete(draft);
    draft.homeId = null;
    residents.delete(draft);
  };
  const enterHome = (draft: DraftInHand, homeId: string): void => {
    const home = homes.get(homeId);
    if (home === undefined) throw new RangeError('There is no such home.');
    home.people.add(draft.name.taxCode);
    present.get(homeId)?.add(draft);
    residents.add(draft);
    draft.homeId = homeId;
  };
  const isHere = (place: Place): boolean => place.name === town.place;
  const freeTaxCode = (birth: Birth): string => {
    const parts = { ...birth, birthDate: birth.on, placeCode: birth.at.code };
    for (let namesakes = 0; ; namesakes += 1) {
      const taxCode = taxCodeOf(parts, namesakes);
      if (!taken.has(taxCode)) return taxCode;
    }
  };

  return {
    /** The town as a place to be born in. */
    here: { ...placeOf(town), code: town.placeCode } satisfies CodedPlace,

    /** Everybody registered in the town as it stands. */
    residents: (): readonly Draft[] => [...residents],

    /** Who is registered in a home as it stands. */
    membersOf: (homeId: string): readonly Draft[] => [...(present.get(homeId) ?? [])],

    /** A home as it stands. @throws RangeError when there is none of this id */
    homeOf(homeId: string): { readonly kind: Home['kind']; readonly address: string; readonly since: CivilDate } {
      const home = homes.get(homeId);
      const at = home?.addresses.at(-1);
      if (home === undefined || at === undefined) throw new RangeError('There is no such home.');
      return { kind: home.kind, ...at };
    },

    /** @returns the id of a home in which nobody lives yet */
    makeHome(on: CivilDate, address: string, kind: Home['kind'] = 'dwelling'): string {
      const id = `h${String(homes.size + 1).padStart(5, '0')}`;
      homes.set(id, { kind, addresses: [{ since: on, address }], people: new Set() });
      present.set(id, new Set());
      return id;
    },

    /** All who live in a home go to another address together. */
    moveHome(homeId: string, on: CivilDate, address: string): void {
      if (this.homeOf(homeId).since >= on) throw new RangeError('A home moves once a day at most.');
      homes.get(homeId)?.addresses.push({ since: on, address });
      for (const member of present.get(homeId) ?? []) member.last = on > member.last ? on : member.last;
    },

    born(birth: Birth): Draft {
      const { surname, givenNames, sex, on, at, homeId, citizenships } = birth;
      const taxCode = birth.taxCode ?? freeTaxCode(birth);
      taken.add(taxCode);
      const name = { taxCode, surname, givenNames, sex, birthDate: on, birthPlace: withoutCode(at) };
      const draft: DraftInHand = {
        name,
        birthYear: Number(on.slice(0, 4)),
        parents: birth.parents,
        children: [],
        citizenships: [],
        isAlive: true,
        homeId: null,
        partner: null,
        life: [],
        last: on,
      };
      drafts.set(taxCode, draft);
      for (const parent of birth.parents) inHand(parent).children.push(draft);
      const part = isHere(at) ? ({ part: 'I', series: 'A' } as const) : ({ part: 'II', series: 'B' } as const);
      append(draft, { kind: 'born', on, act: homeId !== null || isHere(at) ? enterAct('birth', on, part) : null });
      this.becomeCitizen(draft, on, citizenships);
      if (homeId !== null) {
        append(draft, { kind: 'registered', on, homeId, from: null });
        enterHome(draft, homeId);
      }
      return draft;
    },

    /** Comes from another place to live in a home of the town. */
    arrive(someone: Draft, on: CivilDate, homeId: string, from: Place): void {
      const draft = inHand(someone);
      if (!draft.isAlive || draft.homeId !== null) throw new RangeError('Only the living who are not here can arrive.');
      append(draft, { kind: 'registered', on, homeId, from: withoutCode(from) });
      enterHome(draft, homeId);
    },

    move(someone: Draft, on: CivilDate, homeId: string): void {
      const draft = inHand(someone);
      if (draft.homeId === null || draft.homeId === homeId)
        throw new RangeError('Only who lives elsewhere in the town can move.');
      append(draft, { kind: 'moved', on, homeId });
      leaveHome(draft);
      enterHome(draft, homeId);
    },

    /** @param abroad the address there; it counts for Italian citizens, who stay in the list of those abroad (AIRE) */
    leave(
      someone: Draft,
      on: CivilDate,
      to: Place,
      abroad: { readonly address: string; readonly postalCode: string } | null,
    ): void {
      const draft = inHand(someone);
      if (draft.homeId === null) throw new RangeError('Only who is here can leave.');
      append(draft, {
        kind: 'left',
        on,
        to: withoutCode(to),
        abroad: draft.citizenships.includes('ITA') && abroad !== null ? abroad : null,
      });
      leaveHome(draft);
    },

    unite(pair: readonly [Draft, Draft], on: CivilDate, wedding: Wedding): void {
      const [one, other] = [inHand(pair[0]), inHand(pair[1])];
      for (const draft of [one, other]) {
        if (draft.partner !== null || !draft.isAlive) throw new RangeError('Only the living who are free can be united.');
        if (ageOn(draft.name.birthDate, on) < OF_AGE) throw new RangeError('Minors cannot be united.');
      }
      const act = wedding.bond === 'marriage' && wedding.part !== null ? enterAct('marriage', on, wedding.part) : null;
      const spouses = [one.name.taxCode, other.name.taxCode] as const;
      for (const draft of [one, other]) {
        append(draft, { kind: 'united', on, bond: wedding.bond, spouses, at: withoutCode(wedding.at), act });
      }
      one.partner = other;
      other.partner = one;
    },

    /** Divorce, or dissolution of a civil union. */
    part(someone: Draft, on: CivilDate): void {
      const draft = inHand(someone);
      if (draft.partner === null) throw new RangeError('Only who is united can be parted.');
      const other = inHand(draft.partner);
      for (const each of [draft, other]) {
        append(each, { kind: 'parted', on });
        each.partner = null;
      }
    },

    die(someone: Draft, on: CivilDate, at: Place): void {
      const draft = inHand(someone);
      if (!draft.isAlive) throw new RangeError('Nobody dies twice.');
      const part = isHere(at) ? ({ part: 'I', series: null } as const) : ({ part: 'II', series: 'B' } as const);
      append(draft, { kind: 'died', on, at: withoutCode(at), act: enterAct('death', on, part) });
      leaveHome(draft);
      draft.isAlive = false;
      if (draft.partner !== null) {
        const other = inHand(draft.partner);
        append(other, { kind: 'widowed', on });
        other.partner = null;
        draft.partner = null;
      }
    },

    /** @param held ISO 3166-1 alpha-3; empty: undefined */
    becomeCitizen(someone: Draft, on: CivilDate, held: readonly string[]): void {
      const draft = inHand(someone);
      append(draft, { kind: 'citizenship', on, held });
      draft.citizenships = held;
    },

    /** From `on` nothing is certified of this person. */
    bar: (someone: Draft, on: CivilDate): void => append(inHand(someone), { kind: 'barred', on }),

    /** From `on` certificates can be had again. */
    clear: (someone: Draft, on: CivilDate): void => append(inHand(someone), { kind: 'cleared', on }),

    /** A card changes nothing else, so it may be written after later events. */
    card(someone: Draft, card: Omit<Extract<LifeEvent, { kind: 'card' }>, 'kind'>): void {
      inHand(someone).life.push({ kind: 'card', ...card });
    },

    /** All that was written, with the acts of each year numbered in the order of days. */
    finish(): TownHistory {
      const numbers = new Map<string, number>();
      for (const { book, act } of acts.toSorted((one, other) => (one.on < other.on ? -1 : Number(one.on > other.on)))) {
        const key = `${book} ${act.year} ${act.part} ${act.series}`;
        const number = (numbers.get(key) ?? 0) + 1;
        numbers.set(key, number);
        act.number = String(number);
      }
      const people = [...drafts.values()].map(({ name, parents, life }) => ({
        name,
        parents: parents.map((parent) => parent.name.taxCode),
        life: life.toSorted((one, other) => (one.on < other.on ? -1 : Number(one.on > other.on))),
      }));
      return {
        town,
        people: new Map(people.map((person) => [person.name.taxCode, person])),
        homes: new Map([...homes].map(([id, home]) => [id, { id, ...home, people: [...home.people] }])),
      };
    },
  };
}

/** How a bond is made; `part` is where the act stands, null when none is kept here. */
export interface Wedding {
  readonly bond: 'marriage' | 'civil-union';
  readonly at: Place;
  readonly part: Pick<ActNumber, 'part' | 'series'> | null;
}
