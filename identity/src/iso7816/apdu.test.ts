import { expect } from 'chai';
import { codeOf } from '../../test/failure.ts';
import { fromHex, toHex } from '../primitives/bytes.ts';
import { encodeCommand, parseResponse } from './apdu.ts';

describe('command encoding, ISO/IEC 7816-4 clause 5.1', () => {
  const data = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(0xab);
  const base = { ins: 0xa4, p1: 1, p2: 2 };
  const cases: [string, Parameters<typeof encodeCommand>[0], string][] = [
    ['case 1', base, '00A40102'],
    ['case 2 short', { ...base, le: 22 }, '00A4010216'],
    ['case 2 short, 256', { ...base, le: 256 }, '00A4010200'],
    ['case 2 short, the most', { ...base, le: 'max' }, '00A4010200'],
    ['case 3 short', { ...base, data: data(2) }, '00A4010202ABAB'],
    ['case 4 short, chained', { ...base, cla: 0x10, data: data(1), le: 'max' }, '10A4010201AB00'],
    ['case 2 extended', { ...base, le: 257 }, '00A40102000101'],
    ['case 2 extended, the most', { ...base, le: 65_536 }, '00A40102000000'],
    ['case 3 extended', { ...base, data: data(256) }, `00A40102000100${'AB'.repeat(256)}`],
    ['case 4 extended', { ...base, data: data(1), le: 300 }, '00A40102000001AB012C'],
    ['case 4 extended, the most', { ...base, data: data(264), le: 'max' }, `00A40102000108${'AB'.repeat(264)}0000`],
  ];
  for (const [label, command, expected] of cases) {
    it(label, () => expect(toHex(encodeCommand(command))).to.equal(expected));
  }

  it('refuses fields that no form can carry', () => {
    for (const le of [0, -1, 1.5, 65_537]) expect(() => encodeCommand({ ...base, le })).to.throw(RangeError);
    expect(() => encodeCommand({ ...base, data: data(65_536) })).to.throw(RangeError);
  });

  it('cuts responses and refuses one without a status word', () => {
    expect(parseResponse(fromHex('01026A82'))).to.deep.equal({ data: fromHex('0102'), sw: 0x6a82 });
    expect(parseResponse(fromHex('9000'))).to.deep.equal({ data: fromHex(''), sw: 0x9000 });
    for (const bad of ['', '90']) expect(codeOf(() => parseResponse(fromHex(bad)))).to.equal('malformed');
  });
});
