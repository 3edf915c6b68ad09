import { expect } from 'chai';
import { codeOf } from '../../test/failure.ts';
import { loadVectors } from '../../test/vectors/load.ts';
import { fromHex } from '../primitives/bytes.ts';
import { recogniseCns } from './cns-atr.ts';
import { dateOfPersonalData, parsePersonalData, PERSONAL_DATA_FIELDS } from './personal-data.ts';

interface Vectors {
  layout: { order: string[] };
  samples: { fields: Record<string, string>; fileSize: number; hex: string; text: string }[];
  malformed: { why: string; hex: string }[];
}

describe('EF_Dati_personali, cns-dati-personali.json (cards.md section 4.3)', () => {
  const vectors = loadVectors<Vectors>('cns-dati-personali');

  it('has the fields in the order of the layout', () => {
    expect(PERSONAL_DATA_FIELDS).to.deep.equal(vectors.layout.order);
  });

  for (const { fields, hex, text, fileSize } of vectors.samples) {
    it(`reads the sample of ${fields['surname']}`, () => {
      const file = fromHex(hex);
      expect(file).to.have.length(fileSize);
      expect(parsePersonalData(file)).to.deep.equal({ data: fields, usedBytes: text.length });
    });
  }

  for (const { why, hex } of vectors.malformed) {
    it(`refuses: ${why}`, () => expect(codeOf(() => parsePersonalData(fromHex(hex)))).to.equal('malformed'));
  }

  it('refuses a file cut off anywhere', () => {
    const [sample] = vectors.samples;
    const used = fromHex(sample?.hex ?? '').subarray(0, sample?.text.length);
    for (let bytes = 0; bytes < used.length; bytes += 1) {
      expect(codeOf(() => parsePersonalData(used.subarray(0, bytes))), `${bytes} bytes`).to.equal('malformed');
    }
  });

  it('turns DDMMYYYY into a date, and only into one that exists', () => {
    expect(dateOfPersonalData('30121964')).to.equal('1964-12-30');
    for (const bad of ['', '31021980', '1980', 'ABCDEFGH']) expect(dateOfPersonalData(bad), bad).to.equal(undefined);
  });
});

describe('answers to reset of a CNS (cards.md section 4.1)', () => {
  const cns = [
    ['3BFF1800FF8131FE55006B02091617011101434E531131808D', 0x90],
    ['3BFF1800008131FE45006B05052000012101434E5310318079', 0x10],
    ['3BFF1800008131FE45006B0505912001F101434E5310318038', 0x10],
    ['3BFF1800008131FE45006B04050100012101434E5310318059', 0x10],
    ['3BDF18008131FE7D006B020C0182011101434E53103180FC', 0x10],
    ['3BDF18008131FE7D006B150C0181011101434E53103180E8', 0x10],
  ] as const;
  for (const [atr, pinReference] of cns) {
    it(`recognises ${atr}`, () => expect(recogniseCns(fromHex(atr))).to.deep.equal({ pinReference }));
  }

  it('recognises nothing else', () => {
    for (const other of ['3BF41800FF8131805500318000C7', '3B80800101', '3B8F800180318065B085040011120FFF8290008A', '3B', '', '3BFF18']) {
      expect(recogniseCns(fromHex(other)), other).to.equal(undefined);
    }
  });
});
