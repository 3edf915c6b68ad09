import { expect } from 'chai';
import { codeOf } from '../../../test/failure.ts';
import { loadVectors } from '../../../test/vectors/load.ts';
import { encodeTlv } from '../../iso7816/tlv.ts';
import { concat, fromHex } from '../../primitives/bytes.ts';
import { parseDg1 } from './dg1.ts';
import { parseDg11 } from './dg11.ts';
import { parseDg2 } from './dg2.ts';
import { parseEfCom } from './ef-com.ts';
import { parseEfSod } from './ef-sod.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

describe('files of the logical data structure, ICAO Doc 9303 part 10', () => {
  const vectors = loadVectors<{ dg1: string; dg11: string }>('passive-authentication-synthetic');
  const { efCom } = loadVectors<{ efCom: string }>('secure-messaging-3des');

  it('EF.COM of the worked example', () => {
    const expected = { ldsVersion: '0106', unicodeVersion: '040000', tags: [0x61, 0x75] };
    expect(parseEfCom(fromHex(efCom))).to.deep.equal(expected);
  });

  it('DG1', () => {
    const mrz = parseDg1(fromHex(vectors.dg1));
    expect(mrz).to.include({ surname: 'ROSSI', documentNumber: 'CA00000AA', valid: true });
  });

  it('DG11 as an Italian card orders it', () => {
    expect(parseDg11(fromHex(vectors.dg11))).to.deep.equal({
      surname: 'ROSSI',
      givenNames: 'BIANCA',
      personalNumber: 'RSSBNC64T70H501S',
      birthDate: '1964-12-30',
      birthPlace: ['ROMA', 'RM'],
      address: ['VIA SALARIA 712', 'ROMA', 'RM'],
    });
  });

  it('DG11 with a packed birth date, accents in UTF-8 or Latin-1, and fields missing', () => {
    const dg11 = (...objects: Uint8Array[]): Uint8Array => encodeTlv(0x6b, concat(...objects));
    expect(parseDg11(dg11(encodeTlv(0x5f2b, fromHex('19641230')))).birthDate).to.equal('1964-12-30');
    expect(parseDg11(dg11(encodeTlv(0x5f2b, text('19640230')))).birthDate).to.equal(undefined);
    expect(parseDg11(dg11(encodeTlv(0x5f0e, text('NICOLÒ<<ZOË')))).surname).to.equal('NICOLÒ');
    expect(parseDg11(dg11(encodeTlv(0x5f0e, Uint8Array.of(0x4e, 0xd2)))).surname).to.equal('NÒ');
    expect(parseDg11(dg11())).to.deep.include({ surname: undefined, personalNumber: undefined, address: [] });
  });

  describe('DG2', () => {
    const picture = (start: string): Uint8Array => concat(fromHex(start), new Uint8Array(50).fill(0x11));
    const dg2 = (record: Uint8Array, tag = 0x5f2e): Uint8Array => {
      const template = encodeTlv(0x7f60, concat(encodeTlv(0xa1, fromHex('8002 0101')), encodeTlv(tag, record)));
      return encodeTlv(0x75, encodeTlv(0x7f61, concat(fromHex('020101'), template)));
    };
    /** Facial record header of ISO/IEC 19794-5 up to the picture; its lengths are not looked at. */
    const header = concat(fromHex('46414300'), text('010'), new Uint8Array(39));

    for (const [start, mediaType] of [
      ['0000000C6A5020200D0A870A', 'image/jp2'],
      ['FF4FFF51', 'image/j2c'],
      ['FFD8FFE0', 'image/jpeg'],
    ] as const) {
      it(`finds ${mediaType}`, () => {
        for (const tag of [0x5f2e, 0x7f2e]) {
          const image = parseDg2(dg2(concat(header, picture(start)), tag));
          expect(image).to.deep.equal({ mediaType, bytes: picture(start) });
        }
      });
    }

    it('takes the outer format where a file format holds a codestream', () => {
      const nested = concat(picture('0000000C6A5020200D0A870A'), picture('FF4FFF51'));
      expect(parseDg2(dg2(concat(header, nested)))).to.deep.equal({ mediaType: 'image/jp2', bytes: nested });
    });

    it('takes the lengths of a record that keeps to its standard: feature points before, another face behind', () => {
      const image = picture('FFD8FFE0');
      const face = (points: number, bytes: Uint8Array): Uint8Array => {
        const block = new Uint8Array(20 + 8 * points + 12);
        // A picture's first bytes among the feature points are not the picture.
        if (points > 0) block.set(fromHex('FFD8FF'), 20);
        new DataView(block.buffer).setUint32(0, block.length + bytes.length);
        new DataView(block.buffer).setUint16(4, points);
        return concat(block, bytes);
      };
      const start = concat(fromHex('46414300'), text('010'), fromHex('00 00000000 0002'));
      for (const points of [0, 1, 66]) {
        const record = concat(start, face(points, image), face(0, picture('FF4FFF51')));
        expect(parseDg2(dg2(record))).to.deep.equal({ mediaType: 'image/jpeg', bytes: image });
      }
      const lying = concat(start, face(0, image)).with(14, 0xff);
      expect(parseDg2(dg2(lying)).bytes).to.deep.equal(image);
    });

    it('does not search a record for longer than headers can be', () => {
      const far = (bytes: number): Uint8Array => dg2(concat(new Uint8Array(bytes), picture('FFD8FF')));
      expect(parseDg2(far(4095)).mediaType).to.equal('image/jpeg');
      expect(codeOf(() => parseDg2(far(4096)))).to.equal('malformed');
    });

    it('refuses a file without record or picture', () => {
      for (const bad of [dg2(header), dg2(picture('FFD8FF'), 0x81), encodeTlv(0x75, fromHex('')), fromHex('7502')]) {
        expect(codeOf(() => parseDg2(bad))).to.equal('malformed');
      }
    });
  });

  it('refuse a foreign outer tag and every cut of a good file', () => {
    const files: [(file: Uint8Array) => unknown, Uint8Array][] = [
      [parseEfCom, fromHex(efCom)],
      [parseDg1, fromHex(vectors.dg1)],
      [parseDg11, fromHex(vectors.dg11)],
    ];
    for (const [parse, file] of files) {
      for (let length = 0; length < file.length; length += 1) {
        expect(codeOf(() => parse(file.subarray(0, length)))).to.equal('malformed');
      }
      expect(codeOf(() => parse(file.with(0, 0x30)))).to.equal('malformed');
      expect(codeOf(() => parseEfSod(file))).to.equal('malformed');
    }
  });
});
