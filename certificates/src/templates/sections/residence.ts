import { italianDate } from '../../rules/civil-date.ts';
import type { FactOf } from '../../source/facts.ts';
import type { Line } from '../layout.ts';
import { addressLine, placeName } from '../naming.ts';
import { plain } from '../say.ts';
import type { ResidenceTense } from '../words/words.ts';
import { needed, UnfitFactError } from './section.ts';
import type { MakeSection, Section, SectionInput } from './section.ts';

/**
 * Who lives where, today (DPR 223/1989, art. 33). It says no more than that: since when and with whom belong to other
 * papers.
 */
export const residence: MakeSection = (input) => {
  const fact = needed(input.facts.residence, 'residence');
  if (fact.leftFor !== null) throw new UnfitFactError('residence');
  return residenceIn(input, fact, 'present');
};

/** Where somebody lived on a past day (ANPR type 20). */
export const residenceOnDay: MakeSection = (input) => {
  const fact = needed(input.facts.residence, 'residence-on-date');
  if (input.onDay === null || input.onDay < fact.since || (fact.until !== null && input.onDay > fact.until))
    throw new UnfitFactError('residence-on-date');
  return residenceIn(input, fact, { onDay: input.onDay });
};

/** Residence with the place one came from and, for who has gone, the place one left for. */
export const residenceWithOrigin: MakeSection = (input) => {
  const { say } = input;
  const fact = needed(input.facts.residence, 'residence-with-origin');
  const { cameFrom, leftFor } = fact;
  if (leftFor === null && input.facts.person.status !== 'resident') throw new UnfitFactError('residence-with-origin');
  const section = residenceIn(input, fact, leftFor === null ? 'present' : 'ended');
  const rows: Line[] = [
    { label: say((words) => words.registeredSince), value: plain(italianDate(fact.since)) },
    {
      label: say((words) => words.provenance),
      value: say((words) =>
        cameFrom === null ? words.registeredAtBirth : words.cameFrom(placeName(cameFrom.place), italianDate(cameFrom.on)),
      ),
    },
  ];
  if (leftFor !== null)
    rows.push({
      label: say((words) => words.emigration),
      value: say((words) => words.leftFor(placeName(leftFor.place), italianDate(leftFor.on))),
    });
  return { ...section, rows, stamp: { ...section.stamp, statements: rows } };
};

function residenceIn(
  { facts: { person }, say }: SectionInput,
  fact: FactOf['residence'],
  tense: ResidenceTense,
): Section {
  const { kind } = fact;
  if (kind === 'abroad') throw new UnfitFactError('residence');
  const address = addressLine(fact);
  return {
    label: say((words) => words.residence),
    lead: say((words) => words.residing(person.sex, kind, tense)),
    value: plain(address),
    rows: [],
    table: null,
    stamp: { address, ...(typeof tense === 'object' ? tense : {}), statements: [] },
  };
}
