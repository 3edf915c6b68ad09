import { italianDate } from '../../rules/civil-date.ts';
import type { FactOf } from '../../source/facts.ts';
import type { StampPerson } from '../../stamp/build-stamps.ts';
import type { Table, Text } from '../layout.ts';
import { addressLine, fullName, placeName, stampPerson } from '../naming.ts';
import { plain } from '../say.ts';
import type { Say } from '../say.ts';
import { italian } from '../words/italian.ts';
import type { HouseholdTense } from '../words/words.ts';
import { needed, sameSubject, UnfitFactError } from './section.ts';
import type { MakeSection, Section, SectionInput } from './section.ts';

type Member = FactOf['household']['members'][number];

/** Who is in the household today, without relations (DPR 223/1989, art. 35, c. 2; ANPR type 12). */
export const household: MakeSection = (input) => composition(input, 'today', false);

/** The same with each member's relation to the head (ANPR type 16). */
export const householdWithRelations: MakeSection = (input) => composition(input, 'today', true);

/** The household on a past day. */
export const householdOnDay: MakeSection = (input) => {
  if (input.onDay === null) throw new UnfitFactError('household-on-date');
  return composition(input, { onDay: input.onDay }, false);
};

/** The household on the day somebody died, with relations: heirs ask for it. */
export const householdAtDeath: MakeSection = (input) => {
  const { deceased, on } = needed(input.facts.death, 'household-at-death');
  sameSubject([deceased], input.facts, 'household-at-death');
  return composition(input, { diedOn: on }, true);
};

function composition(
  { facts, say }: SectionInput,
  when: HouseholdTense,
  withRelations: boolean,
): Section {
  const fact = needed(facts.household, 'household');
  sameSubject(fact.members, facts, 'household');
  const address = addressLine(fact);
  return {
    label: say((words) => words.household),
    lead: say((words) => words.householdAt(when)),
    value: plain(address),
    rows: [],
    table: { before: say((words) => words.composedOf), table: tableOf(fact.members, say, withRelations) },
    stamp: {
      address,
      ...(when === 'today' ? {} : { onDay: 'onDay' in when ? when.onDay : when.diedOn }),
      people: fact.members.map((member) => personOf(member, withRelations)),
      statements: [],
    },
  };
}

function personOf(member: Member, withRelation: boolean): StampPerson {
  const person = stampPerson(member);
  return withRelation ? { ...person, relation: italian.relation(member.relation, member.sex) } : person;
}

function tableOf(members: readonly Member[], say: Say, withRelations: boolean): Table {
  const columns = [
    { title: say((words) => words.surnameAndName), share: withRelations ? 0.28 : 0.36 },
    { title: say((words) => words.birthPlaceAndDate), share: withRelations ? 0.29 : 0.37 },
    { title: say((words) => words.taxCode), share: withRelations ? 0.24 : 0.27 },
    { title: say((words) => words.relationTitle), share: 0.19 },
  ];
  return {
    kind: 'table',
    columns: withRelations ? columns : columns.slice(0, 3),
    rows: members.map((member) => {
      const cells: Text[] = [
        plain(fullName(member)),
        plain(`${placeName(member.birthPlace)}, ${italianDate(member.birthDate)}`),
        plain(member.taxCode),
      ];
      return withRelations ? [...cells, say((words) => words.relation(member.relation, member.sex))] : cells;
    }),
  };
}
