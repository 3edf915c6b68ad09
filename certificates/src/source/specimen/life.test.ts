import { expect } from 'chai';
import { civilDate } from '../../rules/civil-date.ts';
import type { CivilDate } from '../../rules/civil-date.ts';
import { factsOn } from './life.ts';
import type { LifeEvent, LifeOn } from './life.ts';

const day = (text: string): CivilDate => civilDate.parse(text);
const place = { name: 'Valfiorita', province: 'VF' };
const other = { name: 'Montesereno', province: 'XM' };
const [ME, PARTNER, SECOND] = ['ME', 'PARTNER', 'SECOND'];

const life: readonly LifeEvent[] = [
  { kind: 'born', on: day('1950-01-10'), act: null },
  { kind: 'citizenship', on: day('1950-01-10'), held: ['DEU'] },
  { kind: 'registered', on: day('1970-03-01'), homeId: 'h1', from: other },
  { kind: 'united', on: day('1975-06-01'), bond: 'marriage', spouses: [ME, PARTNER], at: place, act: null },
  { kind: 'moved', on: day('1976-01-01'), homeId: 'h2' },
  { kind: 'citizenship', on: day('1980-05-05'), held: ['ITA', 'DEU'] },
  { kind: 'parted', on: day('1990-02-02') },
  { kind: 'left', on: day('1991-01-01'), to: other, abroad: null },
  { kind: 'registered', on: day('1999-01-01'), homeId: 'h3', from: other },
  { kind: 'united', on: day('2000-09-09'), bond: 'marriage', spouses: [SECOND, ME], at: place, act: null },
  { kind: 'barred', on: day('2005-01-01') },
  { kind: 'cleared', on: day('2005-03-01') },
  { kind: 'card', on: day('2017-04-04'), number: 'CB00001AA', issuedBy: 'Comune di Valfiorita', expiresOn: day('2028-01-10') },
  { kind: 'widowed', on: day('2010-10-10') },
  { kind: 'died', on: day('2020-12-31'), at: place, act: null },
].toSorted((one, two) => (one.on < two.on ? -1 : 1)) as LifeEvent[];

describe('factsOn', () => {
  const table: readonly (readonly [string, string, Partial<LifeOn>])[] = [
    ['before birth', '1949-12-31', { status: 'elsewhere', homeId: null, citizenships: [] }],
    ['before the first registration', '1970-02-28', { status: 'elsewhere', citizenships: ['DEU'] }],
    ['on the day of registration', '1970-03-01', { status: 'resident', homeId: 'h1', homeSince: day('1970-03-01') }],
    ['on the wedding day', '1975-06-01', { maritalStatus: 'married', partner: PARTNER }],
    ['on the day of a move', '1976-01-01', { homeId: 'h2', homeSince: day('1976-01-01') }],
    ['after naturalisation', '1980-05-05', { citizenships: ['ITA', 'DEU'] }],
    ['on the day of divorce', '1990-02-02', { maritalStatus: 'divorced', partner: null }],
    ['on the day of leaving', '1991-01-01', { status: 'emigrated', homeId: null, homeSince: null }],
    ['after coming back', '1999-01-01', { status: 'resident', homeId: 'h3', cameFrom: { place: other, on: day('1999-01-01') } }],
    ['as the second of a pair', '2000-09-09', { maritalStatus: 'married', partner: SECOND }],
    ['while a procedure is open', '2005-02-28', { certifiable: false }],
    ['once it is closed', '2005-03-01', { certifiable: true }],
    ['on the day the partner died', '2010-10-10', { maritalStatus: 'widowed', partner: SECOND }],
    ['on the day after', '2010-10-11', { maritalStatus: 'widowed', partner: null, lateSpouse: SECOND }],
    ['on the day of death', '2020-12-31', { status: 'deceased', homeId: 'h3', deathDate: day('2020-12-31') }],
    ['on the day after death', '2021-01-01', { status: 'deceased', homeId: null, deathDate: day('2020-12-31') }],
  ];
  for (const [when, on, expected] of table) {
    it(`says what is so ${when}`, () => {
      expect(factsOn(ME, life, day(on))).to.deep.include(expected);
    });
  }

  it('ends a civil union by dissolution or by death', () => {
    const union = (end: 'parted' | 'widowed'): LifeEvent[] => [
      { kind: 'united', on: day('2017-05-05'), bond: 'civil-union', spouses: [ME, PARTNER], at: place, act: null },
      { kind: end, on: day('2020-05-05') },
    ];
    expect(factsOn(ME, union('parted'), day('2019-01-01')).maritalStatus).to.equal('civil-union');
    expect(factsOn(ME, union('parted'), day('2021-01-01')).maritalStatus).to.equal('civil-union-dissolved');
    expect(factsOn(ME, union('widowed'), day('2021-01-01')).maritalStatus).to.equal('civil-union-ended-by-death');
  });
});
