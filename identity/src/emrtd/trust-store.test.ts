import { expect } from 'chai';
import { codeOf } from '../../test/failure.ts';
import { loadVectors } from '../../test/vectors/load.ts';
import { encodeTlv, readTlvList, readWholeTlv } from '../iso7816/tlv.ts';
import { concat, fromHex } from '../primitives/bytes.ts';
import { readRevocationList } from './certificate-revocation-list.ts';
import type { FileName } from './elementary-files.ts';
import { parseEfSod } from './lds/ef-sod.ts';
import type { PassiveAuthentication } from './passive-authentication.ts';
import { authenticatePassively } from './passive-authentication.ts';
import type { TrustMaterial, TrustStore } from './trust-store.ts';
import { createTrustStore } from './trust-store.ts';

type Name =
  | 'csca'
  | 'cscaNext'
  | 'cscaLink'
  | 'crl'
  | 'crlNextEmpty'
  | 'sodEcdsaExplicitParameters'
  | 'sodEcdsaSha384UnderNext'
  | 'sodPssSalt20UnderNext'
  | 'sodPkcs1Sha384ByKeyIdentifier'
  | 'sodExpiredSigner'
  | 'sodRevokedSigner';
const vectors = loadVectors<Record<Name, string>>('passive-authentication-link-and-revocation');
const groups = loadVectors<{ dg1: string; dg11: string; csca: string; sodPssSha512: { base64: string } }>(
  'passive-authentication-synthetic',
);
const base64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));
const file = (name: Name): Uint8Array => base64(vectors[name]);
const AT = new Date('2026-05-01T10:00:00Z');

function judge(name: Name, trust: TrustStore, at = AT): PassiveAuthentication {
  const files = new Map<FileName, Uint8Array>([
    ['dg1', fromHex(groups.dg1)],
    ['dg11', fromHex(groups.dg11)],
    ['sod', file(name)],
  ]);
  return authenticatePassively({ files, trust, at });
}
const store = (material: TrustMaterial = {}, ...names: ('csca' | 'cscaNext')[]): TrustStore =>
  createTrustStore((names.length === 0 ? ['csca' as const] : names).map((name) => ({ certificate: file(name) })), material);

describe('trust in country signers, ICAO Doc 9303 part 12', function () {
  this.timeout(20_000);
  const under = ['sodEcdsaSha384UnderNext', 'sodPssSalt20UnderNext', 'sodPkcs1Sha384ByKeyIdentifier'] as const;

  it('accepts a signer and a country signer whose curves are spelt out in explicit parameters', () => {
    const result = judge('sodEcdsaExplicitParameters', store());
    expect(result.genuine).to.deep.equal({ answer: 'yes', reason: 'signed-by-trusted-issuer' });
  });

  it('accepts ECDSA with SHA-384, PSS with the salt that is left out as the default, and a signer named by its key identifier', () => {
    for (const name of under) expect(judge(name, store({}, 'cscaNext')).genuine.answer, name).to.equal('yes');
    expect(parseEfSod(file('sodPssSalt20UnderNext')).signer.scheme).to.deep.equal({
      kind: 'rsa-pss',
      hash: 'sha256',
      saltBytes: 20,
    });
    expect(parseEfSod(file('sodPkcs1Sha384ByKeyIdentifier')).signer.id.kind).to.equal('key');
    expect(parseEfSod(file('sodPkcs1Sha384ByKeyIdentifier')).hash).to.equal('sha512');
  });

  it('tells the keys of one name apart: a signer under the next key is not trusted by the old one', () => {
    for (const name of under) expect(judge(name, store()).faults).to.deep.equal(['issuer-not-trusted']);
    expect(judge('sodEcdsaExplicitParameters', store({}, 'cscaNext')).faults).to.deep.equal(['issuer-not-trusted']);
    for (const name of under) expect(judge(name, store({}, 'csca', 'cscaNext')).genuine.answer).to.equal('yes');
  });

  it('follows a link certificate from the old key to the next one', () => {
    const linked = store({ linkCertificates: [file('cscaLink')] });
    for (const name of under) expect(judge(name, linked).genuine.answer).to.equal('yes');
    expect(linked.anchors).to.have.length(2);
  });

  it('refuses a link certificate that no anchor signed', () => {
    const unrelated = [{ certificate: base64(groups.csca) }];
    expect(codeOf(() => createTrustStore(unrelated, { linkCertificates: [file('cscaLink')] }))).to.equal('malformed');
  });

  it('refuses an expired signer, and the one that a revocation list names', () => {
    expect(judge('sodExpiredSigner', store()).faults).to.deep.equal(['signer-expired']);
    expect(judge('sodExpiredSigner', store(), new Date('2020-01-01T12:00:00Z')).genuine.answer).to.equal('yes');
    expect(judge('sodRevokedSigner', store()).genuine.answer).to.equal('yes');
    const withList = store({ revocationLists: [file('crl')] });
    expect(judge('sodRevokedSigner', withList).genuine).to.deep.equal({ answer: 'no', reason: 'signer-revoked' });
    expect(judge('sodEcdsaExplicitParameters', withList).genuine.answer).to.equal('yes');
  });

  it('counts a list for the key that signed it only: the same serial number elsewhere stands', () => {
    const both = store({ revocationLists: [file('crl'), file('crlNextEmpty')] }, 'csca', 'cscaNext');
    expect(judge('sodRevokedSigner', both).genuine.answer).to.equal('no');
    expect(both.anchors.map(({ revoked }) => revoked.size)).to.deep.equal([1, 0]);
    for (const name of under) expect(judge(name, both).genuine.answer).to.equal('yes');
  });

  it('refuses lists that are altered, cut off, or signed by nobody who is trusted', () => {
    const list = file('crl');
    const refused = (bytes: Uint8Array): string => codeOf(() => store({ revocationLists: [bytes] }));
    expect(codeOf(() => store({ revocationLists: [list] }, 'cscaNext'))).to.equal('malformed');
    for (let at = 0; at < list.length; at += 9) {
      expect(refused(list.subarray(0, at))).to.equal('malformed');
      expect(refused(list.with(at, (list[at] ?? 0) ^ 1))).to.be.oneOf(['malformed', 'unsupported']);
    }
    const [tbs, algorithm, signature] = readTlvList(readWholeTlv(list, 0x30));
    const parts = [tbs, algorithm, signature].map((part) => part?.raw ?? list);
    expect(codeOf(() => readRevocationList(encodeTlv(0x30, concat(...parts, parts[1] ?? list))))).to.equal('malformed');
  });

  it('answers no, never an error, to a salt that no signature can have', () => {
    const sod = base64(groups.sodPssSha512.base64);
    const at = Buffer.from(sod).lastIndexOf(fromHex('A203020140'));
    expect(at).to.be.greaterThan(0);
    const trust = createTrustStore([{ certificate: base64(groups.csca), issuingState: 'ITA' }]);
    for (const [byte, fault] of [[0x41, 'algorithm-unsupported'], [0x3f, 'signature-wrong']] as const) {
      const files = new Map<FileName, Uint8Array>([['dg1', fromHex(groups.dg1)], ['sod', sod.with(at + 4, byte)]]);
      expect(authenticatePassively({ files, trust, at: AT }).genuine).to.deep.equal({ answer: 'no', reason: fault });
    }
  });
});
