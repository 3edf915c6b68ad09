import { publicDecrypt, randomBytes, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readTlv, readTlvs } from '../authority/der.ts';
import { PersonalisationError } from '../cie/personalisation-error.ts';
import { CardGoneError } from '../cie/virtual-card.ts';
import type { VirtualCard } from '../cie/virtual-card.ts';
import { hex, runPace, send, toHex } from '../cie/test/terminal.ts';
import { parseCardFile, readCardFile } from './card-file.ts';
import { keyFoldersBeside, makeCard } from './make-card.ts';
import { CNS_TWINS, DOCUMENT_TWINS } from './twin.ts';

const NOW = new Date('2026-03-04T00:00:00Z');
const example = (name: string) => readCardFile(new URL(`examples/${name}.json`, import.meta.url));

describe('cards from files', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'make-card-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function card(name: string, twin?: string): Promise<VirtualCard> {
    const keyFolders = keyFoldersBeside(join(folder, 'authority'));
    const config = { keyFolders, trustFolder: join(folder, 'trust'), ...(twin === undefined ? {} : { twin }) };
    return makeCard(await example(name), config, { now: NOW, random: randomBytes });
  }

  /** A session with the card of Giulia, in its application. */
  function open(giulia: VirtualCard) {
    const session = runPace(giulia, { can: '123456' });
    if (typeof session === 'string') return expect.fail(`PACE was refused with ${session}`);
    const raw = (header: string, data?: string, le?: string) => send(giulia, session.protect(header, data, le));
    const read = (id: string): Buffer => {
      const { data, sw } = session.open(raw(`00B0${id}00`, '', '00'));
      return sw === '9000' || sw === '6282' ? Buffer.from(data, 'hex') : expect.fail(`refused with ${sw}`);
    };
    return { session, raw, read, selected: raw('00A4040C', 'A0000002471001') };
  }

  /** The whole of a file, in short reads. */
  function readWhole(giulia: VirtualCard, shortId: string): Buffer {
    const { session, raw, read, selected } = open(giulia);
    session.open(selected);
    let bytes = read(shortId);
    for (;;) {
      const offset = bytes.length.toString(16).padStart(4, '0');
      const { data, sw } = session.open(raw(`00B0${offset}`, '', '00'));
      bytes = Buffer.concat([bytes, Buffer.from(data, 'hex')]);
      if (sw !== '9000') return bytes;
    }
  }

  /** The document signer's certificate out of an EF.SOD: the [0] of SignedData. */
  function signerOf(sod: Uint8Array): X509Certificate {
    const [, content] = readTlvs(readTlv(readTlv(sod).value).value);
    const signedData = readTlvs(readTlv(content?.value ?? new Uint8Array()).value);
    return new X509Certificate(Buffer.from(signedData.find(({ tag }) => tag === 0xa0)?.value ?? []));
  }

  describe('files', () => {
    it('are all made, and leave one trust anchor for each authority', async () => {
      for (const name of ['cie-giulia', 'cie-anselmo-ecdh', 'cie-nicolo-bare', 'emrtd-theresa', 'cns-giulia']) {
        expect((await card(name)).atr[0], name).to.equal(0x3b);
      }
      expect((await readdir(join(folder, 'trust'))).toSorted()).to.deep.equal([
        'cns-ca-specimen.der',
        'csca-at-specimen.der',
        'csca-it-specimen.der',
      ]);
      const austria = new X509Certificate(await readFile(join(folder, 'trust', 'csca-at-specimen.der')));
      expect(austria.subject).to.match(/^C=AT\nO=SPECIMEN\n/);
    });

    const wrong: [name: string, change: (file: Record<string, unknown>) => unknown, field: string][] = [
      ['an unknown field', (file) => ({ ...file, colour: 'pink' }), 'the file'],
      ['another kind', (file) => ({ ...file, kind: 'library-card' }), 'kind'],
      ['an unknown chip', (file) => ({ ...file, chip: 'abacus' }), 'chip'],
      ['a NIS of eleven digits', (file) => ({ ...file, nis: '00000000001' }), 'nis'],
      ['no PACE', (file) => ({ ...file, pace: [] }), 'pace'],
      ['nothing', () => undefined, 'the file'],
    ];
    for (const [name, change, field] of wrong) {
      it(`with ${name} are refused by the name of the field`, async () => {
        const file = { ...(await example('cie-giulia')) };
        expect(() => parseCardFile(change(file)))
          .to.throw(PersonalisationError, `${field} is missing or wrong`)
          .with.property('code', 'card-file');
      });
    }

    it('are refused when a health card has a number without its Luhn digit, and when there is no such file', async () => {
      expect(() => parseCardFile({ ...{ kind: 'cns' } })).to.throw(PersonalisationError);
      const file = await example('cns-giulia');
      expect(() => parseCardFile({ ...file, cardId: '0000000000000017' })).to.throw(/cardId is missing or wrong/);
      const error: unknown = await readCardFile(join(folder, 'none.json')).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(PersonalisationError).with.property('code', 'card-file');
    });
  });

  describe('twins of a document', () => {
    it('answer the Nth protected command with a wrong checksum', async () => {
      const { session, raw, selected } = open(await card('cie-giulia', 'wrong-mac'));
      expect(session.open(selected).sw).to.equal('9000');
      const spoiled = raw('00B08100', '', '00');
      expect(() => session.open(spoiled)).to.throw(/Wrong checksum/);
    });

    it('answer it in the clear, and have forgotten the session', async () => {
      const { session, raw, selected } = open(await card('cie-giulia', 'plain-status:3'));
      expect(session.open(selected).sw).to.equal('9000');
      expect(session.open(raw('00B08100', '', '00')).sw).to.equal('9000');
      expect(raw('00B08100', '', '00')).to.equal('6985');
      expect(raw('00B08100', '', '00')).to.equal('6982');
    });

    it('claim another length than a file has', async () => {
      const good = readWhole(await card('cie-giulia'), '82');
      const lying = readWhole(await card('cie-giulia', 'lying-length'), '82');
      expect(lying.subarray(0, 5).toString('hex')).to.equal('7583ffffff');
      expect(lying.subarray(5).equals(good.subarray(4))).to.equal(true);
      expect(readWhole(await card('cie-giulia', 'cut-file:dg1'), '81')).to.have.length(95 - 16);
      expect(send(await card('cie-giulia', 'lying-length:card-access'), '00B09C0000')).to.match(/^3183FFFFFF3012/);
    });

    it('have a changed security object, or changed data under it', async () => {
      const good = await card('cie-giulia');
      const sod = readWhole(good, '9D');
      good.reset();
      const dg1 = readWhole(good, '81');
      const altered = readWhole(await card('cie-giulia', 'altered-sod'), '9D');
      expect(altered.length).to.equal(sod.length);
      expect([0x58, 0x59]).to.include(altered.at(-1));
      const changed = readWhole(await card('cie-giulia', 'altered-data'), '81');
      expect(changed.subarray(0, -1).equals(dg1.subarray(0, -1))).to.equal(true);
      expect(changed.equals(dg1)).to.equal(false);
    });

    it('are signed by a signer of the same authority that has expired', async () => {
      const anchor = async () => new X509Certificate(await readFile(join(folder, 'trust', 'csca-it-specimen.der')));
      const good = signerOf(readWhole(await card('cie-giulia'), '9D'));
      const expired = signerOf(readWhole(await card('cie-giulia', 'expired-signer'), '9D'));
      expect(good.verify((await anchor()).publicKey)).to.equal(true);
      expect(good.validToDate > NOW).to.equal(true);
      expect(expired.verify((await anchor()).publicKey)).to.equal(true);
      expect(expired.validToDate < NOW).to.equal(true);
    });

    it('are slow, or leave', async () => {
      expect((await card('cie-giulia', 'slow:250')).answerDelayMs).to.equal(250);
      const leaving = await card('cie-giulia', 'removed-after:1');
      send(leaving, '00B09C0000');
      expect(() => send(leaving, '00B09C0000')).to.throw(CardGoneError);
    });

    for (const name of Object.keys(DOCUMENT_TWINS)) {
      it(`exist as ${name} of a passport too`, async () => {
        expect(await card('emrtd-theresa', name)).to.have.property('atr');
      });
    }

    const refused: [file: string, twin: string][] = [
      ['cie-giulia', 'well-behaved'],
      ['cie-giulia', 'slow:quickly'],
      ['cie-giulia', 'lying-length:dg15'],
      ['cie-giulia', 'one-try-left'],
      ['cie-nicolo-bare', 'cloned-chip'],
      ['cns-giulia', 'wrong-mac'],
    ];
    for (const [file, twin] of refused) {
      it(`are refused as ${twin} of ${file}`, async () => {
        const error: unknown = await card(file, twin).catch((reason: unknown) => reason);
        expect(error).to.be.instanceOf(PersonalisationError).with.property('code', 'unknown-twin');
      });
    }
  });

  describe('twins of a health card', () => {
    const personal = (cns: VirtualCard): string => {
      send(cns, '00A408000411001102');
      return hex(send(cns, '00B0000000')).reduce((text, byte) => text + String.fromCharCode(byte), '');
    };

    it('have other personal data, or a length that lies', async () => {
      const good = personal(await card('cns-giulia'));
      expect(good).to.contain('05CONTI06GIULIA');
      expect(personal(await card('cns-giulia', 'altered-data'))).to.contain('05CXNTI06GIULIA');
      expect(personal(await card('cns-giulia', 'lying-length'))).to.match(/^FFFFFF/);
    });

    it('have few tries or none', async () => {
      expect(send(await card('cns-giulia'), '00200010')).to.equal('63C3');
      expect(send(await card('cns-giulia', 'one-try-left'), '00200010')).to.equal('63C1');
      expect(send(await card('cns-giulia', 'blocked'), '00200010')).to.equal('6983');
    });

    it('have a certificate that is over, of an unknown issuer, or of another key', async () => {
      const trusted = new X509Certificate(await readFile(join(folder, 'trust', 'cns-ca-specimen.der')));
      const certificateOf = (cns: VirtualCard): X509Certificate => {
        send(cns, '00A408000411001101');
        return new X509Certificate(Buffer.from(readTlv(hex(send(cns, '00B00000000800')).subarray(0, -2)).bytes));
      };
      const expired = certificateOf(await card('cns-giulia', 'expired-certificate'));
      expect([expired.verify(trusted.publicKey), expired.validToDate < NOW]).to.deep.equal([true, true]);
      const unknown = certificateOf(await card('cns-giulia', 'unknown-issuer'));
      expect([unknown.verify(trusted.publicKey), unknown.checkIssued(trusted)]).to.deep.equal([false, false]);
      const clone = await card('cns-giulia', 'cloned-chip');
      const certificate = certificateOf(clone);
      for (const apdu of ['00200010083132333435FFFFFF', '0022F30300', '0022F1B603830101']) send(clone, apdu);
      const signature = hex(send(clone, '002A9E9A041122334400')).subarray(0, -2);
      expect(() => publicDecrypt(certificate.publicKey, signature)).to.throw();
      expect(toHex(signature)).to.have.length(512);
    });

    for (const name of Object.keys(CNS_TWINS)) {
      it(`exist as ${name}`, async () => expect(await card('cns-giulia', name)).to.have.property('atr'));
    }
  });
});
