import { expect } from 'chai';
import { z } from 'zod';
import { signedValues } from './signed-value.ts';

const secret = '5'.repeat(64);
const numbers = signedValues(z.object({ number: z.number() }), secret, 'test');

describe('values that travel through a browser', () => {
  it('come back as they were, until they end', () => {
    const sealed = numbers.seal({ number: 7 }, 1_000);
    expect(numbers.open(sealed, 999)).to.deep.equal({ value: { number: 7 }, expiresAtMs: 1_000 });
    expect(numbers.open(sealed, 1_000)).to.equal(undefined);
  });

  it('are nothing when altered, made for another purpose, or written otherwise by another release', () => {
    const sealed = numbers.seal({ number: 7 }, 1_000);
    const [body = '', mac = ''] = sealed.split('.');
    const other = signedValues(z.object({ name: z.string() }), secret, 'test').seal({ name: 'x' }, 1_000);
    const foreign = signedValues(z.object({ number: z.number() }), secret, 'other').seal({ number: 7 }, 1_000);
    for (const text of [`${body.slice(1)}.${mac}`, `${body}.`, body, '', undefined, other, foreign]) {
      expect(numbers.open(text, 0)).to.equal(undefined);
    }
  });
});
