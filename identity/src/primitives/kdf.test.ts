import { expect } from 'chai';
import { loadVectors } from '../../test/vectors/load.ts';
import { aesCbcDecrypt, aesCbcEncrypt, aesCmac } from './aes-cmac.ts';
import { fromHex, toHex } from './bytes.ts';
import type { KeyAlgorithm } from './kdf.ts';
import { adjustDesParity, deriveKey } from './kdf.ts';

interface KdfVectors {
  cases: {
    label: string;
    seed: string;
    counter: number;
    algorithm: '3DES' | 'AES128' | 'AES192' | 'AES256';
    derived: string;
    derivedParityAdjusted?: string;
  }[];
  cmac: { key: string; subkeyCheck: { message: string; tag: string }[] };
}

const ALGORITHMS: Readonly<Record<string, KeyAlgorithm>> = {
  '3DES': 'des-ede',
  AES128: 'aes-128',
  AES192: 'aes-192',
  AES256: 'aes-256',
};

describe('key derivation, ICAO Doc 9303 part 11 clause 9.7.1', () => {
  const vectors = loadVectors<KdfVectors>('kdf');

  for (const { label, seed, counter, algorithm, derived, derivedParityAdjusted } of vectors.cases) {
    it(label, () => {
      const key = deriveKey(fromHex(seed), counter, ALGORITHMS[algorithm] ?? 'des-ede');
      expect(toHex(key)).to.equal(derived);
      if (derivedParityAdjusted !== undefined) expect(toHex(adjustDesParity(key))).to.equal(derivedParityAdjusted);
    });
  }
});

describe('AES-CMAC', () => {
  const { cmac } = loadVectors<KdfVectors>('kdf');

  for (const { message, tag } of cmac.subkeyCheck) {
    it(`RFC 4493 section 4, message of ${message.length / 2} bytes`, () => {
      expect(toHex(aesCmac(fromHex(cmac.key), fromHex(message)))).to.equal(tag);
    });
  }

  it('RFC 4493 section 4, messages of 16 and 64 bytes', () => {
    const text =
      '6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E51' +
      '30C81C46A35CE411E5FBC1191A0A52EFF69F2445DF4F9B17AD2B417BE66C3710';
    const key = fromHex(cmac.key);
    expect(toHex(aesCmac(key, fromHex(text).subarray(0, 16)))).to.equal('070A16B46B4D4144F79BDD9DD04A287C');
    expect(toHex(aesCmac(key, fromHex(text)))).to.equal('51F0BEBF7E3B9D92FC49741779363CFE');
  });

  it('is followed by a CBC that inverts itself at every key length and refuses others', () => {
    for (const keyBytes of [16, 24, 32]) {
      const key = new Uint8Array(keyBytes).fill(7);
      const data = new Uint8Array(32).fill(9);
      const iv = new Uint8Array(16).fill(3);
      expect(aesCbcDecrypt(key, iv, aesCbcEncrypt(key, iv, data))).to.deep.equal(data);
    }
    expect(() => aesCbcEncrypt(new Uint8Array(15), new Uint8Array(16), new Uint8Array(16))).to.throw(RangeError);
    expect(() => aesCbcDecrypt(new Uint8Array(16), new Uint8Array(16), new Uint8Array(15))).to.throw(RangeError);
  });
});
