import { civilDate } from '../../rules/civil-date.ts';
import type { CivilDate } from '../../rules/civil-date.ts';
import type { FactAnswer, FactKind, FactOf, FactQuestion } from '../facts.ts';
import { daysAfter } from './days.ts';
import { factsOn } from './life.ts';
import type { ActNumber, LifeEvent, LifeEventKind, LifeOn } from './life.ts';
import { addressOn, membersOn, placeOf } from './town-history.ts';
import type { Person, TownHistory } from './town-history.ts';

/** A question whose person has been found. */
interface Asked {
  readonly history: TownHistory;
  readonly person: Person;
  /** The life up to today: what comes later is not known yet. */
  readonly life: readonly LifeEvent[];
  readonly today: CivilDate;
  /** So today. */
  readonly now: LifeOn;
  /** The day asked for; null: today. */
  readonly onDay: CivilDate | null;
}

/**
 * Answers as a registry would on `today`. Who never was registered in the town by then is `not-found`, even when named as
 * somebody's parent or spouse.
 */
export function answerFrom<Kind extends FactKind>(
  history: TownHistory,
  kind: Kind,
  { taxCode, onDay }: FactQuestion,
  today: CivilDate,
): FactAnswer<Kind> {
  const person = history.people.get(taxCode);
  if (person === undefined) return { refusal: 'not-found' };
  const now = factsOn(taxCode, person.life, today);
  if (now.status === 'elsewhere') return { refusal: 'not-found' };
  const day = onDay === null ? null : civilDate.parse(onDay);
  if (day !== null && day > today) return { refusal: 'not-known' };
  const life = person.life.filter(({ on }) => on <= today);
  const value = ANSWERS[kind]({ history, person, life, today, now, onDay: day });
  return value === null ? { refusal: 'not-known' } : { value };
}

const ANSWERS: { readonly [Kind in FactKind]: (asked: Asked) => FactOf[Kind] | null } = {
  person({ person, now }) {
    const { status, deathDate, certifiable } = now;
    return status === 'elsewhere' ? null : { ...person.name, status, deathDate, certifiable };
  },
  residence(asked) {
    const { person, life, now, onDay, today } = asked;
    if (onDay !== null && onDay !== today) return residenceOn(asked, onDay);
    if (now.status === 'resident-abroad') return residenceAbroad(asked);
    if (now.status !== 'emigrated' || onDay !== null) return residenceOn(asked, today);
    const left = life.findLast(({ kind }) => kind === 'left');
    return left === undefined || left.on <= person.name.birthDate ? null : residenceOn(asked, daysAfter(left.on, -1));
  },
  household({ history, person, onDay, today }) {
    const day = onDay ?? today;
    const home = history.homes.get(factsOn(person.name.taxCode, person.life, day).homeId ?? '');
    const at = home && addressOn(home, day);
    if (home === undefined || at === undefined) return null;
    return {
      householdId: home.id,
      address: at.address,
      postalCode: history.town.postalCode,
      place: placeOf(history.town),
      members: membersOn(history, home, day).map(({ person: { name }, relation }) => ({ ...name, relation })),
    };
  },
  citizenship: ({ now }) => ({ citizenships: [...now.citizenships] }),
  'marital-status': ({ now }) => ({ status: now.maritalStatus }),
  'identity-card': ({ now }) => now.card,
  birth({ history, person, life }) {
    const act = lastOf(life, 'born')?.act;
    if (act === null || act === undefined) return null;
    return {
      ...actOf(act, history),
      child: person.name,
      on: person.name.birthDate,
      at: person.name.birthPlace,
      parents: person.parents.flatMap((taxCode) => history.people.get(taxCode)?.name ?? []),
    };
  },
  marriage({ history, life }) {
    const wedding = life.findLast((event) => event.kind === 'united' && event.bond === 'marriage');
    if (wedding?.kind !== 'united' || wedding.act === null) return null;
    const [one, other] = wedding.spouses.map((taxCode) => history.people.get(taxCode)?.name);
    if (one === undefined || other === undefined) return null;
    return { ...actOf(wedding.act, history), spouses: [one, other], on: wedding.on, at: wedding.at };
  },
  death({ history, person, life }) {
    const death = lastOf(life, 'died');
    if (death === undefined || death.act === null) return null;
    return { ...actOf(death.act, history), deceased: person.name, on: death.on, at: death.at };
  },
};

/** Where somebody lived in the town on a day, and what is known today of the end of it; null when not registered then. */
function residenceOn({ history, person, life, today }: Asked, day: CivilDate): FactOf['residence'] | null {
  const then = factsOn(person.name.taxCode, life, day);
  const home = history.homes.get(then.homeId ?? '');
  const at = home && addressOn(home, day);
  if (home === undefined || at === undefined || then.homeSince === null) return null;
  const left = life.find(({ kind, on }) => kind === 'left' && on > day);
  return {
    kind: home.kind,
    address: at.address,
    postalCode: history.town.postalCode,
    place: placeOf(history.town),
    since: then.homeSince > at.since ? then.homeSince : at.since,
    until: lastDayThere(home.addresses, life, day, today),
    cameFrom: then.cameFrom,
    leftFor: left?.kind === 'left' ? { place: left.to, on: left.on } : null,
  };
}

/** The day before the next move of the home or of the person; the day of death itself. */
function lastDayThere(
  addresses: readonly { readonly since: CivilDate }[],
  life: readonly LifeEvent[],
  day: CivilDate,
  today: CivilDate,
): CivilDate | null {
  const moved = addresses.find(({ since }) => since > day && since <= today)?.since;
  const gone = life.find(({ kind, on }) => (kind === 'moved' || kind === 'left') && on > day)?.on;
  const died = life.find(({ kind, on }) => kind === 'died' && on >= day)?.on;
  const ends = [moved, gone].flatMap((on) => (on === undefined ? [] : [daysAfter(on, -1)]));
  return [...ends, ...(died === undefined ? [] : [died])].toSorted()[0] ?? null;
}

/** Where an Italian citizen abroad has said to live (AIRE, L. 470/1988). */
function residenceAbroad({ life, now }: Asked): FactOf['residence'] | null {
  const left = lastOf(life, 'left');
  if (left === undefined || left.abroad === null) return null;
  return {
    kind: 'abroad',
    address: left.abroad.address,
    postalCode: left.abroad.postalCode,
    place: left.to,
    since: left.on,
    until: null,
    cameFrom: now.cameFrom,
    leftFor: { place: left.to, on: left.on },
  };
}

const actOf = (act: ActNumber, { town }: TownHistory) => ({ ...act, office: placeOf(town) });

function lastOf<Kind extends LifeEventKind>(
  life: readonly LifeEvent[],
  kind: Kind,
): Extract<LifeEvent, { readonly kind: Kind }> | undefined {
  return life.findLast((event): event is Extract<LifeEvent, { readonly kind: Kind }> => event.kind === kind);
}
