import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { expect } from 'chai';

import { readSignerCertificate } from '../trust/signer-certificate.ts';
import { payloadOfBytes } from './address.ts';
import { decodeSeal } from './decode-seal.ts';
import { SealFormatError } from './seal-error.ts';

interface CoseVectors {
  readonly cose_wg: readonly { name: string; cbor_hex: string }[];
  readonly eu_dcc: readonly {
    name: string;
    qr_text: string;
    cose_hex: string;
    alg: number;
    sig_structure_hex: string;
    signature_hex: string;
    certificate_pem: string;
    signature_valid: boolean;
  }[];
}
interface IdbVectors {
  readonly keys: Record<string, string>;
  readonly vectors: readonly {
    name: string;
    text: string;
    header_hex: string;
    message_group_hex: string;
    signature_hex: string;
    verifies_with: string;
  }[];
}

const read = (name: string) => readFileSync(new URL(`../../test/vectors/${name}`, import.meta.url), 'utf8');
const cose: CoseVectors = JSON.parse(read('cose.json'));
const idb: IdbVectors = JSON.parse(read('idb.json'));
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const ES256 = -7;

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof SealFormatError) return error.reason;
    throw error;
  }
  return 'none';
}

describe('signed codes of other kinds (cose.json)', () => {
  for (const { name, cbor_hex } of cose.cose_wg) {
    it(`${name} is no seal`, () => {
      expect(refusal(() => decodeSeal(bytes(cbor_hex)))).to.equal('NOT_A_SEAL');
      expect(refusal(() => payloadOfBytes(bytes(cbor_hex)))).to.equal('NOT_A_SEAL');
    });
  }
  for (const { name, qr_text, cose_hex } of cose.eu_dcc) {
    it(`${name} is no stamp, as text or as bytes`, () => {
      expect(refusal(() => payloadOfBytes(Buffer.from(qr_text)))).to.equal('NOT_A_SEAL');
      expect(refusal(() => decodeSeal(bytes(cose_hex)))).to.equal('NOT_A_SEAL');
    });
  }
  for (const { name, alg, sig_structure_hex, signature_hex, certificate_pem, signature_valid } of cose.eu_dcc) {
    it(`${name}: our reading of its certificate judges its signature as its source does, where it is ECDSA`, async () => {
      const certificate = readSignerCertificate(new Uint8Array(new X509Certificate(certificate_pem).raw));
      const isTrue = await certificate.verifies(bytes(sig_structure_hex), bytes(signature_hex));
      expect(isTrue).to.equal(alg === ES256 && signature_valid);
    });
  }
  it('covers eight messages and five passes', () => {
    expect([cose.cose_wg.length, cose.eu_dcc.length]).to.deep.equal([8, 5]);
  });
});

describe('signed codes of other kinds (idb.json)', () => {
  for (const { name, text, header_hex, message_group_hex, signature_hex, verifies_with } of idb.vectors) {
    it(`${name} is truly signed, and no stamp of ours`, () => {
      const key = createPublicKey({ key: Buffer.from(idb.keys[`${verifies_with}_spki_hex`] ?? '', 'hex'), format: 'der', type: 'spki' });
      const hash = `sha${key.asymmetricKeyDetails?.namedCurve?.includes('224') === true ? 224 : 256}`;
      const signed = bytes(`${header_hex}${message_group_hex}`);
      expect(verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, bytes(signature_hex))).to.equal(true);
      // Its text is Base32 nearly throughout; what it decodes to does not begin as a seal does.
      expect(refusal(() => decodeSeal(payloadOfBytes(Buffer.from(text)).seal))).to.be.oneOf(['BAD_BASE32', 'NOT_A_SEAL']);
    });
  }
  it('covers two codes', () => {
    expect(idb.vectors.length).to.equal(2);
  });
});
