import { expect } from 'chai';

import { payloadOfBytes, payloadOfText, stampAddress } from './address.ts';
import { SealFormatError } from './seal-error.ts';

const SEAL = Uint8Array.of(0xdc, 0x03, 0x8e, 0xb7);
const TEXT = '3QBY5NY';

describe('stamp address', () => {
  it('puts the seal behind # in Base32', () => {
    expect(stampAddress('HTTPS://COMUNE.EXAMPLE.IT/T', SEAL)).to.equal(`HTTPS://COMUNE.EXAMPLE.IT/T#${TEXT}`);
  });

  for (const address of [
    'https://comune.example.it/t',
    'HTTP://COMUNE.EXAMPLE.IT/T',
    'HTTPS://COMUNE.EXAMPLE.IT/T#',
    'HTTPS://A.IT/T?X=1',
    'HTTPS://A.IT/ T',
    '',
  ]) {
    it(`refuses "${address}" as the address of a checker`, () => {
      expect(() => stampAddress(address, SEAL))
        .to.throw(SealFormatError)
        .with.property('reason', 'BAD_ADDRESS');
    });
  }

  it('takes only what follows #, whatever the address', () => {
    for (const address of [
      'HTTPS://COMUNE.EXAMPLE.IT/T',
      'HTTPS://LOOKALIKE.EXAMPLE/3QBY5N4',
      'javascript:alert(1)',
      '',
    ]) {
      expect(payloadOfText(`${address}#${TEXT}\n`)).to.deep.equal({ seal: SEAL, address });
    }
  });

  it('takes the Base32 alone and the bare seal', () => {
    expect(payloadOfText(TEXT)).to.deep.equal({ seal: SEAL, address: null });
    expect(payloadOfBytes(SEAL)).to.deep.equal({ seal: SEAL, address: null });
    expect(payloadOfBytes(Buffer.from(`HTTPS://A.IT/T#${TEXT}`))).to.deep.equal({
      seal: SEAL,
      address: 'HTTPS://A.IT/T',
    });
  });

  const refused = [
    ['an address without #', 'HTTPS://A.IT/T', 'NOT_A_SEAL'],
    ['a second #', `HTTPS://A.IT/T#${TEXT}#${TEXT}`, 'BAD_BASE32'],
    ['lower case', TEXT.toLowerCase(), 'BAD_BASE32'],
    ['control signs', `HTTPS://A.IT/\u001b[2J#${TEXT}`, 'NOT_A_SEAL'],
    ['an empty text', ' ', 'NOT_A_SEAL'],
    ['more than a symbol holds', 'A'.repeat(4297), 'TOO_LONG'],
  ] as const;
  for (const [what, text, reason] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => payloadOfText(text))
        .to.throw(SealFormatError)
        .with.property('reason', reason);
    });
  }

  it('refuses symbols with other bytes', () => {
    expect(() => payloadOfBytes(Uint8Array.of(0xff, 0xdc))).to.throw(SealFormatError);
    expect(() => payloadOfBytes(new Uint8Array(5000).fill(0x41))).to.throw(SealFormatError);
  });
});
