import type { CivilDate } from '../../rules/civil-date.ts';
import type { FactOf, Place } from '../../source/facts.ts';
import { placeName, stampPerson } from '../naming.ts';
import { plain } from '../say.ts';
import { dateInLetters } from '../words/italian-dates.ts';
import type { CivilAct } from '../words/words.ts';
import { needed, sameSubject } from './section.ts';
import type { MakeSection, Section, SectionInput } from './section.ts';

/** A birth. Parents stay out of it (l. 31 ottobre 1955, n. 1064, art. 1). */
export const birth: MakeSection = (input) => {
  const act = needed(input.facts.birth, 'birth');
  sameSubject([act.child], input.facts, 'birth');
  return fromAct(input, 'birth', act);
};

/** The same by the registry's own data, without an act (DPR 223/1989, art. 35 c. 1; ANPR type 1). */
export const registeredBirth: MakeSection = ({ facts: { person }, say }) => {
  const label = say((words) => words.event.birth);
  const value = say((words) => words.atAndOn(placeName(person.birthPlace), person.birthDate));
  const lead = say((words) => words.happened('birth', person.sex));
  return { label, lead, value, rows: [], table: null, stamp: { statements: [{ label, value }] } };
};

/** A marriage, with both spouses in the stamp. */
export const marriage: MakeSection = (input) => {
  const act = needed(input.facts.marriage, 'marriage');
  sameSubject(act.spouses, input.facts, 'marriage');
  const section = fromAct(input, 'marriage', act);
  return { ...section, stamp: { ...section.stamp, people: act.spouses.map(stampPerson) } };
};

/** A death. */
export const death: MakeSection = (input) => {
  const act = needed(input.facts.death, 'death');
  sameSubject([act.deceased], input.facts, 'death');
  return fromAct(input, 'death', act);
};

type Act = Pick<FactOf['birth'], 'number' | 'part' | 'series' | 'year' | 'office'> & {
  readonly on: CivilDate;
  readonly at: Place;
};

function fromAct({ facts: { person }, say }: SectionInput, kind: CivilAct, act: Act): Section {
  const label = say((words) => words.event[kind]);
  const value = say((words) => words.atAndOn(placeName(act.at), act.on));
  const quoted = actLine(act);
  const letters = { label: say((words) => words.dateInLetters), value: plain(dateInLetters(act.on)) };
  return {
    label,
    lead: say((words) => words.happened(kind, person.sex)),
    value,
    rows: [letters, { label: say((words) => words.act[kind]), value: plain(quoted) }],
    table: null,
    stamp: { act: quoted, statements: [{ label, value }, letters] },
  };
}

/** An act as its certificate quotes it: `n. 112, parte I, serie A, anno 1985, Valfiorita (VF)` (DPR 396/2000, art. 108). */
function actLine({ number, part, series, year, office }: Act): string {
  const parts = [`n. ${number}`, `parte ${part}`, series === null ? '' : `serie ${series}`, `anno ${year}`, placeName(office)];
  return parts.filter((text) => text !== '').join(', ');
}
