import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { failure } from '../../test/failure.ts';
import { TestCard } from '../../test/test-card.ts';
import type { TestCardOptions } from '../../test/test-card.ts';
import type { CardPort } from '../port.ts';
import { fromHex } from '../primitives/bytes.ts';
import { STANDARD_CURVES } from '../primitives/standard-curves.ts';
import { encodeTlv } from '../iso7816/tlv.ts';
import { readDocument } from './read-document.ts';
import type { DocumentReading, ReadDocumentOptions } from './read-document.ts';

const CAN = { kind: 'can', can: '123456' } as const;
const MRZ = { kind: 'mrz', documentNumber: 'CA00000AA', birthDate: '641230', expiryDate: '221230' } as const;
const WRONG_MRZ = { ...MRZ, birthDate: '641231' } as const;
const MRZ_SEED = fromHex('EF84F4294B7FCFDA5EDDD57499E16155AF4FADD9');

/** A file with so many bytes behind tag and length. */
const file = (tag: number, bytes: number): Uint8Array => encodeTlv(tag, new Uint8Array(bytes).map((_, i) => i + tag));
const FILES = {
  0x01: file(0x61, 93),
  0x0b: file(0x6b, 157),
  0x1d: file(0x77, 2469),
  0x02: file(0x75, 14_996),
};

function card(options: Partial<TestCardOptions> = {}): TestCard {
  const can = new TextEncoder().encode(CAN.can);
  return new TestCard({ passwords: { 1: MRZ_SEED, 2: can }, files: FILES, parameterId: 12, ...options });
}

async function read(port: CardPort, options: Partial<ReadDocumentOptions> = {}): Promise<DocumentReading> {
  return readDocument(port, {
    password: CAN,
    files: ['dg1', 'dg11'],
    random: (length) => Uint8Array.from(randomBytes(length)),
    signal: new AbortController().signal,
    ...options,
  });
}

/** Instructions that came in the clear. */
const plainInstructions = ({ log }: TestCard): string[] =>
  log.filter((command) => !command.startsWith('0C')).map((command) => command.slice(2, 4));

describe('opening a chip', function () {
  this.timeout(60_000);

  for (const [id, { name }] of Object.entries(STANDARD_CURVES)) {
    it(`by PACE over ${name}, with a cipher of each family`, async () => {
      for (const cipher of ['des-ede', 'aes-128', 'aes-192', 'aes-256'] as const) {
        const nonce = cipher === 'des-ede' ? new Uint8Array(8).fill(0x7b) : new Uint8Array(16).fill(0xc5);
        const reading = await read(card({ parameterId: Number(id), cipher, nonce }), { password: MRZ });
        expect(reading.protocol).to.equal(`PACE-ECDH-GM-${cipher === 'des-ede' ? '3DES' : cipher.toUpperCase()}`);
        expect(reading.files.get('sod')).to.deep.equal(FILES[0x1d]);
      }
    });
  }

  it('by PACE over the MODP groups of 2,048 bits', async () => {
    for (const parameterId of [1, 2]) {
      const reading = await read(card({ parameterId, cipher: 'aes-128', nonce: new Uint8Array(16).fill(1) }));
      expect(reading.protocol).to.equal('PACE-DH-GM-AES-128');
    }
  });

  describe('by BAC, with the MRZ', () => {
    it('when there is no EF.CardAccess', async () => {
      const reading = await read(card({ noCardAccess: true }), { password: MRZ });
      expect(reading.protocol).to.equal('BAC');
      expect(reading.files.get('dg11')).to.deep.equal(FILES[0x0b]);
    });

    it('when EF.CardAccess offers nothing that is known here', async () => {
      const foreign = card({ cardAccess: '31143012060A04007F00070202040404020102020112' });
      expect((await read(foreign, { password: MRZ })).protocol).to.equal('BAC');
      expect(plainInstructions(foreign)).not.to.include('86');
    });

    it('when the card refuses PACE by a status word other than that of a wrong password', async () => {
      for (const at of [3, 4, 5, 6, 7]) {
        for (const sw of ['6985', '6F00', '6700']) {
          const reluctant = card({ disturb: { at, how: () => fromHex(sw) } });
          expect((await read(reluctant, { password: MRZ })).protocol, `${sw} to ${at}`).to.equal('BAC');
        }
      }
    });

    it('never after a wrong MRZ: neither the status word nor the own check of the token leads there', async () => {
      const first = card();
      expect((await failure(read(first, { password: WRONG_MRZ }))).code).to.equal('wrong-mrz');
      expect(plainInstructions(first)).not.to.include('84');
      const second = card({ wrongToken: true });
      expect((await failure(read(second, { password: MRZ }))).code).to.equal('wrong-mrz');
      expect(plainInstructions(second)).not.to.include('84');
    });

    it('never after an answer that breaks PACE', async () => {
      const off = fromHex('7C0582030401029000');
      for (const options of [{ mirrorsKey: true }, { disturb: { at: 5, how: () => off } }]) {
        const cheat = card(options);
        expect((await failure(read(cheat, { password: MRZ }))).code).to.equal('malformed');
        expect(plainInstructions(cheat)).not.to.include('84');
      }
    });

    it('says wrong-mrz and wrong-mac as PACE and secure messaging do', async () => {
      const old = (options: Partial<TestCardOptions> = {}): TestCard => card({ noCardAccess: true, ...options });
      expect((await failure(read(old(), { password: WRONG_MRZ }))).code).to.equal('wrong-mrz');
      for (const bacAnswer of ['wrong-code', 'other-challenge'] as const) {
        expect((await failure(read(old({ bacAnswer }), { password: MRZ }))).code).to.equal('wrong-mac');
      }
      expect((await failure(read(old({ bacAnswer: 'short' }), { password: MRZ }))).code).to.equal('malformed');
    });
  });

  describe('with the CAN', () => {
    it('tries BAC never: not after a wrong CAN, a refusal, or without anything else', async () => {
      const cards: [Partial<TestCardOptions>, string, Partial<ReadDocumentOptions>][] = [
        [{}, 'wrong-can', { password: { kind: 'can', can: '654321' } }],
        [{ wrongToken: true }, 'wrong-can', {}],
        [{ disturb: { at: 4, how: () => fromHex('6985') } }, 'session-lost', {}],
        [{ disturb: { at: 3, how: () => fromHex('6F00') } }, 'unsupported', {}],
        [{ noCardAccess: true }, 'unsupported', {}],
      ];
      for (const [options, code, reading] of cards) {
        const tried = card(options);
        expect((await failure(read(tried, reading))).code).to.equal(code);
        expect(plainInstructions(tried)).not.to.include.members(['84']);
        expect(plainInstructions(tried)).not.to.include.members(['82']);
      }
    });
  });
});

describe('reading with extended length', function () {
  this.timeout(60_000);
  const all = ['dg1', 'dg11', 'dg2'] as const;

  it('takes 12 commands for the text and 20 with the photo, in at most 9 and 11 exchanges (triple DES)', async () => {
    for (const endOfFile of [0x6282, 0x9000] as const) {
      const text = await read(card({ parameterId: 2, endOfFile }), { lengths: 'extended' });
      expect(text.counts.apdus).to.equal(12);
      expect(text.counts.exchanges).to.be.at.most(9);
      const photo = await read(card({ parameterId: 2, endOfFile }), { lengths: 'extended', files: all });
      expect(photo.counts.apdus).to.equal(20);
      expect(photo.counts.exchanges).to.be.at.most(11);
      expect(photo.files.get('dg2')).to.deep.equal(FILES[0x02]);
      expect(photo.files.get('sod')).to.deep.equal(FILES[0x1d]);
    }
  });

  it('opens the chip once more and reads with short messages when extended ones are refused', async () => {
    for (const refusesExtended of ['6700', '6C00', '6F00', '6D00']) {
      const phases: string[] = [];
      const onPhase = (phase: string): number => phases.push(phase);
      const reading = await read(card({ refusesExtended }), { lengths: 'extended', files: all, onPhase });
      expect(Object.fromEntries(reading.files)).to.deep.equal({
        dg1: FILES[0x01],
        dg11: FILES[0x0b],
        sod: FILES[0x1d],
        dg2: FILES[0x02],
      });
      expect(phases).to.deep.equal(['access', 'pace', 'text', 'photo', 'done']);
    }
    const bac = await read(card({ noCardAccess: true, refusesExtended: '6700' }), { lengths: 'extended', password: MRZ });
    expect(bac.protocol).to.equal('BAC');
    expect(bac.files.get('sod')).to.deep.equal(FILES[0x1d]);
  });

  it('does so too when the reader gives up on a long message', async () => {
    const inner = card();
    const port: CardPort = {
      async exchange(commands) {
        const long = commands.some((command) => command[1] === 0xb0 && command.length > 5 && command[4] === 0);
        if (long) throw new Error('not transacted');
        return inner.exchange(commands);
      },
    };
    expect((await read(port, { lengths: 'extended' })).files.get('sod')).to.deep.equal(FILES[0x1d]);
  });

  it('tries once only, and never asks for extended reads by default', async () => {
    const gone: CardPort = {
      exchange: async () => Promise.reject(new Error('gone')),
    };
    expect((await failure(read(gone, { lengths: 'extended' }))).code).to.equal('reader-unavailable');
    const lost = card({ refusesExtended: '6700', disturb: { at: 20, how: () => fromHex('6988') } });
    expect((await failure(read(lost, { lengths: 'extended' }))).code).to.equal('session-lost');
    const usual = card();
    await read(usual, { files: all });
    expect(usual.log.filter((command) => command.startsWith('0CB0') && command.slice(8, 10) === '00')).to.deep.equal([]);
  });
});
