import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseTaxCode, taxCodeDisagreements } from '@videosportello/identity/tax-code/tax-code.ts';
import { expect } from 'chai';
import { loadFonts } from '../render/fonts.ts';
import { factSchemas } from './facts.ts';
import type { FactAnswer, FactKind } from './facts.ts';
import { createSpecimenRegistry } from './specimen-registry.ts';
import type { SpecimenRegistry } from './specimen-registry.ts';

const citizensFile = fileURLToPath(new URL('../../../deploy/demo/citizens.json', import.meta.url));
const never = new AbortController().signal;
const now = (): Date => new Date('2026-11-22T10:00:00Z');
const [GIULIA, ANSELMO, NICOLO] = ['CNTGLI85C54X000O', 'DLLNLM47L02X000X', 'DNGNCL90S30X000W'];

describe('specimen registry', () => {
  let town: SpecimenRegistry;
  before(async () => {
    town = await createSpecimenRegistry({ citizensFile, now });
  });

  const ask = <Kind extends FactKind>(kind: Kind, taxCode: string, onDay: string | null = null): Promise<FactAnswer<Kind>> =>
    town.ask(kind, { taxCode, onDay }, { signal: never });

  it('finds the people of the file by their tax codes, with address and day of the file', async () => {
    const { citizens } = JSON.parse(await readFile(citizensFile, 'utf8')) as {
      citizens: { taxCode: string; surname: string; address: string; residentSince: string; card: { documentNumber: string } }[];
    };
    expect(citizens.length).to.be.at.least(3);
    for (const { taxCode, surname, address, residentSince, card } of citizens) {
      expect(await ask('person', taxCode)).to.deep.nested.include({ 'value.surname': surname, 'value.status': 'resident' });
      expect(await ask('residence', taxCode)).to.deep.nested.include({ 'value.address': address, 'value.since': residentSince });
      expect(await ask('identity-card', taxCode)).to.have.nested.property('value.number', card.documentNumber);
    }
    expect(town.people.slice(0, 3).map(({ taxCode }) => taxCode)).to.deep.equal([GIULIA, ANSELMO, NICOLO]);
  });

  it('gives the people of the file families and pasts', async () => {
    expect(await ask('marital-status', GIULIA)).to.deep.equal({ value: { status: 'married' } });
    expect(await ask('marital-status', ANSELMO)).to.deep.equal({ value: { status: 'widowed' } });
    expect(await ask('marital-status', NICOLO)).to.deep.equal({ value: { status: 'unmarried' } });
    const relations = async (taxCode: string, onDay: string | null): Promise<string[]> => {
      const answer = await ask('household', taxCode, onDay);
      return 'value' in answer ? answer.value.members.map(({ relation }) => relation) : [];
    };
    expect(await relations(GIULIA, null)).to.deep.equal(['head', 'spouse', 'child', 'child']);
    expect(await relations(GIULIA, '2000-01-01')).to.deep.equal(['head', 'spouse', 'child']);
    expect(await relations(ANSELMO, null)).to.deep.equal(['head']);
    expect(await relations(NICOLO, null)).to.deep.equal(['head']);
    expect(await ask('marriage', GIULIA)).to.have.nested.property('value.spouses[1].taxCode', GIULIA);
    expect(await ask('birth', NICOLO))
      .to.have.nested.property('value.parents')
      .with.length(2);
  });

  it('has other people for another seed, and the same particular cases', async () => {
    const other = await createSpecimenRegistry({ citizensFile, seed: 2, now });
    expect(other.people[100]?.taxCode).to.not.equal(town.people[100]?.taxCode);
    expect(other.particular).to.deep.equal(town.particular);
  });

  it('answers every kind in its shape, or says that it is not known', async () => {
    const some = [
      ...Object.values(town.particular),
      ...town.people.filter((_, index) => index % 40 === 0).map(({ taxCode }) => taxCode),
    ];
    for (const kind of Object.keys(factSchemas) as FactKind[]) {
      const answers = await Promise.all(some.map((taxCode) => ask(kind, taxCode)));
      for (const answer of answers) {
        if ('value' in answer) expect(factSchemas[kind].parse(answer.value)).to.deep.equal(answer.value);
        else expect(answer.refusal).to.equal('not-known');
      }
      expect(
        answers.some((answer) => 'value' in answer),
        kind,
      ).to.equal(true);
    }
  });

  it('has a household of fifteen, with three generations in it', async () => {
    const answer = await ask('household', town.particular.householdOfFifteen);
    if ('refusal' in answer) throw new TypeError(answer.refusal);
    const counts = Object.entries(Object.groupBy(answer.value.members, ({ relation }) => relation)).map(([relation, all]) => [
      relation,
      all.length,
    ]);
    expect(Object.fromEntries(counts)).to.deep.equal({ head: 1, spouse: 1, child: 9, parent: 1, 'in-law': 1, grandchild: 2 });
  });

  it('has the particular cases it names', async () => {
    const { particular } = town;
    expect(await ask('residence', particular.homeless)).to.have.nested.property('value.kind', 'homeless');
    expect(await ask('residence', particular.inInstitution)).to.have.nested.property('value.kind', 'institution');
    expect(await ask('person', particular.barred)).to.have.nested.property('value.certifiable', false);
    expect(await ask('citizenship', particular.severalCitizenships))
      .to.have.nested.property('value.citizenships')
      .with.length(2);
    expect(await ask('citizenship', particular.undefinedCitizenship)).to.deep.equal({ value: { citizenships: [] } });
    expect(await ask('citizenship', particular.stateless)).to.deep.equal({ value: { citizenships: ['XXX'] } });
    expect(await ask('citizenship', particular.foreign)).to.deep.equal({ value: { citizenships: ['ROU'] } });
    expect(await ask('marital-status', particular.survivingCivilPartner)).to.deep.equal({
      value: { status: 'civil-union-ended-by-death' },
    });
    expect(parseTaxCode(particular.otherNamesake)).to.include({ kind: 'person', changed: true });
    const headless = await ask('household', particular.headlessHousehold);
    expect(headless).to.have.nested.property('value.members').with.length(2);
    expect(JSON.stringify(headless)).to.not.contain('"head"');
  });

  it('answers about who left: the last home and whither today, nothing on a day after', async () => {
    const { emigrated, abroad, deceased } = town.particular;
    expect(await ask('person', emigrated)).to.have.nested.property('value.status', 'emigrated');
    expect(await ask('residence', emigrated)).to.deep.nested.include({
      'value.until': '2023-07-02',
      'value.leftFor': { place: { name: 'Rivachiara', province: 'XR' }, on: '2023-07-03' },
    });
    expect(await ask('residence', emigrated, '2024-01-01')).to.deep.equal({ refusal: 'not-known' });
    expect(await ask('household', emigrated)).to.deep.equal({ refusal: 'not-known' });
    expect(await ask('residence', abroad)).to.deep.nested.include({ 'value.kind': 'abroad', 'value.since': '2018-01-15' });
    expect(await ask('residence', deceased)).to.deep.equal({ refusal: 'not-known' });
  });

  it('says who lived with somebody on the day of death, and the act of it', async () => {
    const { deceased, survivingCivilPartner } = town.particular;
    expect(await ask('death', deceased)).to.deep.nested.include({ 'value.on': '2024-02-29', 'value.part': 'I' });
    const household = await ask('household', deceased, '2024-02-29');
    if ('refusal' in household) throw new TypeError(household.refusal);
    expect(household.value.members.map(({ taxCode, relation }) => [taxCode, relation])).to.deep.equal([
      [deceased, 'head'],
      [survivingCivilPartner, 'civil-partner'],
    ]);
  });

  it('knows only what has happened by its own day', async () => {
    const before = await createSpecimenRegistry({ citizensFile, now: () => new Date('2015-06-01T10:00:00Z') });
    const askThen = (kind: FactKind, taxCode: string, onDay: string | null = null) =>
      before.ask(kind, { taxCode, onDay }, { signal: never });
    expect(await askThen('person', town.particular.deceased)).to.have.nested.property('value.status', 'resident');
    expect(await askThen('residence', town.particular.emigrated)).to.have.nested.property('value.until', null);
    expect(await askThen('residence', GIULIA, '2016-01-01')).to.deep.equal({ refusal: 'not-known' });
    expect(await askThen('person', town.particular.undefinedCitizenship)).to.deep.equal({ refusal: 'not-found' });
  });

  it('has names with the accents of a continent, all but one of which the page can print', async () => {
    const { firstMissing } = await loadFonts();
    const missing = town.people.filter(({ surname, givenNames, birthPlace }) => {
      const printed = `${surname} ${givenNames} ${birthPlace.name}`;
      return firstMissing(printed + printed.toLocaleUpperCase('it')) !== null;
    });
    expect(missing.map(({ taxCode }) => taxCode)).to.deep.equal([town.particular.unprintableName]);
    const letters = new Set(
      town.people.flatMap(({ surname, givenNames }) => [...(surname + givenNames).replaceAll(/[\p{ASCII}]/gu, '')]),
    );
    expect(letters.size).to.be.above(60);
  });

  it('gives each person a tax code of his own', () => {
    expect(new Set(town.people.map(({ taxCode }) => taxCode)).size).to.equal(town.people.length);
    for (const person of town.people.slice(0, 50))
      expect(taxCodeDisagreements(parseTaxCode(person.taxCode), person)).to.deep.equal([]);
  });

  it('answers nothing once the wait has ended', async () => {
    const signal = AbortSignal.abort();
    expect(await town.ask('person', { taxCode: GIULIA, onDay: null }, { signal })).to.deep.equal({ refusal: 'unavailable' });
  });
});
