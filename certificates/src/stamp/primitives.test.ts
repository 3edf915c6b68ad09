import { readFileSync } from 'node:fs';

import { expect } from 'chai';

import { decodeBase32, encodeBase32 } from './base32.ts';
import { decodeC40, encodeC40 } from './c40.ts';
import { decodeDerLength, encodeDerLength } from './der-length.ts';
import { SealFormatError } from './seal-error.ts';
import { decodeVdsDate, encodeVdsDate } from './vds-date.ts';

interface Primitives {
  readonly c40: readonly { text: string; hex: string; source: string }[];
  readonly date3: readonly { date: string; hex: string; source: string }[];
  readonly der_length: readonly { length: number; hex: string }[];
  readonly der_length_reject: readonly { hex: string; why: string }[];
}

const vectors: Primitives = JSON.parse(
  readFileSync(new URL('../../test/vectors/primitives.json', import.meta.url), 'utf8'),
);
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');

describe('stamp primitives (primitives.json)', () => {
  for (const { text, hex: expected, source } of vectors.c40) {
    it(`C40 ${text} (${source})`, () => {
      expect(hex(encodeC40(text))).to.equal(expected);
      expect(decodeC40(bytes(expected))).to.equal(text.replaceAll('<', ' '));
    });
  }

  for (const { date, hex: expected, source } of vectors.date3) {
    it(`date ${date} (${source})`, () => {
      expect(hex(encodeVdsDate(date))).to.equal(expected);
      expect(decodeVdsDate(bytes(expected))).to.equal(date);
    });
  }

  for (const { length, hex: expected } of vectors.der_length) {
    it(`DER length ${length}`, () => {
      expect(hex(encodeDerLength(length))).to.equal(expected);
      expect(decodeDerLength(bytes(expected), 0)).to.deep.equal({ length, next: expected.length / 2 });
    });
  }

  for (const { hex: wrong, why } of vectors.der_length_reject) {
    it(`refuses DER length ${wrong}: ${why}`, () => {
      expect(() => decodeDerLength(bytes(wrong), 0)).to.throw(SealFormatError);
    });
  }

  it('refuses C40 with a sign outside the basic set, an odd length or a shift', () => {
    expect(() => encodeC40('a')).to.throw(SealFormatError);
    expect(() => decodeC40(bytes('eb04ff'))).to.throw(SealFormatError);
    expect(() => decodeC40(bytes('0000'))).to.throw(SealFormatError);
    expect(() => decodeC40(bytes('0001'))).to.throw(SealFormatError);
    expect(() => decodeC40(bytes('fe45eb11'))).to.throw(SealFormatError);
    expect(() => decodeC40(bytes('fe00'))).to.throw(SealFormatError);
  });

  for (const day of ['2026-02-29', '2026-13-01', '2026-00-10', '26-01-01', '2026-1-1', '']) {
    it(`refuses the date "${day}"`, () => {
      expect(() => encodeVdsDate(day))
        .to.throw(SealFormatError)
        .with.property('reason', 'BAD_DATE');
    });
  }

  it('refuses three bytes that are no day', () => {
    expect(() => decodeVdsDate(bytes('ffffff'))).to.throw(SealFormatError);
    expect(() => decodeVdsDate(bytes('000000'))).to.throw(SealFormatError);
  });

  it('accepts the leap day', () => {
    expect(decodeVdsDate(encodeVdsDate('2028-02-29'))).to.equal('2028-02-29');
  });

  // RFC 4648, section 10, without the padding.
  for (const [plain, text] of [
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ] as const) {
    it(`Base32 of "${plain}"`, () => {
      expect(encodeBase32(Buffer.from(plain))).to.equal(text);
      expect(Buffer.from(decodeBase32(text)).toString()).to.equal(plain);
    });
  }

  for (const [text, why] of [
    ['MY======', 'padding'],
    ['my', 'lower case'],
    ['MZ', 'unused bits set'],
    ['M', 'no whole byte'],
    ['MZXW6A', 'no whole last byte'],
    ['M Y', 'a space'],
    ['M1', 'a sign outside the alphabet'],
  ] as const) {
    it(`refuses Base32 with ${why}`, () => {
      expect(() => decodeBase32(text))
        .to.throw(SealFormatError)
        .with.property('reason', 'BAD_BASE32');
    });
  }
});
