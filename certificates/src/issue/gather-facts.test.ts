import { fileURLToPath } from 'node:url';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { expect } from 'chai';
import { giulia, household, luigi, person, residence, sourceKnowing, valfiorita } from '../../test/known-facts.ts';
import { civilDate } from '../rules/civil-date.ts';
import { lawFor } from '../rules/decide.ts';
import type { Law } from '../rules/decide.ts';
import { loadTown } from '../rules/load-town.ts';
import type { CertificateRules } from '../rules/rules-schema.ts';
import type { FactOf, FactSource } from '../source/facts.ts';
import { gatherFacts } from './gather-facts.ts';
import { certificateRequest } from './request.ts';
import type { CertificateRequest } from './request.ts';

const within = { signal: new AbortController().signal };
const SUBJECT = giulia.taxCode;
const OTHER = luigi.taxCode;
const day = (text: string) => civilDate.parse(text);
const whole: Partial<FactOf> = {
  person,
  residence,
  household,
  citizenship: { citizenships: ['ITA'] },
  'marital-status': { status: 'widowed' },
};

describe('gatherFacts', () => {
  let rules: CertificateRules;
  before(async () => {
    ({ rules } = await loadTown(fileURLToPath(new URL('../../../deploy/town', import.meta.url))));
  });

  const wish = (change: Record<string, unknown> = {}): CertificateRequest =>
    certificateRequest.parse({
      idempotencyKey: 'key-of-this-test',
      documentId: 'd_0123456789abcdef01234567',
      visitId: 'v_0123456789abcdef01234567',
      kioskId: null,
      operatorId: null,
      type: 'residence',
      use: 'private',
      language: 'it',
      requester: { taxCode: SUBJECT, identity: 'holder-proved' },
      subjectTaxCode: SUBJECT,
      ...change,
    });
  const lawOf = ({ requester, ...request }: CertificateRequest): Law => {
    const found = lawFor({ ...request, ...requester }, rules, new Date('2026-11-22T10:00:00Z'));
    if ('refusal' in found) throw new TypeError(found.refusal.code);
    return found.law;
  };
  const gather = (source: FactSource, change: Record<string, unknown> = {}, options = within) => {
    const request = wish(change);
    return gatherFacts(request, lawOf(request), source, options);
  };
  const detailOf = async (work: Promise<unknown>): Promise<string | undefined> => {
    const error: unknown = await work.then(() => null, (reason: unknown) => reason);
    expect(error).to.be.instanceOf(ProtocolError);
    return (error as ProtocolError).detail;
  };

  const asks: readonly [what: string, change: Record<string, unknown>, questions: readonly string[]][] = [
    ['a residence', {}, ['person', 'residence']],
    ['an alive', { type: 'alive' }, ['person']],
    ['a household, and where it is registered', { type: 'household' }, ['person', 'household', 'residence']],
    [
      'a composed one, what its sections say',
      { type: 'combined', sections: ['alive', 'free-status', 'citizenship'] },
      ['person', 'marital-status', 'citizenship'],
    ],
    [
      'a household on a day, all of that day',
      { type: 'household-on-date', onDay: '2001-02-03', reason: 'successione' },
      ['person', 'household on 2001-02-03', 'residence on 2001-02-03'],
    ],
  ];
  for (const [what, change, questions] of asks) {
    it(`asks for what the paper says and the rules look at, of the subject alone: ${what}`, async () => {
      const source = sourceKnowing(whole);
      const { facts, relation } = await gather(source, change);
      expect(source.asked).to.have.members(questions);
      expect(source.questions.every(({ taxCode }) => taxCode === SUBJECT)).to.equal(true);
      expect(relation).to.equal('self');
      expect(facts.person).to.deep.equal(person);
    });
  }

  it('takes the day of death from the general data', async () => {
    const dead: Partial<FactOf> = {
      ...whole,
      person: { ...person, status: 'deceased', deathDate: day('2020-04-05') },
      death: { year: 2020, number: '7', part: 'I', series: null, office: valfiorita, deceased: giulia, on: day('2020-04-05'), at: valfiorita },
    };
    const source = sourceKnowing(dead);
    await gather(source, { type: 'household-at-death', reason: 'successione' });
    expect(source.asked).to.include('household on 2020-04-05');
    expect(await detailOf(gather(sourceKnowing(whole), { type: 'household-at-death', reason: 'successione' }))).to.equal('subject-alive');
  });

  const refusals: readonly [what: string, facts: Partial<FactOf>, change: Record<string, unknown>, detail: string, asked: number][] = [
    ['nobody has the tax code', whole, { subjectTaxCode: OTHER }, 'subject-not-found', 1],
    ['the subject is dead', { ...whole, person: { ...person, status: 'deceased', deathDate: day('2020-01-01') } }, {}, 'subject-deceased', 1],
    ['the subject is not certifiable', { ...whole, person: { ...person, certifiable: false } }, {}, 'subject-not-certifiable', 1],
    ['the source does not know the fact', { person }, {}, 'fact-not-known', 2],
    ['the subject has no dwelling, and no household', { person, residence: { ...residence, kind: 'homeless' } }, { type: 'household' }, 'subject-homeless', 3],
    ['a section is refused', { ...whole, citizenship: { citizenships: ['FRA'] } }, { type: 'combined', sections: ['alive', 'citizenship'] }, 'not-italian', 2],
  ];
  for (const [what, facts, change, detail, asked] of refusals) {
    it(`refuses when ${what}, and asks no further than that`, async () => {
      const source = sourceKnowing(facts);
      expect(await detailOf(gather(source, change))).to.equal(detail);
      expect(source.asked).to.have.length(asked);
    });
  }

  it('is unavailable when the wait is broken off', async () => {
    expect(await detailOf(gather(sourceKnowing(whole), {}, { signal: AbortSignal.abort() }))).to.equal('source-unavailable');
  });

  it('looks whether two people share a household only where that matters', async () => {
    const asOther = { requester: { taxCode: OTHER, identity: 'officer-checked' } };
    const [open, near, far] = [sourceKnowing(whole), sourceKnowing(whole), sourceKnowing(whole)];
    expect((await gather(open, asOther)).relation).to.equal('anyone');
    expect(open.asked).not.to.include('household');
    expect((await gather(near, { ...asOther, type: 'alive' })).relation).to.equal('household');
    const stranger = { requester: { taxCode: 'XXXXXX00X00X000X', identity: 'officer-checked' } };
    expect((await gather(far, { ...stranger, type: 'alive' })).relation).to.equal('anyone');
    expect((await gather(sourceKnowing({ person }), { ...asOther, type: 'alive' })).relation).to.equal('anyone');
  });
});
