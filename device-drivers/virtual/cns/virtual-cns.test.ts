import { constants, createHash, publicDecrypt, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { z } from 'zod';
import { createCnsAuthority } from '../authority/cns-authority.ts';
import { readTlv } from '../authority/der.ts';
import { CardGoneError } from '../cie/virtual-card.ts';
import { hex, send, toHex } from '../cie/test/terminal.ts';
import { CNS_FAMILIES } from './cns-family.ts';
import type { CnsFamilyName } from './cns-family.ts';
import { personaliseCns } from './cns-image.ts';
import type { CnsImage } from './cns-image.ts';
import { paddedPersonalData, personalDataFile, personalDataSchema } from './personal-data.ts';
import { createVirtualCns } from './virtual-cns.ts';
import type { CnsBehaviour } from './virtual-cns.ts';

const vectors = z
  .object({
    samples: z.array(z.object({ fields: personalDataSchema, totalLengthHeader: z.string(), hex: z.string() })).min(2),
    readSequence: z.object({ stepByStep: z.array(z.string()), byPathFromMasterFile: z.array(z.string()) }),
  })
  .parse(JSON.parse(await readFile(new URL('test/vectors/cns-dati-personali.json', import.meta.url), 'utf8')));

const VALIDITY = { notBefore: new Date('2024-01-15T00:00:00Z'), notAfter: new Date('2030-01-14T00:00:00Z') };
const CARD_ID = '0000000000000018';
const VERIFY = '0020001008';
const PIN = '3132333435FFFFFF';
const WRONG = '3132333436FFFFFF';
const PUK = '3837363534333231';
const SIGN = ['0022F30300', '0022F1B603830101'] as const;

describe('virtual CNS', () => {
  const { authority } = createCnsAuthority({
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: new Date('2040-01-01T00:00:00Z'),
  });
  const images = new Map<CnsFamilyName, CnsImage>();
  const [sample] = vectors.samples;

  before(() => {
    for (const family of ['st-2021', 'idemia-2021', 'athena'] as const) {
      const options = { authority, family, cardId: CARD_ID, pin: '12345', puk: '87654321', pinTriesLeft: 3 } as const;
      images.set(family, personaliseCns(data(), { ...options, validity: VALIDITY, hashedPart: 'whole' }));
    }
  });

  const data = () => sample?.fields ?? expect.fail('no sample');
  const image = (family: CnsFamilyName) => images.get(family) ?? expect.fail('no image');
  const newCard = (family: CnsFamilyName = 'idemia-2021', behaviour: CnsBehaviour = {}) =>
    createVirtualCns(image(family), behaviour);

  describe('personal data (OpenSC pkcs15-itacns.c)', () => {
    for (const [index, { fields, totalLengthHeader, hex: expected }] of vectors.samples.entries()) {
      it(`writes sample ${index + 1} of the layout byte for byte`, () => {
        const used = personalDataFile(fields);
        expect(Buffer.from(used).toString('latin1').slice(0, 6)).to.equal(totalLengthHeader);
        expect(toHex(paddedPersonalData(used))).to.equal(expected);
      });
    }

    for (const [name, commands] of Object.entries(vectors.readSequence).filter(([key]) => key !== 'source')) {
      it(`are read by the recorded commands, ${name}`, () => {
        const card = newCard();
        const answers = [...commands].map((command) => send(card, command));
        expect(answers.slice(0, -1).every((answer) => answer === '9000')).to.equal(true);
        expect(answers.at(-1)).to.equal(`${sample?.hex.slice(0, 512)}9000`);
      });
    }
  });

  it('carries a certificate that its issuer signed, with the hash of the personal data in its name', () => {
    const card = newCard();
    send(card, '00A408000411001101');
    const head = hex(send(card, '00B0000000'));
    const chunks = [head.subarray(0, -2)];
    for (let offset = 0x100; offset < 0x600; offset += 0x100) {
      chunks.push(hex(send(card, `00B0${offset.toString(16).padStart(4, '0')}00`)).subarray(0, -2));
    }
    const certificate = new X509Certificate(Buffer.from(readTlv(Buffer.concat(chunks)).bytes));
    const issuer = new X509Certificate(Buffer.from(authority.certificate));
    expect(certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)).to.equal(true);
    const file = paddedPersonalData(personalDataFile(data()));
    const hash = createHash('sha1').update(file).digest('base64');
    expect(certificate.subject).to.contain(`CN=${data().codiceFiscale}/${CARD_ID}.${hash}`);
  });

  const refusals: [name: string, apdus: string[], answer: string][] = [
    ['a file that does not exist', ['00A40000021105'], '6A82'],
    ['a path that does not exist', ['00A408000411001105'], '6A82'],
    ['an application by name', ['00A4040C06A00000009501'], '6A82'],
    ['half a file id', ['00A400000111'], '6700'],
    ['an unknown way of selection', ['00A40500023F00'], '6A86'],
    ['reading without a file', ['00B0000000'], '6986'],
    ['reading by short id', ['00B0810000'], '6A86'],
    ['reading beyond the end', ['00A408000411001102', '00B0019000'], '6B00'],
    ['READ BINARY without Le', ['00A408000411001102', '00B00000'], '6700'],
    ['another PIN reference', ['0020008008' + PIN], '6A88'],
    ['a PIN that is not padded', ['00200010053132333435'], '6700'],
    ['a signature without environment', [`${VERIFY}${PIN}`, '002A9E9A010100'], '6985'],
    ['a signature without PIN', [...SIGN, '002A9E9A010100'], '6982'],
    ['a key that it does not have', ['0022F30300', '0022F1B603830102'], '6A88'],
    ['the restore command without its last zero', ['0022F303'], '6700'],
    ['a key before the environment', ['0022F1B603830101'], '6985'],
    ['GET CHALLENGE', ['0084000008'], '6D00'],
    ['UPDATE BINARY', ['00A408000411001102', '00D6000001FF'], '6D00'],
    ['secure messaging', ['0CB0000000'], '6E00'],
    ['chaining of a read', ['10B0000000'], '6884'],
  ];
  for (const [name, apdus, expected] of refusals) {
    it(`refuses ${name} with ${expected}`, () => {
      const card = newCard();
      const answers = apdus.map((apdu) => send(card, apdu));
      expect(answers.at(-1)).to.equal(expected);
      expect(answers.slice(0, -1).every((answer) => answer === '9000')).to.equal(true);
    });
  }

  it('walks the tree in the ways of ISO/IEC 7816-4, and says what a file is', () => {
    const card = newCard();
    expect(send(card, '00A40000021100')).to.equal('9000');
    expect(send(card, '00A40900021102')).to.equal('9000');
    expect(send(card, '00A40000021000'), 'a sibling').to.equal('9000');
    expect(send(card, '00A40300'), 'its parent').to.equal('9000');
    expect(send(card, '00A40800041100110200')).to.equal('620B80020190820101830211029000');
    expect(send(card, '00A40000023F0000')).to.equal('620782013883023F009000');
    expect(send(card, '00A4000C023F00')).to.equal('9000');
  });

  describe('PIN', () => {
    it('counts wrong ones down to blocked, also across resets, and says how many are left without counting', () => {
      const card = newCard();
      expect(send(card, '00200010')).to.equal('63C3');
      expect(send(card, VERIFY + WRONG)).to.equal('63C2');
      card.reset();
      expect(send(card, '00200010')).to.equal('63C2');
      expect(send(card, VERIFY + WRONG)).to.equal('63C1');
      expect(send(card, VERIFY + PIN)).to.equal('9000');
      expect(send(card, '00200010')).to.equal('9000');
      for (const expected of ['63C2', '63C1', '6983', '6983']) expect(send(card, VERIFY + WRONG)).to.equal(expected);
      expect(send(card, VERIFY + PIN)).to.equal('6983');
      expect(send(card, '00200010')).to.equal('6983');
    });

    it('is asked for under 90 by the STIncard mask', () => {
      const card = newCard('st-2021');
      expect(send(card, VERIFY + PIN)).to.equal('6A88');
      expect(send(card, `0020009008${PIN}`)).to.equal('9000');
    });

    it('can be changed and unblocked by whoever sends the commands, as on a real card', () => {
      const card = newCard();
      expect(send(card, `0024001010${WRONG}${PIN}`)).to.equal('63C2');
      expect(send(card, `0024001010${PIN}${WRONG}`)).to.equal('9000');
      expect(send(card, VERIFY + PIN)).to.equal('63C2');
      send(card, VERIFY + PIN);
      send(card, VERIFY + PIN);
      expect(send(card, VERIFY + WRONG)).to.equal('6983');
      expect(send(card, `002C001010${PIN}${PIN}`)).to.equal('63C9');
      expect(send(card, `002C001010${PUK}${PIN}`)).to.equal('9000');
      expect(send(card, VERIFY + PIN)).to.equal('9000');
    });
  });

  describe('signature', () => {
    const digestInfo = `3031300D060960864801650304020105000420${'AB'.repeat(32)}`;
    const keyOf = (family: CnsFamilyName) => image(family).authenticationKey;
    const padded = (bytes: number) => `0001${'FF'.repeat(bytes - 3 - digestInfo.length / 2)}00${digestInfo}`;

    for (const family of ['idemia-2021', 'athena', 'st-2021'] as const) {
      it(`is RSA over a DigestInfo that the card pads, family ${family}`, () => {
        const card = newCard(family);
        const reference = CNS_FAMILIES[family].pinReference.toString(16);
        expect([`002000${reference}08${PIN}`, ...SIGN].map((apdu) => send(card, apdu))).to.deep.equal(['9000', '9000', '9000']);
        const signature = hex(send(card, `002A9E9A33${digestInfo}00`)).subarray(0, -2);
        expect(signature).to.have.length(CNS_FAMILIES[family].modulusBits / 8);
        expect(toHex(publicDecrypt(keyOf(family), signature))).to.equal(digestInfo);
      });
    }

    it('is RSA over a block that the terminal padded, in one extended command or in a chain', () => {
      const card = newCard();
      [`${VERIFY}${PIN}`, ...SIGN].forEach((apdu) => send(card, apdu));
      const block = padded(256);
      const extended = send(card, `002A9E9A000100${block}0000`);
      expect(extended).to.match(/9000$/);
      expect(send(card, `102A9E9AFF${block.slice(0, 510)}`)).to.equal('9000');
      expect(send(card, `002A9E9A01${block.slice(510)}00`)).to.equal(extended);
      const opened = publicDecrypt({ key: keyOf('idemia-2021'), padding: constants.RSA_NO_PADDING }, hex(extended).subarray(0, -2));
      expect(toHex(opened)).to.equal(block);
    });

    it('opens a cryptogram as it is, behind a padding indicator, and only after it was chosen for that', () => {
      const card = newCard('athena');
      const decipher = `002A80868100${padded(128)}00`;
      [`${VERIFY}${PIN}`, ...SIGN].forEach((apdu) => send(card, apdu));
      expect(send(card, decipher)).to.equal('6985');
      expect(send(card, '0022F1B803830101')).to.equal('9000');
      const opened = hex(send(card, decipher)).subarray(0, -2);
      expect(toHex(publicDecrypt({ key: keyOf('athena'), padding: constants.RSA_NO_PADDING }, opened))).to.equal(padded(128));
      expect(send(card, `002A80868101${padded(128)}00`)).to.equal('6A80');
      expect(send(card, `002A80864000${'01'.repeat(63)}00`)).to.equal('6700');
    });

    it('is refused over a number that is too large, over a length between, and after a reset', () => {
      const card = newCard();
      [`${VERIFY}${PIN}`, ...SIGN].forEach((apdu) => send(card, apdu));
      expect(send(card, `002A9E9A000100${'FF'.repeat(256)}0000`)).to.equal('6A80');
      expect(send(card, `002A9E9AFA${'01'.repeat(250)}00`)).to.equal('6700');
      expect(send(card, `002A9E9A33${digestInfo}10`)).to.equal('6700');
      expect(send(newCard('st-2021'), `002A9E9A000033${digestInfo}0000`)).to.equal('6700');
      expect(send(card, `102A9E9A01AA`)).to.equal('9000');
      expect(send(card, '00200010')).to.equal('6883');
      card.reset();
      expect(send(card, `002A9E9A33${digestInfo}00`)).to.equal('6985');
    });
  });

  it('leaves after the given number of answers, and tells the slot its pace', () => {
    const card = newCard('athena', { removeAfterApdu: 1, delayMs: 30 });
    expect(send(card, '00A40000023F00')).to.equal('9000');
    expect(() => send(card, '00A40000023F00')).to.throw(CardGoneError);
    expect(card.answerDelayMs).to.equal(30);
  });

  it('has the answers to reset that name a CNS', () => {
    for (const { atr } of Object.values(CNS_FAMILIES)) {
      expect(atr.slice(1).reduce((check, byte) => check ^ byte, 0), 'check byte').to.equal(0);
      expect(Buffer.from(atr).includes('CNS')).to.equal(true);
    }
  });
});
