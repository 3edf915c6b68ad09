import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { GIULIA } from '../../test/certificate-town.ts';
import { makeSpecimenDocuments } from '../../test/specimen-document.ts';
import { judgeReading } from './judge-reading.ts';
import type { ReadFiles } from './judge-reading.ts';
import { loadCardTrust } from './trust-folder.ts';

/** DER of tag (hex), length and value. */
function object(tag: string, value: Uint8Array): Buffer {
  const length = value.length < 0x80 ? Buffer.of(value.length) : Buffer.of(0x82, value.length >> 8, value.length & 0xff);
  return Buffer.concat([Buffer.from(tag, 'hex'), length, value]);
}

/** A DG2 with one picture that begins with `signature` (ICAO Doc 9303 part 10, 4.7.2). */
function faceFile(signature: string): Buffer {
  const picture = Buffer.concat([Buffer.from('46414300', 'hex'), Buffer.alloc(42), Buffer.from(signature, 'hex'), Buffer.alloc(200, 1)]);
  const template = object('7f60', object('5f2e', picture));
  return object('75', object('7f61', Buffer.concat([object('02', Buffer.of(1)), template])));
}

describe('what is shown of a chip’s photo', () => {
  let folder: string;
  let read: (face?: Buffer) => ReadFiles;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trust-'));
    const person = { ...GIULIA, birthDate: '850314', expiryDate: '310314', sex: 'F', documentNumber: 'CA00001AA' } as const;
    const { countrySigner, documents } = await makeSpecimenDocuments([person]);
    await writeFile(join(folder, 'it.der'), countrySigner);
    const [chip = {}] = documents;
    read = (face) => ({
      protocol: 'PACE',
      chipProof: undefined,
      files: new Map<'dg1' | 'dg2' | 'dg11' | 'sod', Uint8Array>([
        ['dg1', chip[0x01] ?? Buffer.alloc(0)],
        ['dg11', chip[0x0b] ?? Buffer.alloc(0)],
        ['sod', chip[0x1d] ?? Buffer.alloc(0)],
        ...(face ? [['dg2', face] as const] : []),
      ]),
    });
  });
  after(() => rm(folder, { recursive: true }));

  const judge = async (face?: Buffer) =>
    judgeReading(read(face), { trust: (await loadCardTrust(folder, { demo: true })).documents, at: new Date('2026-11-22T10:00:00Z'), timeZone: 'Europe/Rome' });

  it('is the picture itself where a browser can show it', async () => {
    const { photo, warnings } = await judge(faceFile('ffd8ffe0'));
    expect(photo?.mediaType).to.equal('image/jpeg');
    expect(warnings).not.to.include('photo-not-shown');
  });

  it('is a word to the operator where it is JPEG 2000, and nothing where there is none', async () => {
    for (const signature of ['0000000c6a5020200d0a870a', 'ff4fff51']) {
      const { photo, warnings } = await judge(faceFile(signature));
      expect(photo).to.equal(undefined);
      expect(warnings).to.include('photo-not-shown');
    }
    expect((await judge()).warnings).not.to.include('photo-not-shown');
  });
});
