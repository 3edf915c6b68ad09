import { expect } from 'chai';
import { codeOf } from '../../../test/failure.ts';
import { concat, fromHex } from '../../primitives/bytes.ts';
import type { FaceImage } from './dg2.ts';
import { pictureSize } from './picture-size.ts';

const side = (value: number, bytes: number): string => value.toString(16).padStart(2 * bytes, '0');
const jpeg = (width: number, height: number, frame = 'C0', before = ''): FaceImage => ({
  mediaType: 'image/jpeg',
  bytes: fromHex(`FFD8 FFE00004AAAA ${before} FF${frame}0011 08 ${side(height, 2)} ${side(width, 2)} 03 FFDA0002`),
});
const sizeSegment = (width: number, height: number, offset = 0, components = 3): string =>
  `FF4FFF51 0029 0000 ${[width + offset, height + offset, offset, offset, width, height, 0, 0].map((v) => side(v, 4)).join('')} ${side(components, 2)}`;
const codestream = (width: number, height: number, offset = 0, components = 3): FaceImage => ({
  mediaType: 'image/j2c',
  bytes: fromHex(sizeSegment(width, height, offset, components)),
});
const boxed = (width: number, height: number, inside = sizeSegment(width, height)): FaceImage => ({
  mediaType: 'image/jp2',
  bytes: fromHex(
    `0000000C6A5020200D0A870A 0000000C667479706A703220 0000001E6A703268 0000001669686472 ${side(height, 4)}${side(width, 4)}` +
      `000307070000 000000006A703263 ${inside}`,
  ),
});

describe('size of the picture of DG2, ISO/IEC 10918-1 clause B.2.2 and ISO/IEC 15444-1 clauses A.5.1 and I.5.3.1', () => {
  it('is read from each format', () => {
    expect(pictureSize(jpeg(345, 480))).to.deep.equal({ width: 345, height: 480 });
    expect(pictureSize(jpeg(345, 480, 'C2', 'FFFFFE0003AA'))).to.deep.equal({ width: 345, height: 480 });
    expect(pictureSize(codestream(345, 480))).to.deep.equal({ width: 345, height: 480 });
    expect(pictureSize(codestream(345, 480, 7))).to.deep.equal({ width: 345, height: 480 });
    expect(pictureSize(boxed(345, 480))).to.deep.equal({ width: 345, height: 480 });
  });

  it('is refused when it is nothing or beyond what a face can have', () => {
    for (const make of [jpeg, codestream, boxed]) {
      expect(pictureSize(make(4096, 1)).width).to.equal(4096);
      for (const [width, height] of [[4097, 1], [1, 4097], [0, 480], [345, 0]] as const) {
        expect(codeOf(() => pictureSize(make(width, height)))).to.equal('malformed');
      }
    }
    expect(codeOf(() => pictureSize(codestream(0xffffffff, 0xffffffff)))).to.equal('malformed');
  });

  it('is refused where file and codestream differ, and for more components than colours', () => {
    expect(codeOf(() => pictureSize(boxed(345, 480, sizeSegment(4000, 4000))))).to.equal('malformed');
    expect(codeOf(() => pictureSize(boxed(345, 480, '')))).to.equal('malformed');
    expect(codeOf(() => pictureSize(codestream(345, 480, 0, 16_384)))).to.equal('malformed');
  });

  it('is refused for pictures that are cut off before it, or run in circles', () => {
    for (const { mediaType, bytes } of [jpeg(345, 480), codestream(345, 480), boxed(345, 480)]) {
      for (let at = 0; at < 17; at += 1) {
        expect(codeOf(() => pictureSize({ mediaType, bytes: bytes.subarray(0, at) }))).to.equal('malformed');
      }
    }
    for (const start of ['FFD8FFE00000', 'FFD8FFE00001', 'FFD8FFD80004', 'FFD8AAAA0004', 'FFD8FFDA0004']) {
      const bytes = concat(fromHex(start), new Uint8Array(20));
      expect(codeOf(() => pictureSize({ mediaType: 'image/jpeg', bytes }))).to.equal('malformed');
    }
    for (const start of ['000000076A703268', '000000FF6A703268', '000000016A703268']) {
      const bytes = concat(fromHex(start), new Uint8Array(20));
      expect(codeOf(() => pictureSize({ mediaType: 'image/jp2', bytes }))).to.equal('malformed');
    }
  });
});
