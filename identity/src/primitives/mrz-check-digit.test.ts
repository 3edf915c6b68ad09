import { expect } from 'chai';
import { loadVectors } from '../../test/vectors/load.ts';
import { mrzCheckDigit } from './mrz-check-digit.ts';

interface Case {
  label: string;
  lines: [string, string, string];
  valid: boolean;
}

describe('check digit of the machine readable zone, ICAO Doc 9303 part 3 clause 4.9', () => {
  const { cases } = loadVectors<{ cases: Case[] }>('mrz-td1');

  for (const { label, lines, valid } of cases) {
    it(`composite of ${label}: ${valid ? 'agrees' : 'disagrees'}`, () => {
      const [first, second] = lines;
      const composite = first.slice(5, 30) + second.slice(0, 7) + second.slice(8, 15) + second.slice(18, 29);
      expect(String(mrzCheckDigit(composite)) === second.charAt(29)).to.equal(valid);
    });
  }

  it('refuses characters outside the alphabet', () => {
    for (const bad of ['a', ' ', 'À', '-']) expect(() => mrzCheckDigit(bad)).to.throw(RangeError);
  });
});
