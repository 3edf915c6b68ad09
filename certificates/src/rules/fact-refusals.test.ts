import { expect } from 'chai';
import { household, person, residence } from '../../test/known-facts.ts';
import type { FactKind, FactOf, Facts } from '../source/facts.ts';
import { civilDate } from './civil-date.ts';
import { factsLookedAt, refusalOf } from './fact-refusals.ts';
import { factRefusals } from './vocabulary.ts';
import type { FactRefusal } from './vocabulary.ts';

const day = (text: string) => civilDate.parse(text);
const marital = (status: FactOf['marital-status']['status']): Facts => ({ person, 'marital-status': { status } });
const citizen = (...citizenships: string[]): Facts => ({ person, citizenship: { citizenships } });

/** Each refusal: facts it stands on, facts it does not, and where it looks. */
const table: Readonly<Record<FactRefusal, { of: FactKind; against: readonly Facts[]; not: readonly Facts[] }>> = {
  'subject-not-certifiable': { of: 'person', against: [{ person: { ...person, certifiable: false } }], not: [{ person }] },
  'subject-deceased': {
    of: 'person',
    against: [{ person: { ...person, status: 'deceased', deathDate: day('2020-02-02') } }],
    not: [{ person }, { person: { ...person, status: 'emigrated' } }],
  },
  'subject-alive': { of: 'person', against: [{ person }], not: [{ person: { ...person, status: 'deceased', deathDate: day('2020-02-02') } }] },
  'subject-not-resident': {
    of: 'person',
    against: [{ person: { ...person, status: 'emigrated' } }],
    not: [{ person }, { person: { ...person, status: 'resident-abroad' } }],
  },
  'subject-resident-abroad': { of: 'person', against: [{ person: { ...person, status: 'resident-abroad' } }], not: [{ person }] },
  'subject-homeless': { of: 'residence', against: [{ person, residence: { ...residence, kind: 'homeless' } }], not: [{ person }, { person, residence }] },
  'subject-in-institution': {
    of: 'residence',
    against: [{ person, residence: { ...residence, kind: 'institution' } }],
    not: [{ person }, { person, residence }],
  },
  'household-without-head': {
    of: 'household',
    against: [{ person, household: { ...household, members: [{ ...person, relation: 'child' }] } }],
    not: [{ person }, { person, household }],
  },
  'citizenship-undefined': { of: 'citizenship', against: [citizen()], not: [{ person }, citizen('ITA'), citizen('FRA', 'ITA')] },
  'several-citizenships': { of: 'citizenship', against: [citizen('ITA', 'FRA')], not: [{ person }, citizen(), citizen('ITA')] },
  'not-italian': { of: 'citizenship', against: [citizen('FRA'), citizen()], not: [{ person }, citizen('ITA'), citizen('FRA', 'ITA')] },
  'not-free-status': {
    of: 'marital-status',
    against: [marital('married'), marital('civil-union')],
    not: [
      { person },
      ...(['unmarried', 'widowed', 'divorced', 'civil-union-dissolved', 'civil-union-ended-by-death'] as const).map(marital),
    ],
  },
};

describe('what facts stand against a certificate', () => {
  for (const code of factRefusals) {
    it(`${code}: where it stands, where it does not, and which fact it looks at`, () => {
      for (const facts of table[code].against) expect(refusalOf(facts, [code])).to.equal(code);
      for (const facts of table[code].not) expect(refusalOf(facts, [code])).to.equal(null);
      expect([...factsLookedAt([code])]).to.deep.equal([table[code].of]);
    });
  }

  it('is said in the order of the rule, and nothing stands against what no rule names', () => {
    const facts: Facts = { person: { ...person, certifiable: false, status: 'emigrated' } };
    expect(refusalOf(facts, ['subject-not-resident', 'subject-not-certifiable'])).to.equal('subject-not-resident');
    expect(refusalOf(facts, [])).to.equal(null);
  });
});
