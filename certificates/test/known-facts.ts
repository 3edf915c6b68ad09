import { civilDate } from '../src/rules/civil-date.ts';
import type { FactAnswer, FactKind, FactOf, FactQuestion, FactSource, PersonName } from '../src/source/facts.ts';

const day = (text: string) => civilDate.parse(text);

/** The town, where everybody here was born and lives. */
export const valfiorita = { name: 'Valfiorita', province: 'VF' } as const;

/** Who certificates of these facts are about. */
export const giulia: PersonName = {
  taxCode: 'CNTGLI85C54X000O',
  surname: 'Conti',
  givenNames: 'Giulia',
  sex: 'F',
  birthDate: day('1985-03-14'),
  birthPlace: valfiorita,
};
/** Who lives with her. */
export const luigi: PersonName = { ...giulia, taxCode: 'CNTLGU10A01X000Y', givenNames: 'Luigi', sex: 'M', birthDate: day('2010-01-01') };

export const person: FactOf['person'] = { ...giulia, status: 'resident', deathDate: null, certifiable: true };
export const residence: FactOf['residence'] = {
  kind: 'dwelling',
  address: 'Via dei Tigli 12',
  postalCode: '00099',
  place: valfiorita,
  since: day('2010-05-01'),
  until: null,
  cameFrom: null,
  leftFor: null,
};
export const household: FactOf['household'] = {
  householdId: 'h-1',
  address: residence.address,
  postalCode: residence.postalCode,
  place: valfiorita,
  members: [
    { ...giulia, relation: 'head' },
    { ...luigi, relation: 'child' },
  ],
};

/** A source that knows these facts of Giulia and nobody else, and remembers what it was asked, day included. */
export function sourceKnowing(facts: Partial<FactOf>): FactSource & { readonly asked: string[]; readonly questions: FactQuestion[] } {
  const asked: string[] = [];
  const questions: FactQuestion[] = [];
  return {
    specimen: true,
    asked,
    questions,
    async ask<Kind extends FactKind>(kind: Kind, of: FactQuestion, { signal }: { readonly signal: AbortSignal }): Promise<FactAnswer<Kind>> {
      asked.push(of.onDay === null ? kind : `${kind} on ${of.onDay}`);
      questions.push(of);
      if (signal.aborted) return { refusal: 'unavailable' };
      if (of.taxCode !== giulia.taxCode) return { refusal: 'not-found' };
      const value = (facts as Partial<{ [Name in Kind]: FactOf[Name] }>)[kind];
      return value === undefined ? { refusal: 'not-known' } : { value };
    },
  };
}
