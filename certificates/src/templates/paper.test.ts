import { certificateSection, certificateType } from '@videosportello/protocol/messages/document.ts';
import { expect } from 'chai';
import { civilDate } from '../rules/civil-date.ts';
import type { Facts } from '../source/facts.ts';
import profile from '../stamp/profile-it.json' with { type: 'json' };
import { composePaper, factsNeeded, reviewLines } from './paper.ts';
import type { PaperInput } from './paper.ts';
import { paperSample } from './samples/samples.ts';
import { UnfitFactError } from './sections/section.ts';

const day = (text: string) => civilDate.parse(text);
const wordsOf = (input: PaperInput): string => JSON.stringify(composePaper(input).layout.body);

describe('composePaper', () => {
  it('asks for the person first, for each kind of fact once, and for the day of a death where one counts', () => {
    for (const type of certificateType.options) {
      const needs = factsNeeded(type, certificateSection.options);
      expect(needs[0]).to.deep.equal({ kind: 'person', day: 'today' });
      expect(new Set(needs.map(({ kind }) => kind)).size).to.equal(needs.length);
    }
    expect(factsNeeded('residence-on-date', [])[1]).to.deep.equal({ kind: 'residence', day: 'asked' });
    expect(factsNeeded('household-at-death', []).slice(1)).to.deep.equal([
      { kind: 'death', day: 'today' },
      { kind: 'household', day: 'death' },
    ]);
    expect(factsNeeded('combined', ['alive', 'marital-status', 'free-status'])).to.deep.equal([
      { kind: 'person', day: 'today' },
      { kind: 'marital-status', day: 'today' },
    ]);
  });

  it('gives each type a published profile of its own, named as the rules name the type', async () => {
    const names = await Promise.all(certificateType.options.map(async (type) => composePaper(await paperSample(type)).stamp.profile));
    expect(new Set(names)).to.deep.equal(new Set(profile.profiles.map(({ name }) => name)));
    expect(new Set(profile.profiles.map(({ uuid }) => uuid)).size).to.equal(certificateType.options.length);
  });

  it('prints the sections of a combined certificate in one order, whatever the order they are asked in', async () => {
    const input = await paperSample('combined');
    const backwards = { ...input, wish: { ...input.wish, sections: input.wish.sections.toReversed() } };
    expect(composePaper(backwards)).to.deep.equal(composePaper(input));
    expect(composePaper(input).stamp.anprTypes).to.deep.equal([8, 1, 5, 11, 12]);
  });

  it('says of a birth what the registry itself knows, where no act is quoted', async () => {
    expect(factsNeeded('combined', ['birth', 'alive'])).to.deep.equal([{ kind: 'person', day: 'today' }]);
    const input = await paperSample('combined');
    const { person } = input.facts;
    const { layout, stamp } = composePaper({ ...input, facts: { person }, wish: { ...input.wish, sections: ['birth', 'alive'] } });
    const rows = layout.body.flatMap((block) => (block.kind === 'facts' ? block.rows : []));
    expect(rows.find(({ label }) => label.it === 'Nascita')?.value.it).to.equal('è nata a Valfiorita (VF) il 14 marzo 1985 (14/03/1985)');
    expect(stamp).to.not.have.property('act');
    expect(stamp.statements[0]).to.deep.equal({ label: 'Nascita', value: 'Valfiorita (VF) il 14 marzo 1985 (14/03/1985)' });
  });

  it('leaves the parents out of a certificate of birth', async () => {
    const input = await paperSample('birth');
    const birth = input.facts.birth && { ...input.facts.birth, parents: [{ ...input.facts.person, surname: 'Genitore' }] };
    const paper = composePaper({ ...input, facts: { ...input.facts, ...(birth && { birth }) } });
    expect(JSON.stringify(paper)).to.not.contain('GENITORE').and.to.not.contain('Genitore');
  });

  const genders: readonly [string, string, Partial<Facts>][] = [
    ['F', 'nubile', { 'marital-status': { status: 'unmarried' } }],
    ['M', 'celibe', { 'marital-status': { status: 'unmarried' } }],
    ['F', 'vedova', { 'marital-status': { status: 'widowed' } }],
    ['M', 'divorziato', { 'marital-status': { status: 'divorced' } }],
    ['M', 'scioglimento dell’unione civile', { 'marital-status': { status: 'civil-union-dissolved' } }],
  ];
  for (const [sex, word, facts] of genders) {
    it(`says ${word} of who is ${sex} and free`, async () => {
      const input = await paperSample('free-status');
      const person = { ...input.facts.person, sex: sex === 'F' ? ('F' as const) : ('M' as const) };
      expect(wordsOf({ ...input, facts: { ...facts, person } })).to.contain(word);
    });
  }

  it('says where somebody went, and no longer that he lives there', async () => {
    const input = await paperSample('residence-with-origin');
    const { residence } = input.facts;
    if (residence === undefined) throw new TypeError('no residence');
    const leftFor = { place: { name: 'Borgo Sereno', province: 'VF' }, on: day('2024-08-01') };
    const words = wordsOf({ ...input, facts: { ...input.facts, residence: { ...residence, leftFor, until: day('2024-07-31') } } });
    expect(words).to.contain('è stato iscritto').and.to.contain('per Borgo Sereno (VF), con decorrenza dal 01/08/2024');
  });

  it('shows for agreement what the paper says, with duty and validity last', async () => {
    const lines = reviewLines(composePaper(await paperSample('household-cumulative')));
    expect(lines[0]).to.deep.equal({ label: 'Intestatario', value: 'CONTI GIULIA' });
    expect(lines.map(({ label }) => label)).to.include.members(['Residenza', 'Cittadinanza', 'Stato civile', 'KOVAČEVIĆ MARKO']);
    expect(lines.slice(-2).map(({ label }) => label)).to.deep.equal(['Imposta di bollo', 'Validità']);
  });

  const married: Partial<Facts> = { 'marital-status': { status: 'married' } };
  const unfit: readonly [string, string, (input: PaperInput) => PaperInput][] = [
    ['a fact nobody asked for', 'household', (input) => ({ ...input, facts: { person: input.facts.person } })],
    ['a spouse for free', 'free-status', (input) => ({ ...input, facts: { ...input.facts, ...married } })],
    ['two citizenships', 'citizenship', (input) => ({ ...input, facts: { ...input.facts, citizenship: { citizenships: ['ITA', 'DEU'] } } })],
    ['the dead for alive', 'alive', (input) => ({ ...input, facts: { ...input.facts, person: { ...input.facts.person, status: 'deceased' } } })],
    ['the act of another', 'birth', (input) => ({ ...input, facts: { ...input.facts, person: { ...input.facts.person, taxCode: 'XXXXXX00X00X000X' } } })],
    ['a household without the subject', 'household', (input) => ({ ...input, facts: { ...input.facts, person: { ...input.facts.person, taxCode: 'XXXXXX00X00X000X' } } })],
    ['a day before the residence began', 'residence-on-date', (input) => ({ ...input, wish: { ...input.wish, onDay: day('2001-01-01') } })],
    ['no day for a historical one', 'household-on-date', (input) => ({ ...input, wish: { ...input.wish, onDay: null } })],
    [
      'that he lives here who has left, nobody knows whither',
      'residence-with-origin',
      (input) => ({ ...input, facts: { ...input.facts, person: { ...input.facts.person, status: 'emigrated' } } }),
    ],
    ['no section at all', 'combined', (input) => ({ ...input, wish: { ...input.wish, sections: [] } })],
  ];
  for (const [what, type, change] of unfit) {
    it(`does not certify ${what}`, async () => {
      const input = change(await paperSample(certificateType.parse(type)));
      expect(() => composePaper(input)).to.throw(UnfitFactError).with.property('code', 'fact-unfit');
    });
  }
});
