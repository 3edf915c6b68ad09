import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect } from 'chai';

import { KEY_KINDS, makeKeyFiles } from '../../test/openssl-authority.ts';
import { unsealedOriginal } from '../../test/unsealed-original.ts';
import { sealPdf } from '../signature/pades.ts';
import { UnusableKeyError } from '../signature/providers/file-signer.ts';
import { createStampSigner } from '../signature/stamp-signer.ts';
import { verifySealedPdf } from '../signature/verify-sealed-pdf.ts';
import { openAuthority } from './authority.ts';
import type { Authority } from './authority.ts';
import { currentKey } from './current-key.ts';
import { nextKeyName } from './key-folder.ts';
import type { KeyPurpose, StoredKey } from './key-folder.ts';
import { readSignerCertificate } from './signer-certificate.ts';
import { TrustError } from './trust-bundle.ts';
import { loadTrustFolder } from './trust-folder.ts';

const run = promisify(execFile);
const options = { signal: new AbortController().signal };
const IDENTITY = { organization: 'Comune di Valfiorita', signerName: 'VS', specimen: true };

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'none',
    (error: unknown) => (error instanceof TrustError ? error.code : 'unexpected'),
  );
}

describe('authority', function () {
  // Other programs judge its certificates.
  this.timeout(60_000);
  let folder: string;
  let now: Date;
  let authority: Authority;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'authority-'));
    now = new Date('2026-11-22T10:00:00Z');
    authority = openAuthority(folder, IDENTITY, { now: () => now, token: null });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const makeAll = async (): Promise<void> => {
    for (const purpose of ['stamp-root', 'stamp-signer', 'seal-root', 'seal'] as const) await authority.makeKey(purpose, options);
  };

  it('makes certificates whose chain, use and dates OpenSSL reads as Doc 9303-8 wants them', async () => {
    await makeAll();
    const text = async (name: string): Promise<string> =>
      (await run('openssl', ['x509', '-in', join(folder, `${name}.pem`), '-noout', '-text'])).stdout;
    const at = String(now.getTime() / 1000);
    for (const [root, leaf] of [['stamp-root', 'stamp-signer-2026'], ['seal-root', 'seal-2026']] as const) {
      const judged = ['-x509_strict', '-attime', at, '-CAfile', join(folder, `${root}.pem`), join(folder, `${leaf}.pem`)];
      expect((await run('openssl', ['verify', ...judged])).stdout).to.contain('OK');
      expect(await text(root)).to.match(/Basic Constraints: critical\s+CA:TRUE, pathlen:0[^]*Key Usage: critical\s+Certificate Sign, CRL Sign/);
    }
    expect(await text('stamp-signer-2026')).to.match(/Subject: C = IT, CN = VS\n[^]*Key Usage: critical\s+Digital Signature\n/);
    expect(await text('seal-2026')).to.match(/Key Usage: critical\s+Digital Signature, Non Repudiation\n/);
    const { keyUseEnds, validTo } = readSignerCertificate(new X509Certificate(await readFile(join(folder, 'seal-2026.pem'))).raw);
    // A year and two months of use, and ten years for what is signed on its last day.
    expect([keyUseEnds, validTo]).to.deep.equal(['2028-01-23', '2038-01-20']);
    expect((await stat(join(folder, 'seal-2026.pem'))).mode & 0o777).to.equal(0o600);
  });

  it('takes the new key after a roll-over, and what the old one sealed stays valid', async () => {
    await makeAll();
    const old = await sealPdf(await unsealedOriginal(now), await authority.signer('seal', options), options);
    now = new Date('2027-11-22T10:00:00Z');
    const next = await authority.makeKey('seal', options);
    expect((await authority.signer('seal', options)).certificate).to.deep.equal(next.certificate);
    await authority.publish(options);
    const bundle = await loadTrustFolder(authority.trustFolder);
    expect(bundle.seals).to.have.length(2);
    expect((await verifySealedPdf(old, bundle, '2036-11-22')).status).to.equal('VALID');
    const young = await sealPdf(await unsealedOriginal(now), await authority.signer('seal', options), options);
    expect((await verifySealedPdf(young, bundle, '2027-11-22')).status).to.equal('VALID');
    // With the key of last year a seal of today is not to be made, nor believed.
    now = new Date('2028-06-01T10:00:00Z');
    expect(await codeOf(authority.signer('stamp-signer', options))).to.equal('TRUST_MISSING');
  });

  it('revokes: the bundle says so, nothing it sealed is valid, it signs no more, another may', async () => {
    await makeAll();
    const sealed = await sealPdf(await unsealedOriginal(now), await authority.signer('seal', options), options);
    const first = await authority.publish(options);
    expect(await authority.publish({ ...options, revoke: { name: 'seal-2026', on: '2026-11-23' } })).to.equal(first + 1);
    expect(await authority.publish({ ...options, revoke: { name: 'stamp-signer-2026', on: '2026-11-23' } })).to.equal(first + 2);
    const bundle = await loadTrustFolder(authority.trustFolder);
    expect((await verifySealedPdf(sealed, bundle, '2026-11-24')).status).to.equal('REVOKED_CERTIFICATE');
    expect(bundle.revoked).to.deep.equal([
      { signerCode: 'ITVS', reference: bundle.signers[0]?.reference, revokedOn: '2026-11-23' },
    ]);
    for (const purpose of ['seal', 'stamp-signer'] as const) {
      expect(await codeOf(authority.signer(purpose, options))).to.equal('TRUST_MISSING');
      const { name } = await authority.makeKey(purpose, options);
      expect(name).to.equal(`${purpose}-2026-2`);
      expect((await authority.signer(purpose, options)).certificate).to.be.instanceOf(Uint8Array);
    }
    // What was said once is said for good, and saying it again makes no new bundle.
    const last = await authority.publish(options);
    expect(await authority.publish({ ...options, revoke: { name: 'seal-2026', on: '2026-12-24' } })).to.equal(last);
    expect((await loadTrustFolder(authority.trustFolder)).revokedSeals[0]?.revokedOn).to.equal('2026-11-23');
    expect(await codeOf(authority.publish({ ...options, revoke: { name: 'seal-1999', on: '2026-11-23' } }))).to.equal('TRUST_MISSING');
    expect(await codeOf(authority.publish({ ...options, revoke: { name: 'stamp-root', on: '2026-11-23' } }))).to.equal('TRUST_MISSING');
  });

  it('publishes again when its next update is past, or something is new in the folder', async () => {
    await makeAll();
    expect([await authority.publish(options), await authority.publish(options)]).to.deep.equal([1, 1]);
    now = new Date('2027-03-01T10:00:00Z');
    expect(await authority.publish(options)).to.equal(2);
    const tsa = await makeKeyFiles(join(folder, 'tsa'), KEY_KINDS['P-256']);
    await writeFile(join(folder, 'time-stamp-invented.pem'), await readFile(tsa.root));
    const key = `anagrafe.valfiorita.example/register+0a1b2c3d+${Buffer.alloc(33, 1).toString('base64')}`;
    await writeFile(join(folder, 'checkpoints-2026.txt'), `${key}\n`);
    expect(await authority.publish(options)).to.equal(3);
    const bundle = await loadTrustFolder(authority.trustFolder);
    expect(bundle.timeStampAuthorities).to.have.length(1);
    expect(bundle.registerKeys).to.deep.equal([{ key, validFrom: '2026-01-01', validTo: '2026-12-31' }]);
    await writeFile(join(folder, 'checkpoints-2026.txt'), 'rubbish');
    expect(await codeOf(authority.publish(options))).to.equal('TRUST_MALFORMED');
  });

  it('takes in a seal that a provider certified, and no key that is not its certificate’s', async () => {
    await authority.makeKey('stamp-root', options);
    now = new Date();
    const files = await makeKeyFiles(join(folder, 'provider'), KEY_KINDS['RSA 2048']);
    const [key, chain] = await Promise.all([readFile(files.key, 'utf8'), readFile(files.certificates, 'utf8')]);
    const imported = await authority.importSeal(key + chain, options);
    expect(imported.chain).to.have.length(1);
    const signer = await authority.signer('seal', options);
    expect(signer.algorithm).to.equal('rsa-pkcs1-sha256');
    await authority.publish(options);
    const sealed = await sealPdf(await unsealedOriginal(now), signer, options);
    const today = now.toISOString().slice(0, 10);
    expect((await verifySealedPdf(sealed, await loadTrustFolder(authority.trustFolder), today)).status).to.equal('VALID');
    const other = await readFile(join(folder, 'provider', 'root.key'), 'utf8');
    expect(await codeOf(authority.importSeal(other + chain, options))).to.equal('TRUST_MALFORMED');
    expect(await codeOf(authority.importSeal(key, options))).to.equal('TRUST_MALFORMED');
    expect(await codeOf(authority.importSeal(chain, options)), 'the key would be in a token').to.equal('TRUST_MISSING');
  });

  it('says what is missing, and makes no root twice and no RSA key for stamps', async () => {
    expect(await codeOf(authority.makeKey('stamp-signer', options))).to.equal('TRUST_MISSING');
    expect(await codeOf(authority.publish(options))).to.equal('TRUST_MISSING');
    expect(await codeOf(authority.signer('seal', options))).to.equal('TRUST_MISSING');
    await authority.makeKey('stamp-root', options);
    expect(await codeOf(authority.makeKey('stamp-root', options))).to.equal('TRUST_MALFORMED');
    const rsa: unknown = await authority.makeKey('stamp-signer', { ...options, kind: 'RSA 2048' }).catch((error: unknown) => error);
    expect(rsa).to.be.instanceOf(UnusableKeyError);
    await writeFile(join(folder, 'seal-2026.pem'), 'rubbish');
    expect(await codeOf(authority.keys())).to.equal('TRUST_MALFORMED');
  });

  it('gives a stamp signer the name of its certificate', async () => {
    await makeAll();
    const signer = createStampSigner(await authority.signer('stamp-signer', options));
    await authority.publish(options);
    const [listed] = (await loadTrustFolder(authority.trustFolder)).signers;
    expect(signer).to.deep.include({ signerCode: 'ITVS', reference: listed?.reference });
  });
});

describe('nextKeyName', () => {
  const table: readonly [KeyPurpose, readonly string[], string][] = [
    ['stamp-root', [], 'stamp-root'],
    ['seal', [], 'seal-2026'],
    ['seal', ['seal-2025', 'stamp-signer-2026'], 'seal-2026'],
    ['seal', ['seal-2026'], 'seal-2026-2'],
    ['stamp-signer', ['stamp-signer-2026', 'stamp-signer-2026-2'], 'stamp-signer-2026-3'],
  ];
  for (const [purpose, taken, name] of table) {
    it(`${purpose} beside ${taken.join(', ') || 'nothing'}: ${name}`, () => {
      expect(nextKeyName(purpose, 2026, taken)).to.equal(name);
    });
  }
});

describe('currentKey', function () {
  this.timeout(30_000);
  let keys: readonly StoredKey[];
  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'current-'));
    let now = new Date('2026-01-02T10:00:00Z');
    const authority = openAuthority(folder, IDENTITY, { now: () => now, token: null });
    await authority.makeKey('stamp-root', options);
    await authority.makeKey('stamp-signer', options);
    await authority.makeKey('stamp-signer', options);
    now = new Date('2027-01-02T10:00:00Z');
    await authority.makeKey('stamp-signer', options);
    keys = await authority.keys();
    await rm(folder, { recursive: true });
  });
  const table: readonly [string, string, readonly string[], string | undefined][] = [
    ['before the first', '2025-12-31', [], undefined],
    ['of two of one day the later', '2026-06-01', [], 'stamp-signer-2026-2'],
    ['the other when that one is revoked', '2026-06-01', ['stamp-signer-2026-2'], 'stamp-signer-2026'],
    ['the new one from its first day', '2027-01-01', [], 'stamp-signer-2027'],
    ['the old one again when the new is revoked', '2027-01-10', ['stamp-signer-2027'], 'stamp-signer-2026-2'],
    ['none when all are revoked', '2027-01-10', ['stamp-signer-2027', 'stamp-signer-2026', 'stamp-signer-2026-2'], undefined],
    ['not the old one past its use', '2027-06-01', ['stamp-signer-2027'], undefined],
    ['none after the last', '2029-01-01', [], undefined],
  ];
  for (const [what, at, revoked, name] of table) {
    it(`${what}: ${name ?? 'none'}`, () => {
      expect(currentKey(keys, 'stamp-signer', at, revoked)?.name).to.equal(name);
    });
  }
});
