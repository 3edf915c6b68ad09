/** What proves that a chip is no copy: chip authentication, active authentication, and the national application's key. */
import { constants, createECDH, createHash, createPublicKey, publicDecrypt, randomBytes, verify } from 'node:crypto';
import { expect } from 'chai';
import { deriveKey } from '@videosportello/identity/primitives/kdf.ts';
import { modPow, MODP_GROUPS } from '@videosportello/identity/primitives/modp-group.ts';
import { readTlv, readTlvs } from '../authority/der.ts';
import type { DocumentAuthority } from '../authority/demo-authority.ts';
import { makeActiveAuthenticationKey } from './active-authentication.ts';
import type { ActiveAuthenticationKind } from './active-authentication.ts';
import type { CardImage } from './card-image.ts';
import { makeChipAuthenticationKey } from './chip-authentication.ts';
import type { ChipFamilyName } from './chip-family.ts';
import { personalise } from './personalise.ts';
import type { PersonalisationOptions } from './personalise.ts';
import { createVirtualCie } from './virtual-cie.ts';
import { JPEG_HEADER, quickAuthority, ROSSI } from './test/specimen.ts';
import { createSession, hex, runPace, send, toHex } from './test/terminal.ts';

const SELECT_APPLICATION = ['00A4040C', 'A0000002471001'] as const;
const SELECT_CIE_FOLDER = '00A4040406A00000000039';
const NIS = '000000000017';

describe('virtual CIE proving its chip', () => {
  let authority: DocumentAuthority;
  before(async () => {
    authority = await quickAuthority();
  });

  function imageWith(options: Partial<PersonalisationOptions>): CardImage {
    return personalise(ROSSI, { authority, photo: JPEG_HEADER, issueDate: new Date('2022-01-01T00:00:00Z'), ...options });
  }

  /** A card with a running session in the eMRTD application. */
  function open(image: CardImage) {
    const card = createVirtualCie(image, { random: randomBytes });
    const session = runPace(card, { can: ROSSI.card.can });
    if (typeof session === 'string') return expect.fail(`PACE was refused with ${session}`);
    const exchange = (header: string, data?: string, le?: string) =>
      session.open(send(card, session.protect(header, data, le)));
    expect(exchange(...SELECT_APPLICATION).sw).to.equal('9000');
    return { card, session, exchange };
  }

  const fileOf = (image: CardImage, fileId: number): Uint8Array =>
    image.application.find((file) => file.fileId === fileId)?.content ?? expect.fail('no such file');

  describe('chip authentication (ICAO Doc 9303 part 11 clause 6.2)', () => {
    const terminalPrivate = 0x6717f6f1e3971fd90b0c8a7f2a3590ee6e29c4e2513542a7434e2347fc2e8960n;
    const { p, g } = MODP_GROUPS[2];
    const full = (value: bigint) => value.toString(16).padStart(512, '0');

    /** The chip's DH key out of DG14, by its tags only. */
    function dhKeyOf(dg14: Uint8Array): bigint {
      const infos = readTlvs(readTlv(readTlv(dg14).value).value).map(({ value }) => readTlvs(value));
      const info = infos.find(([oid]) => toHex(oid?.value ?? new Uint8Array()) === '04007F000702020101');
      const [, bits] = readTlvs(info?.[1]?.value ?? new Uint8Array());
      return BigInt(`0x${toHex(readTlv(bits?.value.subarray(1) ?? new Uint8Array()).value)}`);
    }

    it('takes new keys with MSE:SET KAT, DH and triple DES', () => {
      const image = imageWith({ chipAuthentication: makeChipAuthenticationKey(2, 'des-ede', randomBytes) });
      const { card, session, exchange } = open(image);
      expect(exchange('002241A6', `91820100${full(modPow(g, terminalPrivate, p))}`)).to.deep.equal({ data: '', sw: '9000' });
      const secret = hex(full(modPow(dhKeyOf(fileOf(image, 0x010e)), terminalPrivate, p)));
      const renewed = createSession(deriveKey(secret, 1, 'des-ede'), deriveKey(secret, 2, 'des-ede'));
      const { data, sw } = renewed.open(send(card, renewed.protect('00B08100', '', '00')));
      expect([data, sw]).to.deep.equal([toHex(fileOf(image, 0x0101)), '9000']);
      expect(send(card, session.protect('00B08100', '', '00')), 'the old keys').to.equal('6988');
    });

    it('takes new keys with MSE:SET AT and GENERAL AUTHENTICATE, ECDH and AES', () => {
      const chipAuthentication = makeChipAuthenticationKey('brainpoolP256r1', 'aes-128', randomBytes);
      const image = imageWith({ chipAuthentication });
      const { card, exchange } = open(image);
      const infos = readTlvs(readTlv(readTlv(fileOf(image, 0x010e)).value).value).map(({ value }) => readTlvs(value));
      const info = infos.find(([oid]) => toHex(oid?.value ?? new Uint8Array()) === '04007F000702020102');
      const key = createPublicKey({ key: Buffer.from(info?.[1]?.bytes ?? []), format: 'der', type: 'spki' });
      const chipKey = Buffer.from(key.export({ format: 'der', type: 'spki' })).subarray(-65);
      const terminal = createECDH('brainpoolP256r1');
      const ephemeral = toHex(terminal.generateKeys());
      const template = '800A04007F00070202030202';

      expect(exchange('00860000', `7C438041${ephemeral}`, '00').sw, 'without MSE:SET AT').to.equal('6985');
      expect(exchange('002241A4', template).sw).to.equal('9000');
      expect(exchange('00860000', `7C438041${ephemeral.slice(0, -2)}00`, '00').sw, 'no point').to.equal('6A80');
      expect(exchange('002241A4', template).sw).to.equal('9000');
      expect(exchange('00860000', `7C438041${ephemeral}`, '00')).to.deep.equal({ data: '7C00', sw: '9000' });
      const secret = terminal.computeSecret(chipKey);
      const renewed = createSession(deriveKey(secret, 1, 'aes-128'), deriveKey(secret, 2, 'aes-128'), true);
      const { data, sw } = renewed.open(send(card, renewed.protect('00B08100', '', '00')));
      expect([data, sw]).to.deep.equal([toHex(fileOf(image, 0x0101)), '9000']);
    });

    it('refuses a key outside the group, an object too many, and a card without DG14', () => {
      const { exchange } = open(imageWith({ chipAuthentication: makeChipAuthenticationKey(2, 'des-ede', randomBytes) }));
      expect(exchange('002241A6', `91820100${full(1n)}`).sw).to.equal('6A80');
      expect(exchange('002241A6', `91820100${full(modPow(g, 5n, p))}840101`).sw).to.equal('6A88');
      expect(exchange('002241A6', '800102').sw).to.equal('6A80');
      expect(exchange('002241B6', '800102').sw).to.equal('6A86');
      expect(open(imageWith({})).exchange('002241A6', `91820100${full(modPow(g, 5n, p))}`).sw).to.equal('6985');
    });
  });

  describe('active authentication (ICAO Doc 9303 part 11 clause 6.1)', () => {
    const challenge = Buffer.from('1122334455667788', 'hex');
    function signed(kind: ActiveAuthenticationKind) {
      const image = imageWith({ activeAuthentication: makeActiveAuthenticationKey(kind), family: 'gemalto' });
      const { exchange } = open(image);
      const { data, sw } = exchange('00880000', toHex(challenge), kind === 'rsa-2048-sha256' ? '0000' : '00');
      expect(sw).to.equal('9000');
      const spki = Buffer.from(readTlv(fileOf(image, 0x010f)).value);
      return { signature: Buffer.from(data, 'hex'), key: createPublicKey({ key: spki, format: 'der', type: 'spki' }) };
    }

    for (const [kind, hash, trailer] of [
      ['rsa-1024-sha1', 'sha1', 'bc'],
      ['rsa-2048-sha256', 'sha256', '34cc'],
    ] as const) {
      it(`signs by ISO/IEC 9796-2 scheme 1, ${kind}`, () => {
        const { signature, key } = signed(kind);
        const opened = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
        const hashBytes = createHash(hash).digest().length;
        const end = opened.length - trailer.length / 2;
        expect(opened[0]).to.equal(0x6a);
        expect(opened.subarray(end).toString('hex')).to.equal(trailer);
        const message = Buffer.concat([opened.subarray(1, end - hashBytes), challenge]);
        expect(opened.subarray(end - hashBytes, end)).to.deep.equal(createHash(hash).update(message).digest());
      });
    }

    it('signs r and s joined, with a curve, and names the algorithm in DG14', () => {
      const { signature, key } = signed('ec-p256');
      expect(signature).to.have.length(64);
      expect(verify('sha256', challenge, { key, dsaEncoding: 'ieee-p1363' }, signature)).to.equal(true);
      const image = imageWith({ activeAuthentication: makeActiveAuthenticationKey('ec-p256') });
      expect(toHex(fileOf(image, 0x010e))).to.contain('0606678108010105');
    });

    it('refuses another length, an answer that has no room, and a card without DG15', () => {
      const { exchange } = open(imageWith({ activeAuthentication: makeActiveAuthenticationKey('rsa-2048-sha256') }));
      expect(exchange('00880000', '11223344', '00').sw).to.equal('6700');
      expect(exchange('00880000', '1122334455667788').sw).to.equal('6700');
      expect(exchange('00880000', '1122334455667788', '00').sw).to.equal('6700');
      expect(exchange('00880001', '1122334455667788', '00').sw).to.equal('6A86');
      expect(open(imageWith({})).exchange('00880000', '1122334455667788', '00').sw).to.equal('6D00');
    });
  });

  describe('national application (pagopa/cie-sdk-ios, italia/cie-accessi-pinless-manuale-docs)', () => {
    const nisCard = (family: ChipFamilyName) => createVirtualCie(imageWith({ nis: NIS, family }), { random: randomBytes });
    const challenge = '00112233445566778899AABBCCDDEEFF';
    const SIGN = `0088000010${challenge}00`;

    it('gives the number for services, and signs the challenge as it is', () => {
      const card = nisCard('gemalto2');
      expect(send(card, '00A4040C0DA0000000308000000009816001')).to.equal('9000');
      expect(send(card, SELECT_CIE_FOLDER)).to.equal('9000');
      expect(send(card, '00B081000C')).to.equal(`${Buffer.from(NIS).toString('hex')}9000`);
      expect(send(card, SIGN), 'before the key is chosen').to.equal('6985');
      expect(send(card, '002241A406800102840183')).to.equal('9000');
      const signature = Buffer.from(hex(send(card, SIGN)).subarray(0, -2));
      expect(send(card, '00A40204021005')).to.equal('9000');
      const [first, second] = [send(card, '00B0000000'), send(card, '00B0010000')];
      const key = createPublicKey({ key: Buffer.from(first.slice(0, -4) + second.slice(0, -4), 'hex'), format: 'der', type: 'pkcs1' });
      expect(publicDecrypt(key, signature).toString('hex').toUpperCase()).to.equal(challenge);
    });

    it('lets the long answer be fetched on a family with short buffers, from the MF, as its name is unknown', () => {
      const card = nisCard('nxp');
      expect(send(card, '00A4040C0DA0000000308000000009816001')).to.equal('6A82');
      expect(send(card, SELECT_CIE_FOLDER)).to.equal('9000');
      expect(send(card, '002241A406800102840183')).to.equal('9000');
      expect(send(card, SIGN)).to.equal('6100');
      expect(send(card, '00C0000010')).to.equal('6C00');
      expect(send(card, '00C0000000')).to.match(/^[0-9A-F]{512}9000$/);
      expect(send(card, '00C0000000'), 'a second time').to.equal('6985');
    });

    const refusals: [name: string, apdu: string, answer: string][] = [
      ['another key', '002241A406800102840181', '6A88'],
      ['an empty challenge', '0088000000', '6700'],
      ["the holder's certificate", '00B0830000', '6982'],
      ['a file that is not there', '00A4020C021007', '6A82'],
      ['VERIFY of the PIN without its channel', '00200081083132333435363738', '6D00'],
    ];
    for (const [name, apdu, expected] of refusals) {
      it(`refuses ${name} with ${expected}`, () => {
        const card = nisCard('gemalto');
        expect(send(card, SELECT_CIE_FOLDER)).to.equal('9000');
        expect(send(card, '002241A406800102840183')).to.equal('9000');
        expect(send(card, apdu)).to.equal(expected);
      });
    }

    it('is not found from the eMRTD application, or on a card without it', () => {
      const card = nisCard('nxp');
      expect(send(card, '00A4040C07A0000002471001')).to.equal('9000');
      expect(send(card, SELECT_CIE_FOLDER)).to.equal('6A82');
      expect(send(card, '00A40000')).to.equal('9000');
      expect(send(card, SELECT_CIE_FOLDER)).to.equal('9000');
      expect(send(createVirtualCie(imageWith({}), { random: randomBytes }), SELECT_CIE_FOLDER)).to.equal('6A82');
    });
  });
});
