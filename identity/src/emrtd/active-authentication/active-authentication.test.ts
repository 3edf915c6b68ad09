import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { codeOf, failure } from '../../../test/failure.ts';
import { loadVectors } from '../../../test/vectors/load.ts';
import { CardError } from '../../card-error.ts';
import { encodeTlv } from '../../iso7816/tlv.ts';
import type { CommandChannel } from '../../port.ts';
import { fromHex, toHex } from '../../primitives/bytes.ts';
import { parseDg14 } from '../lds/dg14.ts';
import { parseDg15 } from '../lds/dg15.ts';
import { activeAuthenticationName, requestSignature, verifyActiveAuthentication } from './active-authentication.ts';

interface Case {
  readonly label: string;
  readonly protocol: string;
  readonly dg14?: string;
  readonly dg15: string;
  readonly challenge: string;
  readonly signature: string;
}

const { cases } = loadVectors<{ cases: readonly Case[] }>('active-authentication');
const verifyCase = ({ dg14, dg15 }: Case, challenge: Uint8Array, signature: Uint8Array): boolean => {
  const algorithm = dg14 === undefined ? undefined : parseDg14(fromHex(dg14)).activeAuthentication;
  return verifyActiveAuthentication(parseDg15(fromHex(dg15)), algorithm, challenge, signature);
};
const spki = (key: ReturnType<typeof generateKeyPairSync>['publicKey']): Uint8Array =>
  encodeTlv(0x6f, Uint8Array.from(key.export({ format: 'der', type: 'spki' })));

describe('active authentication, ICAO Doc 9303 part 11 clause 6.1', function () {
  this.timeout(20_000);

  for (const vector of cases) {
    it(`${vector.label}: stands for its challenge, for no other, and with no byte changed`, () => {
      const challenge = fromHex(vector.challenge);
      const signature = fromHex(vector.signature);
      expect(activeAuthenticationName(parseDg15(fromHex(vector.dg15)))).to.equal(vector.protocol);
      expect(verifyCase(vector, challenge, signature)).to.equal(true);
      expect(verifyCase(vector, challenge.with(7, (challenge[7] ?? 0) ^ 1), signature)).to.equal(false);
      for (let at = 0; at < signature.length; at += 5) {
        expect(verifyCase(vector, challenge, signature.with(at, (signature[at] ?? 0) ^ 1)), `byte ${at}`).to.equal(false);
        expect(verifyCase(vector, challenge, signature.subarray(0, at)), `${at} bytes`).to.equal(false);
      }
    });
  }

  it('does not take one key for another', () => {
    const [one, other] = cases.filter(({ label }) => label.startsWith('RSA 2048'));
    if (one === undefined || other === undefined) throw new Error('no vectors');
    expect(verifyCase(other, fromHex(one.challenge), fromHex(one.signature))).to.equal(false);
  });

  it('refuses a curve whose algorithm DG14 does not name', () => {
    const vector = cases.find(({ protocol }) => protocol === 'AA-ECDSA');
    const key = parseDg15(fromHex(vector?.dg15 ?? ''));
    for (const algorithm of [undefined, '0.4.0.127.0.7.1.1.4.1.9']) {
      expect(codeOf(() => verifyActiveAuthentication(key, algorithm, new Uint8Array(8), new Uint8Array(64)))).to.equal(
        'unsupported',
      );
    }
  });

  it('sends the challenge as INTERNAL AUTHENTICATE, and says what a chip answers that refuses', async () => {
    const challenge = fromHex('F173589974BF40C6');
    const short = parseDg15(fromHex(cases[0]?.dg15 ?? ''));
    const answering = (sw: number): CommandChannel => ({
      run: async ([command]) => {
        expect(command).to.include({ ins: 0x88, p1: 0, p2: 0 });
        expect(toHex(command?.data ?? new Uint8Array(0))).to.equal('F173589974BF40C6');
        return [{ data: fromHex('0102'), sw }];
      },
    });
    expect(toHex(await requestSignature(answering(0x9000), short, challenge))).to.equal('0102');
    const refused = await failure(requestSignature(answering(0x6982), short, challenge));
    expect(refused).to.include({ code: 'unsupported', statusWord: 0x6982 });
    const error = await requestSignature(answering(0x9000), short, new Uint8Array(7)).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(RangeError);
  });

  it('asks for a signature beyond a short protected response with extended length once the short form is refused', async () => {
    const long = parseDg15(fromHex(cases.find(({ label }) => label.startsWith('RSA 2048'))?.dg15 ?? ''));
    const asked: (number | 'max' | undefined)[] = [];
    const answering = (extended: () => number): CommandChannel => ({
      run: async ([command]) => {
        asked.push(command?.le);
        return [{ data: fromHex('0102'), sw: command?.le === 'max' ? 0x6700 : extended() }];
      },
    });
    expect(toHex(await requestSignature(answering(() => 0x9000), long, new Uint8Array(8)))).to.equal('0102');
    expect(asked).to.deep.equal(['max', 65_536]);
    const inTheClear = (): number => {
      throw new CardError('session-lost', 'plain status word', { statusWord: 0x6700 });
    };
    const givingUp = (): number => {
      throw new CardError('reader-unavailable', 'of the test');
    };
    for (const extended of [inTheClear, givingUp]) {
      const refused = await failure(requestSignature(answering(extended), long, new Uint8Array(8)));
      expect(refused).to.include({ code: 'unsupported', statusWord: 0x6700 });
    }
  });

  it('keeps the reason of the short form where the long one is only too long', async () => {
    const long = parseDg15(fromHex(cases.find(({ label }) => label.startsWith('RSA 2048'))?.dg15 ?? ''));
    const answering = (short: number, extended: number): CommandChannel => ({
      run: async ([command]) => [{ data: new Uint8Array(0), sw: command?.le === 'max' ? short : extended }],
    });
    for (const [short, extended, reason] of [[0x6a88, 0x6700, 0x6a88], [0x6700, 0x6a88, 0x6a88], [0x6700, 0x6c00, 0x6700]] as const) {
      const refused = await failure(requestSignature(answering(short, extended), long, new Uint8Array(8)));
      expect(refused).to.include({ code: 'unsupported', statusWord: reason });
    }
  });

  it('refuses a DG15 that is cut off, has more than a key, or a key of no use', () => {
    for (const { dg15 } of cases.slice(-4)) {
      const file = fromHex(dg15);
      for (let at = 0; at < file.length; at += 3) {
        expect(codeOf(() => parseDg15(file.subarray(0, at)))).to.equal('malformed');
      }
    }
    expect(codeOf(() => parseDg15(spki(generateKeyPairSync('ed25519').publicKey)))).to.equal('unsupported');
    expect(codeOf(() => parseDg15(spki(generateKeyPairSync('rsa', { modulusLength: 768 }).publicKey)))).to.equal(
      'unsupported',
    );
    expect(codeOf(() => parseDg15(encodeTlv(0x6f, fromHex('3003020100'))))).to.equal('malformed');
  });
});
