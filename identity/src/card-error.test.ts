import { expect } from 'chai';
import { CardError } from './card-error.ts';

describe('the hint of a card error', () => {
  const hintOf = (...[code, statusWord]: [CardError['code'], number?]) =>
    new CardError(code, 'of the test', statusWord === undefined ? {} : { statusWord }).hint;

  it('is the status word’s where the code says only that the card would not', () => {
    expect(hintOf('access-denied')).to.equal('card-hint-see-the-desk');
    expect(hintOf('access-denied', 0x6983)).to.equal('card-hint-blocked');
    expect(hintOf('access-denied', 0x6300)).to.equal('card-hint-wrong-password');
    expect(hintOf('access-denied', 0x6985)).to.equal('card-hint-hold-still');
    expect(hintOf('unsupported', 0x6a82)).to.equal('card-hint-not-readable-here');
    expect(hintOf('unsupported', 0x6b00), 'a status word without words').to.equal('card-hint-not-readable-here');
  });

  it('is the code’s where that says more', () => {
    expect(hintOf('wrong-can', 0x6300)).to.equal('card-hint-wrong-can');
    expect(hintOf('session-lost', 0x6700)).to.equal('card-hint-hold-still');
    expect(hintOf('timeout')).to.equal('card-hint-try-again');
  });
});
