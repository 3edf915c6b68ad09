import { expect } from 'chai';
import { loadVectors } from '../../test/vectors/load.ts';
import {
  givenNameLetters,
  parseTaxCode,
  surnameLetters,
  taxCodeCheckCharacter,
  taxCodeDisagreements,
} from './tax-code.ts';

interface Vectors {
  valid: { value: string; description: string }[];
  omocodia: { value: string; plain: string; kind: string }[];
  invalid: { value: string; why: string }[];
  nameEncoding: { text: string; kind: 'surname' | 'name'; code: string }[];
  numericProvisional: { valid: string; invalid: string };
}

describe('tax code, decree of 23 December 1976 n. 13813', () => {
  const vectors = loadVectors<Vectors>('codice-fiscale');

  for (const { value, description } of vectors.valid) {
    it(`accepts ${description}`, () => {
      expect(parseTaxCode(value)).to.include({ kind: 'person', value, plain: value, changed: false });
    });
  }

  it('reads sex, date and place', () => {
    expect(parseTaxCode('RSSBNC64T70H501S')).to.deep.include({
      year: '64',
      month: 12,
      day: 30,
      sex: 'F',
      birthPlaceCode: 'H501',
      surnameLetters: 'RSS',
      givenNameLetters: 'BNC',
    });
    expect(parseTaxCode('RSSMRA80A01H501U')).to.include({ year: '80', month: 1, day: 1, sex: 'M' });
  });

  for (const { value, plain, kind } of vectors.omocodia) {
    it(`undoes omocodia: ${kind}, ${value}`, () => {
      const code = parseTaxCode(value);
      expect(code).to.include({ kind: 'person', value, plain, changed: true, day: 1, sex: 'M' });
      expect(taxCodeCheckCharacter(value.slice(0, 15))).to.equal(value.charAt(15));
    });
  }

  for (const { value, why } of vectors.invalid) {
    it(`refuses ${why}`, () => {
      expect(parseTaxCode(value).kind).to.equal('invalid');
    });
  }

  it('names the fault', () => {
    expect(parseTaxCode('RSSMRA80A01H501A')).to.deep.equal({ kind: 'invalid', fault: 'wrong-check-character' });
    expect(parseTaxCode('RSSMRA80B30H501X')).to.deep.equal({ kind: 'invalid', fault: 'no-date' });
    expect(parseTaxCode('')).to.deep.equal({ kind: 'invalid', fault: 'wrong-form' });
  });

  for (const { text, kind, code } of vectors.nameEncoding) {
    it(`encodes ${kind} ${text} as ${code}`, () => {
      expect(kind === 'surname' ? surnameLetters(text) : givenNameLetters(text)).to.equal(code);
    });
  }

  it('accepts a provisional number of eleven digits by its own check', () => {
    expect(parseTaxCode(vectors.numericProvisional.valid).kind).to.equal('provisional');
    expect(parseTaxCode(vectors.numericProvisional.invalid).kind).to.equal('invalid');
  });

  it('compares with a person and names what disagrees', () => {
    const code = parseTaxCode('RSSBNC64T70H501S');
    const person = { surname: 'Rossi', givenNames: 'Bianca', birthDate: '1964-12-30', sex: 'F' } as const;
    expect(taxCodeDisagreements(code, person)).to.deep.equal([]);
    expect(taxCodeDisagreements(code, { ...person, sex: 'X' })).to.deep.equal([]);
    const otherBirth = { ...person, sex: 'M', birthDate: '1964-12-31' } as const;
    expect(taxCodeDisagreements(code, otherBirth)).to.deep.equal(['birthDate', 'sex']);
    const otherName = { ...person, surname: 'Verdi', givenNames: 'Anna' };
    expect(taxCodeDisagreements(code, otherName)).to.deep.equal(['surname', 'givenNames']);
    expect(taxCodeDisagreements(parseTaxCode('00743110157'), person)).to.deep.equal([]);
  });
});
