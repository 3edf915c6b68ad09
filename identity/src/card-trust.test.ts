import { expect } from 'chai';
import { codeOf } from '../test/failure.ts';
import { makeCertificate, signRevocationList } from '../test/small-authority.ts';
import { loadVectors } from '../test/vectors/load.ts';
import { isTrustFile, readCardTrust } from './card-trust.ts';

const vectors = loadVectors<Record<string, string>>('passive-authentication-link-and-revocation');
const vector = (name: string): Uint8Array => Uint8Array.from(Buffer.from(vectors[name] ?? '', 'base64'));
const issuer = makeCertificate({ commonName: 'CNS CA' });
const holder = makeCertificate({ commonName: 'holder', issuer });
const demo = makeCertificate({ commonName: 'SPECIMEN CA' });
const files = (named: Readonly<Record<string, Uint8Array>>) => Object.entries(named).map(([name, der]) => ({ name, der }));

describe('whose word counts about a card, by the names of files', () => {
  it('reads certificates and lists, and leaves other files alone', () => {
    const names = ['a.der', 'b.CER', 'c.crl', 'README.md', 'key.pem', 'der'];
    expect(names.map(isTrustFile)).to.deep.equal([true, true, true, false, false, false]);
  });

  it('keeps country signers and issuers of service cards apart, with their links and lists', () => {
    const list = signRevocationList(issuer, [holder]);
    const trust = readCardTrust(
      files({ 'italy.der': vector('csca'), 'link-1.cer': vector('cscaLink'), 'list.crl': vector('crl'), 'cns-ca.der': issuer.der, 'cns.crl': list }),
    );
    const revoked = ({ anchors }: { anchors: readonly { revoked: ReadonlySet<string> }[] }) => anchors.map((anchor) => anchor.revoked.size);
    expect([revoked(trust.documents), revoked(trust.serviceCards)]).to.deep.equal([[1, 0], [1]]);
  });

  it('trusts nobody where there is nothing', () => {
    expect(readCardTrust([])).to.deep.equal({ documents: { anchors: [] }, serviceCards: { anchors: [] } });
  });

  it('takes no link certificate for an anchor, and none, nor a list, on the word of the other kind’s authority', () => {
    for (const named of [
      { 'link.der': vector('cscaLink') },
      { 'cns-ca.der': vector('csca'), 'link.der': vector('cscaLink') },
      { 'italy.der': vector('csca'), 'cns-link.der': vector('cscaLink') },
      { 'cns-ca.der': issuer.der, 'list.crl': signRevocationList(issuer, []) },
      { 'csca.der': Uint8Array.of(1, 2, 3) },
    ]) {
      expect(codeOf(() => readCardTrust(files(named))), Object.keys(named).join()).to.equal('malformed');
    }
  });

  it('says of a demo’s authority that it is one, by the file’s name or its own', () => {
    const trust = readCardTrust(files({ 'italy.der': demo.der, 'cns-specimen.der': issuer.der }));
    expect([trust.documents, trust.serviceCards].map(({ anchors }) => anchors[0]?.specimen)).to.deep.equal([true, true]);
    expect(readCardTrust(files({ 'cns.der': issuer.der })).serviceCards.anchors[0]?.specimen).to.equal(false);
  });
});
