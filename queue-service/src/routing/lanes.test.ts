import { expect } from 'chai';
import { plainRules } from '../../testing/queue-fixture.ts';
import { lanesServed, planOf, planText, profileOf } from './lanes.ts';
import type { RoutingRules } from './rules.ts';

const rules: RoutingRules = {
  ...plainRules,
  towns: ['Valfiorita', 'Pieve d’Àrgine'],
  widening: [
    { afterSeconds: 0, reach: 'town', language: 'own', service: 'own' },
    { afterSeconds: 60, reach: 'pool', language: 'own', service: 'own' },
    { afterSeconds: 300, reach: 'pool', language: 'any', service: 'any' },
  ],
};
const wanted = { town: 'Valfiorita', language: 'en', service: 'residence-certificate', needs: [] } as const;

describe('lanes', () => {
  it('opens wider lanes with time', () => {
    expect(planText(planOf(rules, wanted))).to.equal(
      'valfiorita.en.residence-certificate=0 pool.en.residence-certificate=60000 pool.*.*=300000',
    );
  });
  it('asks those who speak with anybody while no service is chosen', () => {
    expect(planOf(rules, { ...wanted, service: undefined })[0]).to.deep.equal({ lane: 'valfiorita.en.any', afterMs: 0 });
  });
  it('keeps to operators with sign language in every step', () => {
    const lanes = planOf(rules, { ...wanted, needs: ['sign-language'] }).map(({ lane }) => lane);
    expect(lanes).to.deep.equal(['valfiorita.en.residence-certificate.signs', 'pool.en.residence-certificate.signs', 'pool.*.*.signs']);
  });
  it('gives a kiosk of a town that is not of the pool the pool from the start, and no lane twice', () => {
    expect(planText(planOf(rules, { ...wanted, town: 'Altrove' }))).to.equal('pool.en.residence-certificate=0 pool.*.*=300000');
  });

  for (const { what, shift, serves, not } of [
    {
      what: 'an operator of one town',
      shift: { languages: ['it'], skills: ['information'], towns: ['Pieve d’Àrgine'], signLanguage: false },
      serves: ['pievedargine.it.information', 'pool.it.any', 'pool.*.*'],
      not: ['valfiorita.it.information', 'pool.en.information', 'pool.it.residence-certificate', 'pool.it.information.signs'],
    },
    {
      what: 'an operator of the whole pool with sign language',
      shift: { languages: ['it', 'en'], skills: [], towns: [], signLanguage: true },
      serves: ['pievedargine.en.any', 'valfiorita.it.any.signs', 'pool.*.*.signs'],
      not: ['pool.it.information'],
    },
  ] as const) {
    it(`knows what ${what} serves`, () => {
      const lanes = lanesServed(rules, shift);
      expect(lanes).to.include.members([...serves]);
      for (const lane of not) expect(lanes).not.to.include(lane);
    });
  }
  it('names equal sets of lanes alike, others not', () => {
    const shift = { languages: ['it', 'en'], skills: ['information'], towns: [], signLanguage: false } as const;
    expect(profileOf(lanesServed(rules, shift))).to.equal(profileOf(lanesServed(rules, { ...shift, languages: ['en', 'it'] })));
    expect(profileOf(lanesServed(rules, shift))).not.to.equal(profileOf(lanesServed(rules, { ...shift, signLanguage: true })));
  });
});
