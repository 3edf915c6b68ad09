import { expect } from 'chai';
import { codeOf } from '../../../test/failure.ts';
import { loadVectors } from '../../../test/vectors/load.ts';
import { fromHex } from '../../primitives/bytes.ts';
import { parseDg14 } from './dg14.ts';

const { cases } = loadVectors<{ cases: readonly { readonly label: string; readonly dg14: string }[] }>(
  'chip-authentication',
);

describe('DG14, ICAO Doc 9303 part 10 clause 4.7.14', () => {
  it('holds entries and keys of chip authentication, with their references', () => {
    const read = cases.map(({ dg14 }) => parseDg14(fromHex(dg14)));
    expect(read.map(({ chipKeys }) => chipKeys.map(({ kind }) => kind))).to.deep.equal([
      ['DH'],
      ['DH'],
      ['DH'],
      ['ECDH'],
      ['ECDH'],
      ['ECDH'],
      ['ECDH'],
      ['ECDH'],
    ]);
    expect(read[0]?.chipAuthentication).to.deep.equal([{ oid: '0.4.0.127.0.7.2.2.3.1.1', keyId: undefined }]);
    expect(read[3]?.chipAuthentication).to.deep.equal([{ oid: '0.4.0.127.0.7.2.2.3.2.2', keyId: 'C3' }]);
    expect(read[3]?.chipKeys[0]?.keyId).to.equal('C3');
    expect(read[7]?.chipAuthentication).to.deep.equal([]);
  });

  it('names the algorithm of active authentication, and passes over what it does not know', () => {
    const info = '3017060667810801010502010106 0A04007F000701010401 03'.replaceAll(' ', '');
    expect(parseDg14(fromHex(`6E1B3119${info}`)).activeAuthentication).to.equal('0.4.0.127.0.7.1.1.4.1.3');
    const versionTwo = '300F060A04007F00070202030202020102';
    const foreign = '30080603550406020101';
    expect(parseDg14(fromHex(`6E1D311B${versionTwo}${foreign}`))).to.deep.equal({
      chipAuthentication: [],
      chipKeys: [],
      activeAuthentication: undefined,
    });
  });

  it('refuses every cut of a good file and every entry of another form with a code', () => {
    for (const { dg14, label } of cases) {
      const file = fromHex(dg14);
      for (let at = 0; at < file.length; at += 5) {
        expect(codeOf(() => parseDg14(file.subarray(0, at))), label).to.equal('malformed');
      }
    }
    const bad = [
      '6E00',
      '6E023000',
      '6E0431020500',
      '6E0431023000',
      '6E0A31083006060355040 6 05',
      '6E10310E300C060A04007F00070202030202',
      '6E12311030 0E060904007F000702020102020101',
      '6E133111300F060A04007F00070202030202040101',
      '6E12311030 0E060A04007F000702020302020500',
    ];
    for (const file of bad) expect(codeOf(() => parseDg14(fromHex(file.replaceAll(' ', '')))), file).to.equal('malformed');
  });
});
