import { expect } from 'chai';
import { loadVectors } from '../../test/vectors/load.ts';
import { CardError } from '../card-error.ts';
import { fromHex } from '../primitives/bytes.ts';
import { parseCardAccess } from './card-access.ts';

interface Sample {
  label: string;
  hex: string;
  decoded: { oid: string; integers: number[] }[];
}

describe('EF.CardAccess, ICAO Doc 9303 part 11 clause 9.2', () => {
  const { samples } = loadVectors<{ samples: Sample[] }>('ef-cardaccess');
  /** Integrated mapping (4) and chip authentication mapping (6) are not known by name here. */
  const known = (oid: string): boolean => /\.4\.[12]\.[1-4]$/.test(oid);

  for (const { label, hex, decoded } of samples) {
    it(label, () => {
      const found = parseCardAccess(fromHex(hex)).map(({ protocol, parameterId }) => ({
        oid: protocol.oid,
        integers: [2, parameterId],
      }));
      expect(found).to.deep.equal(decoded.filter(({ oid }) => known(oid)));
    });
  }

  it('passes over entries of another kind and another version', () => {
    expect(parseCardAccess(fromHex('310F300D060804007F0007020202020101'))).to.deep.equal([]);
    expect(parseCardAccess(fromHex('31143012060A04007F00070202040101020101020102'))).to.deep.equal([]);
  });

  it('refuses what is cut off, indefinite or no set, with the code malformed', () => {
    const cutOff = ['', '31', '3114', '31143012060A04007F0007020204', '3104300206FF'];
    for (const bad of [...cutOff, '3080', '300431020500', '31020500', '31023000']) {
      expect(() => parseCardAccess(fromHex(bad)), bad)
        .to.throw(CardError)
        .with.property('code', 'malformed');
    }
  });
});
