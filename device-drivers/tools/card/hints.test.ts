import { CARD_ERRORS } from '@videosportello/identity/card-error.ts';
import { describeStatusWord } from '@videosportello/identity/iso7816/status-word.ts';
import { expect } from 'chai';
import { HINTS } from './hints.ts';

describe('the words of the card tool', () => {
  it('are there, in two languages, for each code and each status word that a card can answer, and for nothing else', () => {
    const byCode = Object.values(CARD_ERRORS).map(({ hint }) => hint);
    const byStatusWord = Array.from({ length: 0x10000 }, (_, sw) => describeStatusWord(sw).hint).filter((hint) => hint !== undefined);
    const keys = new Set<string>([...byCode, ...byStatusWord]);
    expect(Object.keys(HINTS)).to.have.members([...keys]);
    for (const [key, { it: italian, en: english }] of Object.entries(HINTS)) {
      expect(italian, key).to.match(/\.$/);
      expect(english, key).to.match(/\.$/).and.not.to.equal(italian);
    }
  });
});
