import type { FactKind, Facts } from '../source/facts.ts';
import type { FactRefusal } from './vocabulary.ts';

/** One thing that can stand against a certificate: the fact it looks at, and whether it does. An absent fact never does. */
interface FactCheck {
  readonly of: FactKind;
  readonly holds: (facts: Facts) => boolean;
}

/** As ANPR's service refuses (italia/anpr, `src/controllo-certificati`). */
const CHECKS: Readonly<Record<FactRefusal, FactCheck>> = {
  'subject-not-certifiable': { of: 'person', holds: ({ person }) => !person.certifiable },
  'subject-deceased': { of: 'person', holds: ({ person }) => person.status === 'deceased' },
  'subject-alive': { of: 'person', holds: ({ person }) => person.status !== 'deceased' },
  'subject-not-resident': { of: 'person', holds: ({ person }) => person.status === 'emigrated' },
  'subject-resident-abroad': { of: 'person', holds: ({ person }) => person.status === 'resident-abroad' },
  'subject-homeless': { of: 'residence', holds: ({ residence }) => residence?.kind === 'homeless' },
  'subject-in-institution': { of: 'residence', holds: ({ residence }) => residence?.kind === 'institution' },
  'household-without-head': {
    of: 'household',
    holds: ({ household }) => household !== undefined && !household.members.some(({ relation }) => relation === 'head'),
  },
  'citizenship-undefined': { of: 'citizenship', holds: ({ citizenship }) => citizenship?.citizenships.length === 0 },
  'several-citizenships': { of: 'citizenship', holds: ({ citizenship }) => (citizenship?.citizenships.length ?? 0) > 1 },
  'not-italian': {
    of: 'citizenship',
    holds: ({ citizenship }) => citizenship !== undefined && !citizenship.citizenships.includes('ITA'),
  },
  'not-free-status': {
    of: 'marital-status',
    holds: (facts) => facts['marital-status'] !== undefined && !FREE.includes(facts['marital-status'].status),
  },
};

/** Who is free to marry: never bound, or no longer (Civil Code, art. 86; L. 76/2016, art. 1). */
const FREE: readonly string[] = ['unmarried', 'widowed', 'divorced', 'civil-union-dissolved', 'civil-union-ended-by-death'];

/**
 * What stands against a certificate of these facts: the first of `against`, in the rule's own order, or null. A fact that was
 * not gathered (yet) stands against nothing.
 */
export function refusalOf(facts: Facts, against: readonly FactRefusal[]): FactRefusal | null {
  return against.find((code) => CHECKS[code].holds(facts)) ?? null;
}

/** The kinds of facts that have to be known to decide on `against`. */
export function factsLookedAt(against: readonly FactRefusal[]): ReadonlySet<FactKind> {
  return new Set(against.map((code) => CHECKS[code].of));
}
