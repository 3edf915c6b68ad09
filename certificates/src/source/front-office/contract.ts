import { z } from 'zod';
import { civilDate } from '../../rules/civil-date.ts';
import { factSchemas } from '../facts.ts';
import type { FactKind, FactOf } from '../facts.ts';

/** What is asked, as `FRONT-OFFICE.md` says it: the body of `POST {base}/v1/facts/{kind}`. */
export const question = z.object({
  taxCode: z.string().regex(/^[A-Z0-9]{16}$/),
  /** Null: today. */
  onDay: civilDate.nullable(),
});
export type Question = z.output<typeof question>;

/** An answer (status 200) repeats what was asked, so that it cannot be taken for the answer to something else. */
export const answered = z.object({
  kind: z.enum(Object.keys(factSchemas) as [FactKind, ...FactKind[]]),
  taxCode: z.string(),
  onDay: z.string().nullable(),
  /** Whether the system's people are invented. */
  specimen: z.boolean(),
  fact: z.unknown(),
});

/** A refusal (status 404). */
export const refused = z.object({ taxCode: z.string(), refusal: z.enum(['not-found', 'not-known']) });

/** Reads a fact; null when it has not the shape of its kind. */
export function readFact<Kind extends FactKind>(kind: Kind, fact: unknown): FactOf[Kind] | null {
  const read = factSchemas[kind].safeParse(fact);
  return read.success ? (read.data as FactOf[Kind]) : null;
}

/**
 * Whether a fact speaks of the person asked for, and of the day: the echo beside it can be right and the fact another's.
 * Facts that name nobody are taken at the echo's word.
 */
export function speaksOf<Kind extends FactKind>(kind: Kind, fact: FactOf[Kind], { taxCode, onDay }: Question): boolean {
  const people = PEOPLE_NAMED[kind](fact);
  if (people !== null && !people.includes(taxCode)) return false;
  if (kind !== 'residence' || onDay === null) return true;
  const { since, until } = fact as FactOf['residence'];
  return since <= onDay && (until === null || onDay <= until);
}

const PEOPLE_NAMED: { readonly [Kind in FactKind]: (fact: FactOf[Kind]) => readonly string[] | null } = {
  person: ({ taxCode }) => [taxCode],
  residence: () => null,
  household: ({ members }) => members.map(({ taxCode }) => taxCode),
  citizenship: () => null,
  'marital-status': () => null,
  'identity-card': () => null,
  birth: ({ child }) => [child.taxCode],
  marriage: ({ spouses }) => spouses.map(({ taxCode }) => taxCode),
  death: ({ deceased }) => [deceased.taxCode],
};
