import { expect } from 'chai';
import { kioskId } from '@videosportello/protocol/ids.ts';
import { plainRules } from '../../testing/queue-fixture.ts';
import { isServedAt, loadRouting, routingFile, rulesOn, townWord } from './rules.ts';

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
    ['hours of nothing', { versions: [{ ...plainRules, hours: [{ weekly: [], closed: [] }] }] }],
    ['no town', { versions: [{ ...plainRules, towns: [] }] }],
    ['a word nobody knows', { versions: [{ ...plainRules, holidays: [] }] }],
  ] as const) {
    it(`are refused with ${what}`, () => expect(routingFile.safeParse(broken).success).to.equal(false));
  }
  const week = (open: readonly (readonly [string, string])[]) =>
    ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => ({ day, open: day === 'sunday' ? [] : open }));
  const [limited = plainRules] = routingFile.parse({
    versions: [
      {
        ...plainRules,
        hours: [
          { kiosk: 'mall', weekly: week([['09:00', '20:00']]), closed: ['2026-12-08'] },
          { service: 'other-certificate', weekly: week([['08:00', '12:00'], ['14:00', '16:00']]), closed: [] },
          { kiosk: 'mall', service: 'information', weekly: week([['10:00', '11:00']]), closed: [] },
        ],
      },
    ],
  }).versions;
  for (const [kiosk, asked, when, served] of [
    ['hall', 'information', '2026-11-24T03:00+01:00', true],
    ['hall', 'other-certificate', '2026-11-24T08:00+01:00', true],
    ['hall', 'other-certificate', '2026-11-24T12:00+01:00', false],
    ['hall', 'other-certificate', '2026-11-24T15:59+01:00', true],
    ['hall', undefined, '2026-11-29T10:00+01:00', true],
    ['mall', 'residence-certificate', '2026-11-24T08:59+01:00', false],
    ['mall', 'residence-certificate', '2026-11-24T09:00+01:00', true],
    ['mall', 'residence-certificate', '2026-12-08T10:00+01:00', false],
    ['mall', 'residence-certificate', '2026-11-29T10:00+01:00', false],
    ['mall', 'other-certificate', '2026-11-24T08:30+01:00', false],
    ['mall', 'information', '2026-11-24T10:30+01:00', true],
    ['mall', 'information', '2026-11-24T11:30+01:00', false],
    ['mall', undefined, '2026-11-24T11:30+01:00', true],
    // The hour that comes twice when summer time ends.
    ['mall', undefined, '2026-10-24T20:00+02:00', false],
    ['mall', undefined, '2026-10-26T19:30+01:00', true],
  ] as const) {
    it(`${served ? 'give' : 'refuse'} a ticket for ${asked ?? 'no service yet'} at the ${kiosk} at ${when}`, () => {
      const found = isServedAt(limited, { kioskId: kioskId.parse(kiosk), service: asked }, Date.parse(when), 'Europe/Rome');
      expect(found).to.equal(served);
    });
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
