import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { decode } from 'jpeg-js';
import { chipPhoto } from './chip-photo.ts';
import type { ChipPhoto } from './chip-photo.ts';

const sample = (name: string) => readFile(join(import.meta.dirname, '../../test/vectors/photo', name));

/** DER of tag (hex), length and value. */
function object(tag: string, value: Uint8Array): Buffer {
  const length = value.length < 0x80 ? Buffer.of(value.length) : Buffer.of(0x82, value.length >> 8, value.length & 0xff);
  return Buffer.concat([Buffer.from(tag, 'hex'), length, value]);
}

/** A DG2 with one picture (ICAO Doc 9303 part 10, 4.7.2). */
function faceFile(picture: Uint8Array): Buffer {
  const record = Buffer.concat([Buffer.from('46414300', 'hex'), Buffer.alloc(42), picture]);
  return object('75', object('7f61', Buffer.concat([object('02', Buffer.of(1)), object('7f60', object('5f2e', record))])));
}

/** Ground, face and coat in the picture before it was compressed. */
const PLACES: readonly (readonly [x: number, y: number, colour: readonly number[]])[] = [
  [10, 10, [223, 232, 239]],
  [120, 150, [242, 199, 165]],
  [120, 280, [47, 111, 136]],
];

const withheld = { photo: undefined, isWithheld: true };
const pixels = ({ photo }: ChipPhoto) => decode(Buffer.from(photo?.base64 ?? '', 'base64'));

describe('the chip’s photo', () => {
  it('is the picture itself where a browser can show it, and nothing where there is none', async () => {
    // As far as its size it is a picture; what comes after is the browser's business.
    const picture = Buffer.from('ffd8ffc00011080010001003012200021101031101ffd9', 'hex');
    const { photo, isWithheld } = await chipPhoto(faceFile(picture));
    expect(isWithheld).to.equal(false);
    expect(photo).to.deep.equal({ mediaType: 'image/jpeg', base64: picture.toString('base64') });
    expect(await chipPhoto(undefined)).to.deep.equal({ photo: undefined, isWithheld: false });
  });

  for (const name of ['face.jp2', 'face.j2k']) {
    it(`is made visible where it is JPEG 2000: ${name}`, async () => {
      const shown = await chipPhoto(faceFile(await sample(name)));
      expect(shown.photo?.mediaType).to.equal('image/jpeg');
      const { width, height, data } = pixels(shown);
      expect([width, height]).to.deep.equal([240, 300]);
      const seen = (x: number, y: number) => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)];
      for (const [x, y, colour] of PLACES) {
        for (const [index, value] of seen(x, y).entries()) expect(value, `${x}, ${y}`).to.be.closeTo(colour[index] ?? 0, 16);
      }
    });
  }

  it('is grey where it is grey', async () => {
    const { data } = pixels(await chipPhoto(faceFile(await sample('face-grey.jp2'))));
    for (let at = 0; at < data.length; at += 4) expect(Math.abs((data[at] ?? 0) - (data[at + 2] ?? 0))).to.be.below(3);
  });

  it('is withheld when it is cut off, altered or claims more than a face can have', async () => {
    const picture = await sample('face.jp2');
    expect(await chipPhoto(faceFile(picture.subarray(0, 900)))).to.deep.equal(withheld);
    const codestream = await sample('face.j2k');
    const wide = Buffer.from(codestream);
    wide.writeUInt32BE(60_000, 8);
    expect(await chipPhoto(faceFile(wide))).to.deep.equal(withheld);
    const deep = Buffer.from(codestream);
    deep.writeUInt16BE(16_384, 40);
    expect(await chipPhoto(faceFile(deep))).to.deep.equal(withheld);
    const empty = Buffer.concat([codestream.subarray(0, 120), Buffer.alloc(500)]);
    expect(await chipPhoto(faceFile(empty))).to.deep.equal(withheld);
    expect(await chipPhoto(Buffer.from('7500', 'hex'))).to.deep.equal(withheld);
  });
});
