import { expect } from 'chai';
import { codeOf } from '../../test/failure.ts';
import { loadVectors } from '../../test/vectors/load.ts';
import { encodeTlv, readTlvList } from '../iso7816/tlv.ts';
import type { Tlv } from '../iso7816/tlv.ts';
import { concat, fromHex } from '../primitives/bytes.ts';
import type { FileName } from './elementary-files.ts';
import { parseEfSod } from './lds/ef-sod.ts';
import type { GenuineFault, PassiveAuthentication } from './passive-authentication.ts';
import { authenticatePassively } from './passive-authentication.ts';
import type { TrustAnchor } from './trust-store.ts';
import { createTrustStore } from './trust-store.ts';

interface Vectors {
  dg1: string;
  dg11: string;
  csca: string;
  unrelatedCsca: string;
  sodPssSha512: { base64: string; length: number };
  sodPkcs1Sha256: { base64: string; length: number };
  sodRogueSigner: { base64: string };
}

const vectors = loadVectors<Vectors>('passive-authentication-synthetic');
const base64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));
const CSCA = base64(vectors.csca);
const UNRELATED = base64(vectors.unrelatedCsca);
const DG1 = fromHex(vectors.dg1);
const DG11 = fromHex(vectors.dg11);
const PSS = base64(vectors.sodPssSha512.base64);
const PKCS1 = base64(vectors.sodPkcs1Sha256.base64);
const ROGUE = base64(vectors.sodRogueSigner.base64);
const AT = new Date('2026-05-01T10:00:00Z');

/** The test authority has the country XX, which issues for nobody, so the store must say for whom it stands. */
const trusted: TrustAnchor = { certificate: CSCA, issuingState: 'ITA', specimen: true };

function judge(
  sod: Uint8Array,
  options: { dg1?: Uint8Array; dg11?: Uint8Array; anchors?: TrustAnchor[]; at?: Date } = {},
): PassiveAuthentication {
  const files = new Map<FileName, Uint8Array>([
    ['dg1', options.dg1 ?? DG1],
    ['dg11', options.dg11 ?? DG11],
    ['sod', sod],
  ]);
  return authenticatePassively({ files, trust: createTrustStore(options.anchors ?? [trusted]), at: options.at ?? AT });
}

const change = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, (bytes.at(at) ?? 0) ^ 1);
const indexOf = (bytes: Uint8Array, part: Uint8Array): number => Buffer.from(bytes).indexOf(part);

/** Rewrites data objects around some bytes inside them, so that every length is right again. */
function replaceInside(bytes: Uint8Array, part: Uint8Array, by: Uint8Array): Uint8Array {
  const at = indexOf(bytes, part);
  const objects = ((): readonly Tlv[] => {
    try {
      return readTlvList(bytes);
    } catch {
      return [];
    }
  })();
  const around = objects.find(({ raw }) => indexOf(raw, part) >= 0 && raw.length > part.length);
  if (around === undefined) return concat(bytes.subarray(0, at), by, bytes.subarray(at + part.length));
  const rewritten = objects.map((object) =>
    object === around ? encodeTlv(object.tag, replaceInside(object.value, part, by)) : object.raw,
  );
  return concat(...rewritten);
}

describe('passive authentication, ICAO Doc 9303 part 11 clause 5.1', function () {
  this.timeout(20_000);

  it('accepts RSASSA-PSS with SHA-512 and LDS object version 1', () => {
    const result = judge(PSS);
    expect(result.genuine).to.deep.equal({ answer: 'yes', reason: 'signed-by-trusted-issuer' });
    expect(result.covered).to.deep.equal(['dg1', 'dg11']);
    expect(result.listed).to.deep.equal([1, 11]);
    expect(result.signer).to.deep.include({ country: 'XX', specimen: true });
    expect(result.signer?.issuer).to.contain('CN=Synthetic Country Signer');
    expect(parseEfSod(PSS).signer.scheme).to.deep.equal({ kind: 'rsa-pss', hash: 'sha512', saltBytes: 64 });
    expect(parseEfSod(PSS).version).to.equal(1);
  });

  it('accepts RSA PKCS#1 v1.5 with SHA-256 and LDS object version 0', () => {
    expect(judge(PKCS1).genuine.answer).to.equal('yes');
    expect(parseEfSod(PKCS1).signer.scheme).to.deep.equal({ kind: 'rsa-pkcs1', hash: 'sha256' });
    expect(parseEfSod(PKCS1).version).to.equal(0);
  });

  it('finds the issuer among several anchors, also when it comes last', () => {
    expect(judge(PSS, { anchors: [{ certificate: UNRELATED }, trusted] }).genuine.answer).to.equal('yes');
  });

  describe('answers no', () => {
    const refused = (result: PassiveAuthentication, ...faults: GenuineFault[]): void => {
      expect(result.genuine).to.deep.equal({ answer: 'no', reason: faults[0] });
      expect(result.faults).to.deep.equal(faults);
    };

    it('to a signer that an unrelated authority issued under the trusted name', () => {
      refused(judge(ROGUE), 'issuer-not-trusted');
    });
    it('without a trusted anchor, or with another one only', () => {
      refused(judge(PSS, { anchors: [] }), 'issuer-not-trusted');
      refused(judge(PSS, { anchors: [{ certificate: UNRELATED }] }), 'issuer-not-trusted');
    });
    it('to a changed data group, and says which one still stands', () => {
      const result = judge(PSS, { dg1: change(DG1, 65) });
      refused(result, 'digest-mismatch');
      expect(result.covered).to.deep.equal(['dg11']);
    });
    it('to a file that is not in the list', () => {
      const files = new Map<FileName, Uint8Array>([
        ['dg1', DG1],
        ['dg2', encodeTlv(0x75, new Uint8Array(3))],
        ['sod', PSS],
      ]);
      refused(authenticatePassively({ files, trust: createTrustStore([trusted]), at: AT }), 'file-not-listed');
    });
    it('to a changed digest in the list, even for a file that was not read', () => {
      const { content, digests } = parseEfSod(PSS);
      const digest = digests.get(11) ?? content;
      const result = judge(change(PSS, indexOf(PSS, digest)));
      refused(result, 'digest-mismatch', 'message-digest-mismatch');
    });
    it('to a list with one digest taken out (negative case of the vectors)', () => {
      for (const [sod, hash] of [[PSS, 'sha512'], [PKCS1, 'sha256']] as const) {
        const { content, digests } = parseEfSod(sod);
        const entry = encodeTlv(0x30, concat(fromHex('02010B'), encodeTlv(0x04, digests.get(11) ?? content)));
        const without = replaceInside(sod, entry, new Uint8Array(0));
        expect([...parseEfSod(without).digests.keys()], hash).to.deep.equal([1]);
        const files = new Map<FileName, Uint8Array>([['dg1', DG1], ['sod', without]]);
        const trust = createTrustStore([trusted]);
        refused(authenticatePassively({ files, trust, at: AT }), 'message-digest-mismatch');
        refused(judge(without), 'file-not-listed', 'message-digest-mismatch');
      }
    });
    it('to a changed signature and to changed signed attributes', () => {
      const { signature, messageDigest } = parseEfSod(PSS).signer;
      refused(judge(change(PSS, indexOf(PSS, signature) + 9)), 'signature-wrong');
      const result = judge(change(PSS, indexOf(PSS, messageDigest)));
      refused(result, 'message-digest-mismatch', 'signature-wrong');
    });
    it('before and after the validity of the signer', () => {
      refused(judge(PSS, { at: new Date('2023-12-31T23:59:59Z') }), 'signer-not-yet-valid', 'issuer-not-valid');
      refused(judge(PSS, { at: new Date('2040-01-01T00:00:00Z') }), 'signer-expired', 'issuer-not-valid');
    });
    it('to an authority of another country than the document', () => {
      refused(judge(PSS, { anchors: [{ certificate: CSCA }] }), 'country-mismatch');
      refused(judge(PSS, { anchors: [{ certificate: CSCA, issuingState: 'D' }] }), 'country-mismatch');
    });
    it('when DG1 is not there to name the state', () => {
      const files = new Map<FileName, Uint8Array>([['dg11', DG11], ['sod', PSS]]);
      refused(authenticatePassively({ files, trust: createTrustStore([trusted]), at: AT }), 'country-unknown');
    });
    it('without a security object, or with bytes that are none', () => {
      const trust = createTrustStore([trusted]);
      refused(authenticatePassively({ files: new Map([['dg1', DG1]]), trust, at: AT }), 'security-object-missing');
      for (const bad of [PSS.subarray(0, 700), concat(PSS, Uint8Array.of(0)), fromHex('7700'), fromHex('7703020100')]) {
        refused(judge(bad), 'security-object-malformed');
      }
    });
    it('to an algorithm that is not known', () => {
      const sha512 = fromHex('0609608648016503040203');
      const { content } = parseEfSod(PSS);
      const at = indexOf(PSS, content) + indexOf(content, sha512) + sha512.length - 1;
      refused(judge(PSS.with(at, 0x63)), 'algorithm-unsupported');
    });
    it('to any changed byte of content, certificate, signed attributes or signature', () => {
      const { content, certificates, signer } = parseEfSod(PKCS1);
      const [certificate = content] = certificates;
      for (const part of [content, certificate, signer.signedAttributes.subarray(1), signer.signature]) {
        const start = indexOf(PKCS1, part);
        expect(start).to.be.greaterThan(0);
        for (let at = start; at < start + part.length; at += 7) {
          expect(judge(change(PKCS1, at)).genuine.answer, `byte ${at}`).to.equal('no');
        }
      }
    });
    it('or yes, but never throws, for a change anywhere else', () => {
      for (let at = 0; at < PKCS1.length; at += 5) {
        expect(judge(change(PKCS1, at)).genuine.answer).to.be.oneOf(['yes', 'no']);
      }
    });
  });

  it('takes only authorities into a trust store', () => {
    const [signer] = parseEfSod(PSS).certificates;
    expect(codeOf(() => createTrustStore([{ certificate: signer ?? CSCA }]))).to.equal('malformed');
    expect(codeOf(() => createTrustStore([{ certificate: Uint8Array.of(1, 2, 3) }]))).to.equal('malformed');
  });

  describe('with elliptic curves and the country of the document in the certificates', () => {
    interface EcVectors {
      csca: string;
      sameNameCsca: string;
      sodEcdsaSha256: string;
      sodPssUnderEcCsca: string;
    }
    const ec = loadVectors<EcVectors>('passive-authentication-ecdsa');
    const right: TrustAnchor = { certificate: base64(ec.csca) };
    const sameName: TrustAnchor = { certificate: base64(ec.sameNameCsca) };

    it('accepts ECDSA, and RSA-PSS under an elliptic country signer, without naming the state', () => {
      for (const sod of [ec.sodEcdsaSha256, ec.sodPssUnderEcCsca]) {
        const result = judge(base64(sod), { anchors: [trusted, right] });
        expect(result.genuine).to.deep.equal({ answer: 'yes', reason: 'signed-by-trusted-issuer' });
        expect(result.listed).to.deep.equal([1, 11, 14]);
        expect(result.signer?.specimen).to.equal(false);
      }
    });

    it('tells two authorities of one name apart by their keys', () => {
      expect(judge(base64(ec.sodEcdsaSha256), { anchors: [sameName, right] }).genuine.answer).to.equal('yes');
      const wrong = judge(base64(ec.sodEcdsaSha256), { anchors: [sameName, trusted] });
      expect(wrong.genuine).to.deep.equal({ answer: 'no', reason: 'issuer-not-trusted' });
    });

    it('refuses a changed signature', () => {
      const sod = base64(ec.sodEcdsaSha256);
      const at = indexOf(sod, parseEfSod(sod).signer.signature) + 20;
      expect(judge(change(sod, at), { anchors: [right] }).faults).to.deep.equal(['signature-wrong']);
    });
  });
});
