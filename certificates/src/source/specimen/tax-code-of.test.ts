import { parseTaxCode } from '@videosportello/identity/tax-code/tax-code.ts';
import { expect } from 'chai';
import { taxCodeOf } from './tax-code-of.ts';

describe('taxCodeOf', () => {
  const bianca = { surname: 'Rossi', givenNames: 'Bianca', sex: 'F', birthDate: '1964-12-30', placeCode: 'H501' } as const;

  it('makes a tax code from the data of a person', () => {
    expect(taxCodeOf(bianca)).to.equal('RSSBNC64T70H501S');
  });

  it('gives each of 127 namesakes another one that means the same', () => {
    const codes = Array.from({ length: 128 }, (_, namesakes) => taxCodeOf(bianca, namesakes));
    expect(new Set(codes).size).to.equal(128);
    expect(codes[1]?.slice(0, 15)).to.equal('RSSBNC64T70H50M');
    for (const code of codes) expect(parseTaxCode(code)).to.include({ kind: 'person', plain: 'RSSBNC64T70H501S' });
  });

  it('has none left for more', () => {
    expect(() => taxCodeOf(bianca, 128)).to.throw(RangeError);
  });
});
