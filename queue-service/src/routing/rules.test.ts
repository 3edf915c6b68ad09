import { expect } from 'chai';
import { plainRules } from '../../testing/queue-fixture.ts';
import { loadRouting, routingFile, rulesOn, townWord } from './rules.ts';

const twice = { versions: [plainRules, { ...plainRules, version: 'test-2', from: '2026-07-01', classes: ['assisted', 'coming-back', 'walk-up'] }] };

describe('routing rules', () => {
  for (const [day, version] of [
    ['2026-01-01', 'test-1'],
    ['2026-06-30', 'test-1'],
    ['2026-07-01', 'test-2'],
    ['2031-01-01', 'test-2'],
  ] as const) {
    it(`on ${day} are version ${version}`, () => expect(rulesOn(routingFile.parse(twice), day).version).to.equal(version));
  }
  it('say nothing of a day before the first version', () => {
    expect(() => rulesOn(routingFile.parse(twice), '2025-12-31')).to.throw(RangeError);
  });
  for (const [what, broken] of [
    ['versions out of order', { versions: twice.versions.toReversed() }],
    ['one version name twice', { versions: [plainRules, { ...plainRules, from: '2026-07-01' }] }],
    ['a class that is missing', { versions: [{ ...plainRules, classes: ['assisted', 'walk-up'] }] }],
    ['a first step that opens later', { versions: [{ ...plainRules, widening: [{ afterSeconds: 5, reach: 'town' }] }] }],
    ['steps out of order', { versions: [{ ...plainRules, widening: [{ afterSeconds: 0, reach: 'town' }, { afterSeconds: 0, reach: 'pool' }] }] }],
    ['no town', { versions: [{ ...plainRules, towns: [] }] }],
    ['a word nobody knows', { versions: [{ ...plainRules, holidays: [] }] }],
  ] as const) {
    it(`are refused with ${what}`, () => expect(routingFile.safeParse(broken).success).to.equal(false));
  }
  it('of the demo town are valid', async () => {
    const file = await loadRouting(new URL('../../../deploy/town', import.meta.url).pathname, '2026-11-24');
    expect(rulesOn(file, '2026-11-24').widening.length).to.be.greaterThan(1);
  });
  it('that are missing are told in a plain sentence', async () => {
    const told = await loadRouting('/nonexistent', '2026-11-24').then(() => '', (error: Error) => error.message);
    expect(told).to.match(/^The routing rules in .* cannot be read/);
  });
  it('name a town by its letters', () => expect(townWord('Pieve d’Àrgine')).to.equal('pievedargine'));
});
