import { expect } from 'chai';
import { codeOf } from '../../test/failure.ts';
import { fromHex } from '../primitives/bytes.ts';
import { decodeObjectIdentifier } from './object-identifier.ts';

describe('object identifiers, ITU-T X.690 clause 8.19', () => {
  it('are read in dotted form', () => {
    expect(decodeObjectIdentifier(fromHex('04007F00070202040101'))).to.equal('0.4.0.127.0.7.2.2.4.1.1');
    expect(decodeObjectIdentifier(fromHex('2A864886F70D01010A'))).to.equal('1.2.840.113549.1.1.10');
    expect(decodeObjectIdentifier(fromHex('678108010101'))).to.equal('2.23.136.1.1.1');
    expect(decodeObjectIdentifier(fromHex('883703'))).to.equal('2.999.3');
  });
  it('are refused when empty, cut off or too large', () => {
    for (const bad of ['', '2A86', '2AFFFFFFFFFFFFFFFF7F']) {
      expect(codeOf(() => decodeObjectIdentifier(fromHex(bad))), bad).to.equal('malformed');
    }
  });
});
