import { expect } from 'chai';
import { describeStatusWord, formatStatusWord, isWrongPassword, triesLeft } from './status-word.ts';

describe('status words, ISO/IEC 7816-4 clause 5.6', () => {
  const met = [
    0x6282, 0x6300, 0x6700, 0x6982, 0x6983, 0x6985, 0x6987, 0x6988, 0x6a80, 0x6a82, 0x6a86, 0x6a88, 0x6b00, 0x6d00,
    0x6e00, 0x6f00, 0x6110, 0x6c16, 0x63c2, 0x63c0,
  ];

  it('have a meaning each, for all that these cards are known to answer', () => {
    const meanings = met.map((sw) => describeStatusWord(sw).meaning);
    expect(meanings).not.to.include('unknown status word');
    expect(new Set(meanings).size).to.equal(met.length);
  });

  it('have a hint for the person where one is due', () => {
    expect(describeStatusWord(0x6300).hint).to.equal('card-hint-wrong-password');
    expect(describeStatusWord(0x63c0).hint).to.equal('card-hint-blocked');
    expect(describeStatusWord(0x6983).hint).to.equal('card-hint-blocked');
    expect(describeStatusWord(0x6985).hint).to.equal('card-hint-hold-still');
    expect(describeStatusWord(0x9000).hint).to.equal(undefined);
    expect(describeStatusWord(0x1234)).to.include({ meaning: 'unknown status word', hint: 'card-hint-see-the-desk' });
  });

  it('count tries in 63Cx only', () => {
    expect(triesLeft(0x63c2)).to.equal(2);
    expect(triesLeft(0x6300)).to.equal(undefined);
    expect([0x6300, 0x63c0, 0x63cf, 0x6982].map(isWrongPassword)).to.deep.equal([true, true, true, false]);
    expect(formatStatusWord(0x6a82)).to.equal('6A82 file or application not found');
  });
});
