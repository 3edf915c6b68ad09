import { execFile } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { z } from 'zod';
import { readTlv, readTlvs } from '../authority/der.ts';
import type { SecurityObjectProfile } from '../authority/security-object.ts';
import { parseCitizens } from './card-holder.ts';
import type { CardImage } from './card-image.ts';
import { dataGroup11, dataGroup2 } from './data-groups.ts';
import { jpegSize } from './face-record.ts';
import { mrzInformation, nameLine, transliterate, writeMachineReadableZone } from './machine-readable-zone.ts';
import { PersonalisationError } from './personalisation-error.ts';
import { personalise } from './personalise.ts';
import { hasPortrait, PORTRAIT_IDS, readChipPortrait, readPortrait } from './portraits.ts';
import { demoPeople, JPEG_HEADER, quickAuthority, ROSSI } from './test/specimen.ts';

const run = promisify(execFile);
const ISSUE_DATE = new Date('2022-01-01T00:00:00Z');

const people = await demoPeople();
const mrzVectors = z
  .object({
    cases: z.array(
      z.object({ label: z.string(), lines: z.array(z.string()), bacMrzInformation: z.string().optional() }),
    ),
  })
  .parse(JSON.parse(await readFile(new URL('test/vectors/mrz-td1.json', import.meta.url), 'utf8')));

describe('personalisation of a virtual CIE', () => {
  describe('machine readable zone', () => {
    it('is that of the Italian specimen', () => {
      const specimen = mrzVectors.cases.find(({ label }) => label.startsWith('Italian CIE specimen'));
      expect(writeMachineReadableZone(ROSSI)).to.equal(specimen?.lines.join(''));
      expect(mrzInformation(writeMachineReadableZone(ROSSI))).to.equal(specimen?.bacMrzInformation);
    });

    it('shows the demo people without accents and apostrophes', () => {
      const lines = people.map((person) => writeMachineReadableZone(person).slice(60));
      expect(lines).to.deep.equal([
        'CONTI<<GIULIA<<<<<<<<<<<<<<<<<',
        'DAL<LAGO<<ANSELMO<<<<<<<<<<<<<',
        'DANGELO<<NICOLO<<<<<<<<<<<<<<<',
      ]);
    });

    const names: [name: string, expected: string][] = [
      ['Nicolò', 'NICOLO'],
      ["D'Angelò", 'DANGELO'],
      ['D’Angelò', 'DANGELO'],
      ['Müller-Lüdenscheidt', 'MUELLER<LUEDENSCHEIDT'],
      ['Groß', 'GROSS'],
      ['Ångström', 'AANGSTROEM'],
      ['Sørensen', 'SOERENSEN'],
      ['Łukasz  Ćwiek', 'LUKASZ<CWIEK'],
      ['Þórður', 'THORDUR'],
      ['Ştefănescu', 'STEFANESCU'],
      ['Nicolo\u0300', 'NICOLO'],
    ];
    for (const [name, expected] of names) {
      it(`writes ${name} as ${expected}`, () => expect(transliterate(name)).to.equal(expected));
    }

    it('refuses letters it has no transliteration for, without repeating them', () => {
      expect(() => transliterate('Иванов'))
        .to.throw(PersonalisationError)
        .with.property('code', 'name-not-writable');
      expect(() => transliterate('Иванов'))
        .to.throw()
        .with.property('message')
        .that.does.not.contain('И');
    });

    it('cuts long names so that the line ends in a letter and both names are there', () => {
      for (const [surname, given] of [
        ['Bennelong Wooloomooloo Warrandyte', 'Dingo Potoroo'],
        ['Nilavadhanananda', 'Chayapa Dejthamrong Krasuang'],
        ['Papandropoulous', 'Jonathon Warren Trevor'],
        ['Abcdefghijklmnopqrstuvwxyzabcd', 'E'],
      ] as const) {
        expect(nameLine(surname, given))
          .to.match(/^[A-Z]+(<[A-Z]+)*<<[A-Z]+(<[A-Z]+)*$/)
          .with.length(30);
      }
    });
  });

  describe('data groups', () => {
    it('DG11 keeps accents in UTF-8, in the order of a CIE', () => {
      const nicolo = people[2] ?? expect.fail('no third person');
      const fields = readTlvs(readTlv(dataGroup11(nicolo)).value);
      expect(fields.map(({ tag }) => tag)).to.deep.equal([0x5c, 0x5f0e, 0x5f10, 0x5f2b, 0x5f11, 0x5f42]);
      expect(Buffer.from(fields[0]?.value ?? []).toString('hex')).to.equal('5f0e5f105f2b5f115f42');
      expect(fields.slice(1).map(({ value }) => Buffer.from(value).toString('utf8'))).to.deep.equal([
        "D'ANGELÒ<<NICOLÒ",
        'DNGNCL90S30X000W',
        '19901130',
        'VALFIORITA<VF',
        'VICOLO SANTA LUCÌA 7/A<VALFIORITA<VF',
      ]);
    });

    it('DG2 holds one face record that says how long it is and how large the picture is', () => {
      const group = readTlv(readTlv(dataGroup2(JPEG_HEADER, 'F')).value);
      const [count, instance] = readTlvs(group.value);
      expect([group.tag, count?.value[0], instance?.tag]).to.deep.equal([0x7f61, 1, 0x7f60]);
      const record = Buffer.from(readTlvs(instance?.value ?? new Uint8Array())[1]?.value ?? []);
      expect(record.subarray(0, 8).toString('latin1')).to.equal('FAC\u0000010\u0000');
      expect(record.readUInt32BE(8)).to.equal(record.length);
      expect(record.readUInt32BE(14)).to.equal(record.length - 14);
      expect([record.readUInt16BE(36), record.readUInt16BE(38)]).to.deep.equal([480, 600]);
      expect(record.subarray(46)).to.deep.equal(Buffer.from(JPEG_HEADER));
    });

    it('says of a photo in JPEG 2000 what it is', async () => {
      const photo = await readChipPortrait('anselmo');
      const record = Buffer.from(dataGroup2(photo, 'M')).subarray(-photo.length - 46);
      expect(record.subarray(0, 8).toString('latin1')).to.equal('FAC\u0000010\u0000');
      expect([record.readUInt8(35), record.readUInt16BE(36), record.readUInt16BE(38)]).to.deep.equal([1, 480, 600]);
    });

    it('refuses a photo that is not JPEG', () => {
      for (const photo of [new Uint8Array(), Uint8Array.of(0x89, 0x50, 0x4e, 0x47), JPEG_HEADER.subarray(0, 8)]) {
        expect(() => dataGroup2(photo, 'F'))
          .to.throw(PersonalisationError)
          .with.property('code', 'photo-not-jpeg');
      }
    });
  });

  describe('security object', () => {
    let folder: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'personalise-'));
    });
    after(() => rm(folder, { recursive: true, force: true }));

    for (const [profile, hash] of [
      ['rsa-pss-sha512', 'sha512'],
      ['rsa-pkcs1-sha256', 'sha256'],
    ] as const satisfies [SecurityObjectProfile, string][]) {
      it(`covers each data group of the card and verifies with OpenSSL, profile ${profile}`, async () => {
        const authority = await quickAuthority();
        const image = personalise(ROSSI, { authority, photo: JPEG_HEADER, issueDate: ISSUE_DATE, profile });
        const anchor = join(folder, `${profile}.pem`);
        await writeFile(anchor, new X509Certificate(authority.certificate).toString());
        await writeFile(join(folder, 'sod.cms'), readTlv(content(image, 0x011d)).value);
        const signed = join(folder, 'lds.der');
        await run('openssl', [
          ...['cms', '-verify', '-inform', 'DER', '-in', join(folder, 'sod.cms'), '-CAfile', anchor],
          ...[
            '-no-CApath',
            '-no-CAstore',
            '-attime',
            String(ISSUE_DATE.getTime() / 1000),
            '-purpose',
            'any',
            '-out',
            signed,
          ],
        ]);
        const object = await readFile(signed);
        for (const fileId of [0x0101, 0x0102, 0x0103, 0x010b]) {
          expect(object.includes(createHash(hash).update(content(image, fileId)).digest())).to.equal(true);
        }
        expect(Buffer.from(content(image, 0x011e)).toString('hex')).to.equal(
          '60165f0104303130375f36063034303030305c046175636b',
        );
      });
    }
  });

  describe('demo people', () => {
    it('have drawn portraits of 480 by 600 pixels and at most 20 kB', async () => {
      for (const id of PORTRAIT_IDS) {
        const photo = await readPortrait(id);
        expect(jpegSize(photo)).to.deep.equal({ width: 480, height: 600 });
        expect(photo.length).to.be.at.most(20_000);
      }
      expect(people.every(({ id }) => hasPortrait(id))).to.equal(true);
      expect(hasPortrait('somebody')).to.equal(false);
    });

    it('are refused when the file does not have its form, without repeating what it says', () => {
      const json = {
        municipality: { name: 'Comune di Valfiorita', province: 'VF' },
        citizens: [{ ...ROSSI, taxCode: 'SECRET' }],
      };
      expect(() => parseCitizens(json))
        .to.throw(z.ZodError)
        .with.property('message')
        .that.does.not.contain('SECRET');
    });
  });
});

function content(image: CardImage, fileId: number): Uint8Array {
  return image.application.find((file) => file.fileId === fileId)?.content ?? expect.fail('no such file');
}
