import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect } from 'chai';

import { createDemoAuthority } from './demo-authority.ts';
import { loadTrustFolder } from './trust-folder.ts';

const run = promisify(execFile);
const NOW = new Date('2026-11-22T10:00:00Z');

describe('demo authority', function () {
  this.timeout(30_000);
  let directory = '';
  beforeEach(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'demo-authority-')), 'certificates');
  });
  afterEach(async () => {
    await rm(join(directory, '..'), { recursive: true });
  });

  it('makes a stamp signer named after Doc 9303-8 whose reference is its serial number', async () => {
    const { stampSigner } = await createDemoAuthority(directory, { now: NOW });
    const certificate = new X509Certificate(stampSigner.certificate);
    expect(certificate.subject).to.equal('C=IT\nCN=VS');
    expect(stampSigner.signerCode).to.equal('ITVS');
    expect(stampSigner.reference)
      .to.equal(certificate.serialNumber)
      .and.match(/^[0-9A-F]{8}$/);
    expect(certificate.checkPrivateKey(stampSigner.privateKey)).to.equal(true);
    expect(stampSigner.privateKey.asymmetricKeyDetails?.namedCurve).to.equal('prime256v1');
  });

  it('makes a seal chain that OpenSSL accepts and that says SPECIMEN', async () => {
    const { seal } = await createDemoAuthority(directory, { now: NOW });
    const [root] = seal.chain;
    expect(root).to.be.instanceOf(Uint8Array);
    await writeFile(join(directory, 'leaf.crt'), new X509Certificate(seal.certificate).toString());
    await writeFile(join(directory, 'root.crt'), new X509Certificate(root ?? new Uint8Array()).toString());
    const at = String(NOW.getTime() / 1000);
    const args = [
      'verify',
      '-x509_strict',
      '-attime',
      at,
      '-CAfile',
      join(directory, 'root.crt'),
      join(directory, 'leaf.crt'),
    ];
    const { stdout } = await run('openssl', args);
    expect(stdout).to.contain('leaf.crt: OK');
    const shown = await run('openssl', ['x509', '-in', join(directory, 'leaf.crt'), '-noout', '-text']);
    expect(shown.stdout).to.match(/Key Usage: critical\s+Digital Signature, Non Repudiation/);
    expect(new X509Certificate(seal.certificate).subject).to.contain('O=SPECIMEN');
  });

  it('keeps keys readable by their owner only', async () => {
    await createDemoAuthority(directory, { now: NOW });
    const keys = (await readdir(directory)).filter((name) => name.endsWith('.pem'));
    expect(keys).to.have.members(['stamp-root.pem', 'stamp-signer-2026.pem', 'seal-root.pem', 'seal-2026.pem']);
    for (const name of keys) {
      expect((await stat(join(directory, name))).mode & 0o777, name).to.equal(0o600);
    }
  });

  it('opens the same keys and the same bundle again', async () => {
    const first = await createDemoAuthority(directory, { now: NOW });
    const second = await createDemoAuthority(directory, { now: NOW });
    expect(second.stampSigner.reference).to.equal(first.stampSigner.reference);
    expect(Buffer.from(second.seal.certificate).equals(first.seal.certificate)).to.equal(true);
    expect(second.stampSigner.privateKey.equals(first.stampSigner.privateKey)).to.equal(true);
    expect((await loadTrustFolder(first.trustFolder)).sequence).to.equal(1);
  });

  it('gives every process the same keys when several start at once', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, async () => createDemoAuthority(directory, { now: NOW })));
    expect(new Set(all.map((authority) => authority.stampSigner.reference)).size).to.equal(1);
    const bundle = await loadTrustFolder(join(directory, 'trust'));
    expect(bundle.signers.map((signer) => signer.reference)).to.deep.equal([all[0]?.stampSigner.reference]);
  });

  it('adds a signer in the next year and keeps the old one in the bundle', async () => {
    const first = await createDemoAuthority(directory, { now: NOW });
    const next = await createDemoAuthority(directory, { now: new Date('2027-01-02T10:00:00Z') });
    expect(next.stampSigner.reference).not.to.equal(first.stampSigner.reference);
    const bundle = await loadTrustFolder(next.trustFolder);
    expect(bundle.sequence).to.equal(2);
    expect(bundle.signers.map((signer) => signer.reference)).to.have.members([
      first.stampSigner.reference,
      next.stampSigner.reference,
    ]);
  });

  it('renews a bundle whose next update is past', async () => {
    await createDemoAuthority(directory, { now: NOW });
    const { trustFolder } = await createDemoAuthority(directory, { now: new Date('2026-12-31T10:00:00Z') });
    expect((await loadTrustFolder(trustFolder)).sequence).to.equal(1);
    await rm(join(directory, 'trust'), { recursive: true });
    await createDemoAuthority(directory, { now: new Date('2026-02-01T10:00:00Z') });
    await createDemoAuthority(directory, { now: new Date('2026-11-01T10:00:00Z') });
    expect((await loadTrustFolder(trustFolder)).sequence).to.equal(2);
  });
});
