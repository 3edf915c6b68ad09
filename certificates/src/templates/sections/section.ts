import type { CivilDate } from '../../rules/civil-date.ts';
import type { Facts, PersonName } from '../../source/facts.ts';
import type { StampContent, StampPerson } from '../../stamp/build-stamps.ts';
import type { Line, Table, Text } from '../layout.ts';
import type { Say } from '../say.ts';

/** What a section is made from. */
export interface SectionInput {
  readonly facts: Facts;
  readonly say: Say;
  /** The day a historical certificate speaks of. */
  readonly onDay: CivilDate | null;
}

/**
 * One fact as a certificate says it: a sentence about the subject (`lead`) that ends in what is certified (`value`). Alone
 * on a paper the value stands large; among others each is a line under its label.
 */
export interface Section {
  readonly label: Text;
  readonly lead: Text;
  readonly value: Text;
  /** More about the same fact. */
  readonly rows: readonly Line[];
  /** Who belongs to it, with the words before. */
  readonly table: { readonly before: Text; readonly table: Table } | null;
  /** What of it the stamp says; together with the value and the rows, whichever have no entry of their own. */
  readonly stamp: Partial<Pick<StampContent, 'address' | 'act' | 'onDay'>> & {
    readonly people?: readonly StampPerson[];
    readonly statements: readonly Line[];
  };
}

/** Makes a section, or throws {@link UnfitFactError} when the facts do not bear it out. */
export type MakeSection = (input: SectionInput) => Section;

/** The facts do not bear out what the paper is to say; `section` names the part. No message repeats a fact. */
export class UnfitFactError extends Error {
  override readonly name = 'UnfitFactError';
  readonly code = 'fact-unfit';
  readonly section: string;

  constructor(section: string) {
    super(`The facts do not bear out the section "${section}".`);
    this.section = section;
  }
}

/** A fact the section stands on. @throws {UnfitFactError} when it was not asked for or not known */
export function needed<Fact>(fact: Fact | undefined, section: string): Fact {
  if (fact === undefined) throw new UnfitFactError(section);
  return fact;
}

/** @throws {UnfitFactError} when a fact speaks of somebody else */
export function sameSubject(people: readonly PersonName[], { person }: Facts, section: string): void {
  if (!people.some(({ taxCode }) => taxCode === person.taxCode)) throw new UnfitFactError(section);
}
