import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { failure } from '../../test/failure.ts';
import { TestCard } from '../../test/test-card.ts';
import type { TestCardOptions } from '../../test/test-card.ts';
import type { CardPort } from '../port.ts';
import { concat, fromHex, toHex } from '../primitives/bytes.ts';
import { encodeTlv } from '../iso7816/tlv.ts';
import { readDocument } from './read-document.ts';
import type { DocumentReading, ReadDocumentOptions } from './read-document.ts';

const CAN = '123456';
const MRZ = { kind: 'mrz', documentNumber: 'CA00000AA', birthDate: '641230', expiryDate: '221230' } as const;
const MRZ_SEED = fromHex('EF84F4294B7FCFDA5EDDD57499E16155AF4FADD9');

/** A file of exactly so many bytes. */
function file(tag: number, bytes: number): Uint8Array {
  const header = bytes - 2 < 0x80 ? 2 : bytes - 3 < 0x100 ? 3 : 4;
  const content = Uint8Array.from({ length: bytes - header }, (_, i) => (i * 7 + tag) & 0xff);
  return encodeTlv(tag, content);
}

const DG1 = file(0x61, 95);
const DG11 = file(0x6b, 160);
const SOD = file(0x77, 2473);
const DG2 = file(0x75, 15_000);
const COM = file(0x60, 26);
const FILES = { 0x01: DG1, 0x0b: DG11, 0x1d: SOD, 0x02: DG2, 0x1e: COM };

/** Repeatable random bytes. */
function seeded(): (length: number) => Uint8Array {
  let counter = 0;
  return (length) => {
    counter += 1;
    return Uint8Array.from(createHash('shake256', { outputLength: length }).update(`seed ${counter}`).digest());
  };
}

function card(options: Partial<TestCardOptions> = {}): TestCard {
  const can = new TextEncoder().encode(CAN);
  return new TestCard({ passwords: { 1: MRZ_SEED, 2: can }, files: FILES, parameterId: 0, ...options });
}

async function readWith(port: CardPort, options: Partial<ReadDocumentOptions> = {}): Promise<DocumentReading> {
  return readDocument(port, {
    password: { kind: 'can', can: CAN },
    files: ['dg1', 'dg11'],
    random: seeded(),
    signal: new AbortController().signal,
    ...options,
  });
}

const codeWhen = async (options: Partial<TestCardOptions>, read: Partial<ReadDocumentOptions> = {}): Promise<string> =>
  (await failure(readWith(card(options), read))).code;

describe('reading a travel document', function () {
  this.timeout(20_000);

  it('reads text in 21 commands and 8 exchanges, with the photo in 86 and 10 (triple DES, group 2)', async () => {
    const text = await readWith(card({ parameterId: 2 }));
    expect(text.protocol).to.equal('PACE-DH-GM-3DES');
    expect(text.counts).to.include({ apdus: 21, exchanges: 8 });
    expect(Object.fromEntries(text.files)).to.deep.equal({ dg1: DG1, sod: SOD, dg11: DG11 });

    const phases: string[] = [];
    const files = ['dg1', 'dg11', 'dg2'] as const;
    const photo = await readWith(card({ parameterId: 2 }), { files, onPhase: (phase) => phases.push(phase) });
    expect(photo.counts).to.include({ apdus: 86, exchanges: 10 });
    expect(photo.files.get('dg2')).to.deep.equal(DG2);
    expect(phases).to.deep.equal(['access', 'pace', 'text', 'photo', 'done']);
  });

  for (const cipher of ['des-ede', 'aes-128', 'aes-192', 'aes-256'] as const) {
    it(`reads with ${cipher}, by CAN and by MRZ, and EF.COM where it is wanted`, async () => {
      for (const password of [{ kind: 'can', can: CAN } as const, MRZ]) {
        const nonce = fromHex('00112233445566778899AABBCCDDEEFF');
        const reading = await readWith(card({ cipher, nonce }), { password, files: ['dg1', 'dg11', 'com'] });
        expect(reading.files.get('com')).to.deep.equal(COM);
        expect(reading.files.get('sod')).to.deep.equal(SOD);
        expect(reading.files.get('dg11')).to.deep.equal(DG11);
      }
    });
  }

  it('counts the bytes that passed', async () => {
    let bytes = 0;
    const inner = card();
    const port: CardPort = {
      async exchange(commands) {
        const responses = await inner.exchange(commands);
        for (const message of [...commands.slice(0, responses.length), ...responses]) bytes += message.length;
        return responses;
      },
    };
    expect((await readWith(port)).counts.bytes).to.equal(bytes);
  });

  it('sends the parameter reference to a card that asks for it, and at once when there are two entries', async () => {
    for (const wantsParameter of ['6A80', '6A87', '6A88']) {
      const asking = card({ wantsParameter });
      await readWith(asking);
      const templates = asking.log.filter((command) => command.startsWith('0022C1A4'));
      expect(templates.map((command) => command.endsWith('840100'))).to.deep.equal([false, true]);
    }
    const two = card({ cardAccess: `3128${'3012060A04007F00070202040101020102020100'.repeat(2)}` });
    await readWith(two);
    expect(two.log.filter((command) => command.startsWith('0022C1A4'))).to.deep.equal([
      '0022C1A412800A04007F00070202040101830102840100',
    ]);
    expect(await codeWhen({ wantsParameter: '6A82' })).to.equal('unsupported');
  });

  it('finds EF.CardAccess after the application where a card hides it before', async () => {
    const late = card({ cardAccessLate: true });
    expect((await readWith(late)).files.get('dg1')).to.deep.equal(DG1);
    expect(late.log.slice(0, 4)).to.deep.equal([
      '00A4020C02011C',
      '00A4040C07A0000002471001',
      '00A40000',
      '00A4020C02011C',
    ]);
  });

  it('reads from a card that answers short, and one that says 9000 at the end of a file', async () => {
    for (const options of [{ answersAtMost: 100 }, { answersAtMost: 223 }, { endOfFile: 0x9000 }] as const) {
      const files = ['dg1', 'dg11', 'dg2', 'com'] as const;
      const reading = await readWith(card(options), { files });
      expect(Object.fromEntries(reading.files)).to.deep.equal({ dg1: DG1, sod: SOD, dg11: DG11, com: COM, dg2: DG2 });
    }
  });

  it('leaves bytes behind the outer data object out', async () => {
    const padded = { ...FILES, 0x0b: concat(DG11, new Uint8Array(400)), 0x01: concat(DG1, new Uint8Array(5)) };
    const reading = await readWith(card({ files: padded }));
    expect(reading.files.get('dg11')).to.deep.equal(DG11);
    expect(reading.files.get('dg1')).to.deep.equal(DG1);
  });

  it('goes on without files that are absent or denied, but not without the security object', async () => {
    const files = { 0x01: DG1, 0x1d: SOD, 0x02: DG2 };
    const reading = await readWith(card({ files, denies: [2] }), { files: ['dg1', 'dg11', 'dg2'] });
    expect([...reading.files.keys()]).to.have.members(['dg1', 'sod']);
    expect(Object.fromEntries(reading.missing)).to.deep.equal({ dg11: 'absent', dg2: 'denied' });
    expect(await codeWhen({ files: { 0x01: DG1 } })).to.equal('malformed');
  });

  describe('with a wrong password', () => {
    it('says wrong-can, retryable, with a hint', async () => {
      const error = await failure(readWith(card(), { password: { kind: 'can', can: '123457' } }));
      expect(error).to.include({ code: 'wrong-can', retryable: true, hint: 'card-hint-wrong-can' });
      expect(error.message).not.to.contain('123457');
    });
    it('says wrong-mrz for wrong fields', async () => {
      expect(await codeWhen({}, { password: { ...MRZ, expiryDate: '231230' } })).to.equal('wrong-mrz');
    });
    it('opens again after a wrong one, on the same card', async () => {
      const same = card();
      await failure(readWith(same, { password: { kind: 'can', can: '000000' } }));
      expect((await readWith(same)).files.get('dg1')).to.deep.equal(DG1);
    });
  });

  describe('with a card that behaves badly', () => {
    const huge = (length: string): Uint8Array => fromHex(`77${length}${'00'.repeat(300)}`);

    it('refuses lengths that lie: beyond 64 KiB, beyond the file, cut off, under another tag', async () => {
      expect(await codeWhen({ files: { ...FILES, 0x1d: huge('847FFFFFFF') } })).to.equal('malformed');
      expect(await codeWhen({ files: { ...FILES, 0x1d: huge('83010000') } })).to.equal('malformed');
      expect(await codeWhen({ files: { ...FILES, 0x1d: huge('820400') } })).to.equal('malformed');
      expect(await codeWhen({ files: { ...FILES, 0x1d: huge('80') } })).to.equal('malformed');
      expect(await codeWhen({ files: { ...FILES, 0x1d: fromHex('7782') } })).to.equal('malformed');
      expect(await codeWhen({ files: { ...FILES, 0x1d: DG11 } })).to.equal('malformed');
      expect(await codeWhen({ files: { ...FILES, 0x1d: file(0x77, 40_000) } })).to.equal('unsupported');
    });

    it('refuses answers too short for a tag and a length', async () => {
      expect(await codeWhen({ answersAtMost: 1 })).to.equal('malformed');
    });

    it('refuses its own key back, keys out of range, a wrong token, a nonce of part of a block', async () => {
      expect(await codeWhen({ mirrorsKey: true })).to.equal('malformed');
      for (const mappingKey of ['00', '01', 'FF'.repeat(128), '02'.repeat(129)]) {
        expect(await codeWhen({ mappingKey: fromHex(mappingKey) }), mappingKey).to.equal('malformed');
      }
      expect(await codeWhen({ wrongToken: true })).to.equal('wrong-can');
      const shortNonce = { at: 4, how: () => fromHex('7C0680040102030490 00') };
      expect(await codeWhen({ disturb: shortNonce })).to.equal('malformed');
    });

    it('ends the session on a plain status word, a wrong code, or a response too short', async () => {
      const at = 10;
      expect(await codeWhen({ disturb: { at, how: () => fromHex('6985') } })).to.equal('session-lost');
      expect(await codeWhen({ disturb: { at, how: () => fromHex('9000') } })).to.equal('session-lost');
      const flip = (response: Uint8Array): Uint8Array => response.with(5, (response[5] ?? 0) ^ 1);
      expect(await codeWhen({ disturb: { at, how: flip } })).to.equal('wrong-mac');
      expect(await codeWhen({ disturb: { at, how: () => fromHex('90') } })).to.equal('malformed');
    });

    it('ends with a code, and never hangs, when the card is removed after any command', async () => {
      for (let at = 1; at <= 21; at += 1) {
        const error = await failure(readWith(card({ disturb: { at, how: () => 'removed' } })));
        expect(error).to.include({ code: 'card-removed', retryable: true });
      }
    });

    for (const response of ['', '9000', '6F00', '7C009000', '6110', '6C00', '7F497F84FFFFFFFF9000']) {
      it(`reads truly or ends with a code when any one response is replaced by "${response}"`, async () => {
        for (let at = 1; at <= 21; at += 1) {
          const outcome = await readWith(card({ disturb: { at, how: () => fromHex(response) } })).then(
            (reading) => toHex(reading.files.get('sod') ?? new Uint8Array(0)),
            (error: unknown) => error,
          );
          if (typeof outcome === 'string') expect(outcome).to.equal(toHex(SOD));
          else expect(outcome, `response ${at}`).to.have.property('name', 'CardError');
        }
      });
    }
  });

  it('says not-a-travel-document of a card without the application', async () => {
    expect(await codeWhen({ noApplication: true })).to.equal('not-a-travel-document');
  });

  it('ends when its signal does: timeout for a deadline, aborted otherwise', async () => {
    const silent: CardPort = {
      exchange: async (_commands, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('gone')), { once: true });
        }),
    };
    const deadline = new AbortController();
    const late = failure(readWith(silent, { signal: deadline.signal }));
    deadline.abort(new DOMException('late', 'TimeoutError'));
    expect((await late).code).to.equal('timeout');
    const caller = new AbortController();
    const ended = failure(readWith(silent, { signal: caller.signal }));
    caller.abort();
    expect((await ended).code).to.equal('aborted');
  });

  it('says reader-unavailable when the port fails or answers an impossible number of responses', async () => {
    const ports: CardPort[] = [
      { exchange: async () => Promise.reject(new Error('socket closed')) },
      { exchange: async () => [] },
      { exchange: async () => [fromHex('9000'), fromHex('9000'), fromHex('9000')] },
    ];
    for (const port of ports) expect((await failure(readWith(port))).code).to.equal('reader-unavailable');
  });
});
