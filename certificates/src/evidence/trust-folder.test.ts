import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadCardTrust } from './trust-folder.ts';

describe('the folder of country signers', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vs-trust-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const failure = async () => {
    try {
      await loadCardTrust(folder, { demo: true });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : 'not an error';
    }
  };

  it('must hold one: issuers of health cards are none', async () => {
    expect(await failure()).to.match(/no country signer/);
    await put({ 'cns-ca-specimen.der': 'csca' });
    expect(await failure()).to.match(/no country signer/);
  });

  it('names the file that is not a certificate', async () => {
    await writeFile(join(folder, 'csca-specimen.der'), 'anything');
    expect(await failure()).to.match(/csca-specimen\.der|certificate/);
  });

  it('takes the next key of a country signer on the word of the one before, and what either took back', async () => {
    await put({ 'italy.der': 'csca', 'link-1.cer': 'cscaLink', 'list.crl': 'crl' });
    const { documents, serviceCards } = await loadCardTrust(folder, { demo: true });
    expect(documents.anchors.map(({ revoked }) => revoked.size)).to.deep.equal([1, 0]);
    expect(serviceCards.anchors).to.deep.equal([]);
  });

  it('takes no link and no list that nobody trusted signed', async () => {
    await put({ 'italy.der': 'csca', 'list.crl': 'crlNextEmpty' });
    expect(await failure()).to.match(/cannot be trusted.*revocation list/);
    await rm(join(folder, 'list.crl'));
    await put({ 'cns-ca.der': 'csca', 'italy.der': 'cscaNext', 'link.der': 'cscaLink' });
    expect(await failure()).to.match(/cannot be trusted.*link certificate/);
  });

  it('keeps issuers of service cards and country signers apart', async () => {
    await put({ 'italy.der': 'csca', 'cns-ca.der': 'cscaNext', 'cns.crl': 'crlNextEmpty' });
    const trust = await loadCardTrust(folder, { demo: true });
    expect([trust.documents, trust.serviceCards].map(({ anchors }) => anchors.length)).to.deep.equal([1, 1]);
    const [document, service] = [trust.documents, trust.serviceCards].map(({ anchors }) => anchors[0]?.certificate.serialNumber);
    expect(document).to.be.a('string').and.not.to.equal(service);
  });

  /** Files of identity's vectors, base64 there. */
  async function put(files: Readonly<Record<string, string>>): Promise<void> {
    const path = join(import.meta.dirname, '../../../identity/test/vectors/passive-authentication-link-and-revocation.json');
    const vectors = JSON.parse(await readFile(path, 'utf8')) as Record<string, string>;
    for (const [name, vector] of Object.entries(files)) await writeFile(join(folder, name), Buffer.from(vectors[vector] ?? '', 'base64'));
  }
});
