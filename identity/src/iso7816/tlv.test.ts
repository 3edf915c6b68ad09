import { expect } from 'chai';
import { codeOf } from '../../test/failure.ts';
import { fromHex, toHex } from '../primitives/bytes.ts';
import { encodeTlv, readTlv, readTlvHeader, readTlvList, readWholeTlv, requireTlv } from './tlv.ts';

describe('data objects, ISO/IEC 7816-4 clause 5.4', () => {
  it('reads tags of one to three bytes and lengths of one to four', () => {
    expect(readTlvHeader(fromHex('6182010000'))).to.deep.equal({ tag: 0x61, headerBytes: 4, valueBytes: 256 });
    expect(readTlvHeader(fromHex('5F1F5A'))).to.deep.equal({ tag: 0x5f1f, headerBytes: 3, valueBytes: 90 });
    expect(readTlvHeader(fromHex('7F810203'))).to.deep.equal({ tag: 0x7f8102, headerBytes: 4, valueBytes: 3 });
    expect(readTlvHeader(fromHex('048400010000'))).to.deep.equal({ tag: 4, headerBytes: 6, valueBytes: 65_536 });
  });

  it('writes what it reads, in the shortest form', () => {
    for (const [tag, bytes] of [
      [0x30, 0],
      [0x5f1f, 127],
      [0x7f49, 128],
      [0x04, 255],
      [0x04, 256],
      [0x77, 70_000],
    ] as const) {
      const value = new Uint8Array(bytes).fill(0x33);
      const encoded = encodeTlv(tag, value);
      const read = readTlv(encoded);
      expect(read.tag).to.equal(tag);
      expect(read.value).to.deep.equal(value);
      expect(read.raw).to.deep.equal(encoded);
    }
    expect(toHex(encodeTlv(0x04, new Uint8Array(128))).slice(0, 6)).to.equal('048180');
  });

  it('finds objects in a list by tag, and says when one is missing', () => {
    const list = readTlvList(fromHex('8001FF82020102'));
    expect(list.map(({ tag }) => tag)).to.deep.equal([0x80, 0x82]);
    expect(toHex(requireTlv(list, 0x82))).to.equal('0102');
    expect(codeOf(() => requireTlv(list, 0x84))).to.equal('malformed');
  });

  it('refuses what is cut off, indefinite, or longer than the bytes there are', () => {
    const cutOff = ['', '30', '3001', '3081', '308201', '7F', '7F8181', '30847FFFFFFF'];
    for (const bad of [...cutOff, '3080', '3085000000000100', '7F81818101']) {
      expect(codeOf(() => readTlv(fromHex(bad))), bad).to.equal('malformed');
    }
    expect(codeOf(() => readTlvList(fromHex('8001FF82')))).to.equal('malformed');
    expect(codeOf(() => readWholeTlv(fromHex('3000FF'), 0x30))).to.equal('malformed');
    expect(codeOf(() => readWholeTlv(fromHex('3100'), 0x30))).to.equal('malformed');
  });
});
