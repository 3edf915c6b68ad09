import { expect } from 'chai';
import { loadVectors } from '../../test/vectors/load.ts';
import { fromHex, toHex } from './bytes.ts';
import { desCbcEncrypt, desDecryptBlock, desEdeCbcDecrypt, desEdeCbcEncrypt } from './des.ts';
import { padIso7816, retailMac, unpadIso7816 } from './retail-mac.ts';

interface BacVectors {
  expected: Record<'Kenc' | 'KencParityAdjusted' | 'Kmac' | 'S' | 'eIFD' | 'mIFD', string>;
}
interface SecureMessagingVectors {
  KSmac: string;
  exchanges: { macInput: string; protectedCommand: string }[];
}

describe('two-key triple DES and retail MAC, ICAO Doc 9303 part 11 appendix D', () => {
  const { expected } = loadVectors<BacVectors>('bac-worked-example');

  it('enciphers and deciphers the authentication data of D.3, with and without key parity', () => {
    for (const key of [fromHex(expected.Kenc), fromHex(expected.KencParityAdjusted)]) {
      expect(toHex(desEdeCbcEncrypt(key, fromHex(expected.S)))).to.equal(expected.eIFD);
      expect(toHex(desEdeCbcDecrypt(key, fromHex(expected.eIFD)))).to.equal(expected.S);
    }
  });

  it('computes the MAC of D.3', () => {
    expect(toHex(retailMac(fromHex(expected.Kmac), padIso7816(fromHex(expected.eIFD), 8)))).to.equal(expected.mIFD);
  });

  it('computes the MAC of each protected command of D.4', () => {
    const { KSmac, exchanges } = loadVectors<SecureMessagingVectors>('secure-messaging-3des');
    for (const { macInput, protectedCommand } of exchanges) {
      expect(toHex(retailMac(fromHex(KSmac), fromHex(macInput)))).to.equal(protectedCommand.slice(-18, -2));
    }
    expect(exchanges).to.have.length(3);
  });

  it('does single DES as FIPS 81 shows it', () => {
    const cipherText = desCbcEncrypt(fromHex('0123456789ABCDEF'), fromHex('4E6F772069732074'));
    expect(toHex(cipherText)).to.equal('3FA40E8A984D4815');
    expect(toHex(desDecryptBlock(fromHex('0123456789ABCDEF'), cipherText))).to.equal('4E6F772069732074');
  });

  it('refuses part of a block, a wrong key length and an unpadded empty message', () => {
    expect(() => desEdeCbcEncrypt(new Uint8Array(16), new Uint8Array(7))).to.throw(RangeError);
    expect(() => desEdeCbcDecrypt(new Uint8Array(24), new Uint8Array(8))).to.throw(RangeError);
    expect(() => desCbcEncrypt(new Uint8Array(16), new Uint8Array(8))).to.throw(RangeError);
    expect(() => retailMac(new Uint8Array(16), new Uint8Array(0))).to.throw(RangeError);
    expect(() => retailMac(new Uint8Array(8), new Uint8Array(8))).to.throw(RangeError);
  });
});

describe('padding of ISO/IEC 7816-4', () => {
  it('always adds at least one byte and comes off again', () => {
    for (const length of [0, 1, 7, 8, 9, 15, 16]) {
      const data = new Uint8Array(length).fill(0x80);
      const padded = padIso7816(data, 8);
      expect(padded.length % 8).to.equal(0);
      expect(padded.length).to.be.greaterThan(length);
      expect(unpadIso7816(padded, 8)).to.deep.equal(data);
    }
  });

  it('refuses data without the mark, with a foreign byte after it, or with a whole block of zeros after it', () => {
    for (const bad of ['', '0000000000000000', '8000000000000001', '80000000000000000000000000000000', '0180']) {
      expect(() => unpadIso7816(fromHex(bad), 8), bad).to.throw(RangeError);
    }
  });
});
