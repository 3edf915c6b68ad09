import { expect } from 'chai';
import { challengeText, signatureChallenge } from './signature-challenge.ts';

const fields = {
  product: 'Videosportello',
  kioskId: 'kiosk-17',
  visitId: `v_${'0'.repeat(23)}7`,
  at: Date.UTC(2026, 10, 22, 20, 15, 30, 250),
  nonce: 'ab'.repeat(32),
};

describe('challenge that a card signs', () => {
  it('is a text that can be read, the same at both ends', () => {
    expect(challengeText(signatureChallenge.parse(fields))).to.equal(
      `Videosportello card challenge 1\nkiosk kiosk-17\nvisit v_${'0'.repeat(23)}7\ntime 2026-11-22T20:15:30.250Z\nnonce ${'ab'.repeat(32)}\n`,
    );
  });

  it('differs where any field differs', () => {
    const others = [{ kioskId: 'kiosk-18' }, { visitId: `v_${'0'.repeat(23)}8` }, { at: fields.at + 1 }, { nonce: 'cd'.repeat(32) }];
    const texts = [{}, ...others].map((change) => challengeText(signatureChallenge.parse({ ...fields, ...change })));
    expect(new Set(texts).size).to.equal(texts.length);
  });

  it('has no room for other words', () => {
    const bad = [{ product: 'Banca' }, { nonce: 'ab' }, { kioskId: 'kiosk\nvisit' }, { purpose: 'contract' }, { at: -1 }];
    for (const change of bad) expect(signatureChallenge.safeParse({ ...fields, ...change }).success).to.equal(false);
  });
});
