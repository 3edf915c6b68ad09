import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseTaxCode, taxCodeDisagreements } from '@videosportello/identity/tax-code/tax-code.ts';
import { expect } from 'chai';
import { factSchemas } from './facts.ts';
import type { FactKind } from './facts.ts';
import { createSpecimenRegistry } from './specimen-registry.ts';
import { taxCodeOf } from './tax-code-of.ts';

const citizensFile = fileURLToPath(new URL('../../../deploy/demo/citizens.json', import.meta.url));
const never = new AbortController().signal;

describe('specimen registry', () => {
  it('finds the people of the file by their tax codes', async () => {
    const registry = await createSpecimenRegistry({ citizensFile });
    const { citizens } = JSON.parse(await readFile(citizensFile, 'utf8')) as {
      citizens: { taxCode: string; surname: string }[];
    };
    expect(citizens.length).to.be.at.least(3);
    for (const { taxCode, surname } of citizens) {
      expect(await registry.findByTaxCode(taxCode, { signal: never })).to.have.nested.property(
        'value.surname',
        surname,
      );
    }
  });

  it('invents the same few hundred people for the same seed and others for another', async () => {
    const [one, again, other] = await Promise.all(
      [1, 1, 2].map((seed) => createSpecimenRegistry({ citizensFile, seed })),
    );
    expect(one?.people).to.deep.equal(again?.people);
    expect(one?.people).to.have.length(363);
    expect(one?.people[10]).to.not.deep.equal(other?.people[10]);
  });

  it('gives each person a tax code of his own', async () => {
    const { people } = await createSpecimenRegistry({ citizensFile });
    expect(new Set(people.map(({ taxCode }) => taxCode)).size).to.equal(people.length);
    for (const person of people) {
      const code = parseTaxCode(person.taxCode);
      expect(code.kind).to.equal('person');
      expect(taxCodeDisagreements(code, person)).to.deep.equal([]);
    }
  });

  it('keeps a household at one address, with nobody there before he was born', async () => {
    const { people } = await createSpecimenRegistry({ citizensFile });
    for (const members of Map.groupBy(people, (person) => person.householdId).values()) {
      expect(new Set(members.map(({ address }) => address)).size).to.equal(1);
      for (const { birthDate, residentSince } of members) expect(birthDate <= residentSince).to.equal(true);
    }
  });

  it('answers with a refusal for the dead, the emigrated, the unknown, and once the wait has ended', async () => {
    const registry = await createSpecimenRegistry({ citizensFile });
    const codeOf = (status: string): string =>
      registry.people.find((person) => person.status === status)?.taxCode ?? '';
    expect(await registry.findByTaxCode(codeOf('deceased'), { signal: never })).to.deep.equal({ refusal: 'deceased' });
    expect(await registry.findByTaxCode(codeOf('emigrated'), { signal: never })).to.deep.equal({
      refusal: 'not-resident',
    });
    expect(await registry.findByTaxCode('XXXXXX00X00X000X', { signal: never })).to.deep.equal({ refusal: 'not-found' });
    expect(await registry.findByTaxCode(codeOf('resident'), { signal: AbortSignal.abort() })).to.deep.equal({
      refusal: 'unavailable',
    });
  });
});

describe('specimen registry, asked fact by fact', () => {
  it('answers every kind in its shape, or says that it is not known', async () => {
    const { ask, people } = await createSpecimenRegistry({ citizensFile });
    for (const kind of Object.keys(factSchemas) as FactKind[]) {
      let answered = 0;
      for (const { taxCode } of people) {
        const answer = await ask(kind, { taxCode, onDay: null }, { signal: never });
        if ('value' in answer) {
          expect(factSchemas[kind].parse(answer.value)).to.deep.equal(answer.value);
          answered += 1;
        } else expect(answer.refusal).to.equal('not-known');
      }
      if (kind === 'person') expect(answered).to.equal(people.length);
    }
  });

  it('answers about a past day what was so on it', async () => {
    const { ask } = await createSpecimenRegistry({ citizensFile });
    const [giulia] = (await createSpecimenRegistry({ citizensFile })).people;
    const on = (onDay: string) => ask('residence', { taxCode: giulia?.taxCode ?? '', onDay }, { signal: never });
    expect(await on('2020-05-01')).to.have.nested.property('value.since', '2011-09-01');
    expect(await on('1980-01-01')).to.deep.equal({ refusal: 'not-known' });
  });
});

describe('taxCodeOf', () => {
  it('makes the tax codes of the file from its people', async () => {
    const registry = await createSpecimenRegistry({ citizensFile });
    for (const person of registry.people.slice(0, 3))
      expect(taxCodeOf({ ...person, placeCode: 'X000' })).to.equal(person.taxCode);
  });
});
