import { createHash, X509Certificate } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { AuthorityError } from './authority-error.ts';
import { createCountrySigner } from './country-signer.ts';
import type { CountrySigner, DocumentSigner, KeyKind } from './country-signer.ts';
import { openDemoAuthority } from './demo-authority.ts';
import { readTlv } from './der.ts';
import type { SecurityObjectProfile } from './security-object.ts';

const run = promisify(execFile);

const VALIDITY = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2050-06-30T00:00:00Z') };
const SIGNING_TIME = new Date('2024-05-06T07:08:09Z');
const DATA_GROUPS = new Map([
  [11, Uint8Array.of(0x6b, 0x01, 0x11)],
  [1, Uint8Array.of(0x61, 0x02, 0x01, 0x02)],
]);

describe('demo authority', () => {
  let folder: string;
  let countrySigner: CountrySigner;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'authority-'));
    countrySigner = await createCountrySigner({ validity: VALIDITY, keyKind: 'rsa-2048' });
  });

  after(() => rm(folder, { recursive: true, force: true }));

  /** Lets OpenSSL verify an EF.SOD against a country signer at a moment; returns the signed LDSSecurityObject. */
  async function verifyWithOpenssl(sod: Uint8Array, anchor: CountrySigner, at = SIGNING_TIME): Promise<Buffer> {
    const files = { cms: join(folder, 'sod.cms'), anchor: join(folder, 'anchor.pem'), out: join(folder, 'lds.der') };
    await writeFile(files.cms, readTlv(sod).value);
    await writeFile(files.anchor, new X509Certificate(anchor.certificate).toString());
    await run('openssl', [
      ...['cms', '-verify', '-inform', 'DER', '-in', files.cms, '-CAfile', files.anchor, '-no-CApath', '-no-CAstore'],
      ...['-attime', String(at.getTime() / 1000), '-x509_strict', '-purpose', 'any', '-out', files.out],
    ]);
    return readFile(files.out);
  }

  const profiles: { profile: SecurityObjectProfile; keyKind: KeyKind; hash: string; version: number }[] = [
    { profile: 'rsa-pss-sha512', keyKind: 'rsa-2048', hash: 'sha512', version: 1 },
    { profile: 'rsa-pkcs1-sha256', keyKind: 'rsa-2048', hash: 'sha256', version: 0 },
    { profile: 'ecdsa-sha256', keyKind: 'ec-p256', hash: 'sha256', version: 1 },
  ];
  for (const { profile, keyKind, hash, version } of profiles) {
    it(`signs an EF.SOD that OpenSSL verifies up to the country signer, profile ${profile}`, async () => {
      const signer = await countrySigner.issueDocumentSigner({ validity: VALIDITY, keyKind });
      const sod = signer.signSecurityObject(DATA_GROUPS, { profile, signingTime: SIGNING_TIME });
      expect(sod[0]).to.equal(0x77);
      const content = await verifyWithOpenssl(sod, countrySigner);
      const { stdout } = await run('openssl', ['asn1parse', '-inform', 'DER', '-in', join(folder, 'lds.der')]);
      expect(stdout).to.match(new RegExp(`INTEGER +:0?${version}\\n`));
      expect(stdout.indexOf(`:${hash}`)).to.be.greaterThan(0);
      for (const file of DATA_GROUPS.values()) {
        expect(content.includes(createHash(hash).update(file).digest())).to.equal(true);
      }
      expect(content.includes(Buffer.from('0107'))).to.equal(version === 1);
    });
  }

  it('names the content type of a security object and the signing time in the signed attributes', async () => {
    const signer = await countrySigner.issueDocumentSigner({ validity: VALIDITY });
    const sod = signer.signSecurityObject(DATA_GROUPS, { profile: 'rsa-pss-sha512', signingTime: SIGNING_TIME });
    await writeFile(join(folder, 'printed.cms'), readTlv(sod).value);
    const { stdout } = await run('openssl', [
      'cms',
      '-cmsout',
      '-print',
      '-inform',
      'DER',
      '-in',
      join(folder, 'printed.cms'),
    ]);
    expect(stdout).to.contain('eContentType: undefined (2.23.136.1.1.1)');
    expect(stdout).to.contain('May  6 07:08:09 2024 GMT');
    expect(stdout).to.match(/signatureAlgorithm: *\n? *algorithm: \S+ \(1\.2\.840\.113549\.1\.1\.10\)/);
  });

  it('is refused by OpenSSL under another country signer of the same name', async () => {
    const other = await createCountrySigner({ validity: VALIDITY, keyKind: 'rsa-2048' });
    const signer = await other.issueDocumentSigner({ validity: VALIDITY });
    const sod = signer.signSecurityObject(DATA_GROUPS, { profile: 'rsa-pss-sha512', signingTime: SIGNING_TIME });
    expect(String(await expectRejection(verifyWithOpenssl(sod, countrySigner)))).to.contain(
      'unable to get local issuer',
    );
    await verifyWithOpenssl(sod, other);
  });

  it('is refused by OpenSSL outside the validity of the document signer', async () => {
    const signer = await countrySigner.issueDocumentSigner({
      validity: { notBefore: VALIDITY.notBefore, notAfter: new Date('2023-01-01T00:00:00Z') },
    });
    const sod = signer.signSecurityObject(DATA_GROUPS, { profile: 'rsa-pss-sha512', signingTime: SIGNING_TIME });
    expect(String(await expectRejection(verifyWithOpenssl(sod, countrySigner)))).to.contain('certificate has expired');
  });

  it('is refused by OpenSSL when one bit of a hash is changed', async () => {
    const signer = await countrySigner.issueDocumentSigner({ validity: VALIDITY });
    const sod = Buffer.from(
      signer.signSecurityObject(DATA_GROUPS, { profile: 'rsa-pss-sha512', signingTime: SIGNING_TIME }),
    );
    const hash = createHash('sha512')
      .update(DATA_GROUPS.get(1) ?? new Uint8Array())
      .digest();
    const position = sod.indexOf(hash);
    sod[position] = (sod[position] ?? 0) ^ 1;
    expect(String(await expectRejection(verifyWithOpenssl(sod, countrySigner)))).to.contain('content verify error');
  });

  it('gives certificates the profile of ICAO Doc 9303 part 12', async () => {
    const signer = await countrySigner.issueDocumentSigner({ validity: VALIDITY });
    const country = new X509Certificate(countrySigner.certificate);
    const document = new X509Certificate(signer.certificate);
    expect(country.subject).to.match(/^C=IT\nO=SPECIMEN\n/);
    expect(country.ca).to.equal(true);
    expect(country.verify(country.publicKey)).to.equal(true);
    expect(document.ca).to.equal(false);
    expect(document.checkIssued(country)).to.equal(true);
    expect(document.verify(country.publicKey)).to.equal(true);
    expect(document.validToDate).to.deep.equal(VALIDITY.notAfter);
    const text = async (certificate: X509Certificate) => {
      await writeFile(join(folder, 'shown.pem'), certificate.toString());
      return (await run('openssl', ['x509', '-noout', '-text', '-in', join(folder, 'shown.pem')])).stdout;
    };
    const countryText = await text(country);
    expect(countryText).to.match(/Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
    expect(countryText).to.match(/Basic Constraints: critical\s+CA:TRUE, pathlen:0\n/);
    const documentText = await text(document);
    expect(documentText).to.match(/Key Usage: critical\s+Digital Signature\n/);
    expect(documentText).not.to.contain('Basic Constraints');
    expect(documentText).to.contain('2.23.136.1.1.6.2');
    for (const name of ['Authority Key Identifier', 'Subject Key Identifier', 'Private Key Usage Period']) {
      expect(documentText).to.contain(name);
    }
  });

  it('refuses a profile that the signer has no key for', async () => {
    const signer: DocumentSigner = await countrySigner.issueDocumentSigner({ validity: VALIDITY, keyKind: 'ec-p256' });
    expect(() => signer.signSecurityObject(DATA_GROUPS, { profile: 'rsa-pss-sha512', signingTime: SIGNING_TIME }))
      .to.throw(AuthorityError)
      .with.property('code', 'key-not-fitting');
  });

  it('refuses a certificate that ends before it begins', async () => {
    const error = await expectRejection(
      createCountrySigner({
        validity: { notBefore: VALIDITY.notAfter, notAfter: VALIDITY.notBefore },
        keyKind: 'ec-p256',
      }),
    );
    expect(error).to.be.instanceOf(AuthorityError).with.property('code', 'validity-empty');
  });

  describe('on disk', () => {
    const now = new Date('2026-03-04T00:00:00Z');

    it('makes its keys once, keeps them private and publishes the trust anchor', async () => {
      const config = { keyFolder: join(folder, 'a', 'keys'), trustFolder: join(folder, 'a', 'trust') };
      const first = await openDemoAuthority(config, { now });
      const second = await openDemoAuthority(config, { now: new Date('2027-01-01T00:00:00Z') });
      expect(second.countrySigner.certificate).to.deep.equal(Buffer.from(first.countrySigner.certificate));
      expect((await stat(config.keyFolder)).mode & 0o777).to.equal(0o700);
      for (const name of ['country-signer', 'document-signer']) {
        expect((await stat(join(config.keyFolder, `${name}.key.pem`))).mode & 0o777).to.equal(0o600);
      }
      expect(await readdir(config.trustFolder)).to.deep.equal(['csca-it-specimen.der']);
      expect(await readFile(join(config.trustFolder, 'csca-it-specimen.der'))).to.deep.equal(
        Buffer.from(first.countrySigner.certificate),
      );
      const sod = second.signSecurityObject(DATA_GROUPS, { profile: 'rsa-pss-sha512', signingTime: SIGNING_TIME });
      await verifyWithOpenssl(sod, first.countrySigner);
    });

    it('ends with one authority when two starts make it at once', async () => {
      const config = { keyFolder: join(folder, 'b', 'keys'), trustFolder: join(folder, 'b', 'trust') };
      const [one, other] = await Promise.all([openDemoAuthority(config, { now }), openDemoAuthority(config, { now })]);
      expect(one.countrySigner.certificate).to.deep.equal(other.countrySigner.certificate);
      expect(await readdir(join(folder, 'b'))).to.have.members(['keys', 'trust']);
    });

    it('says what to do when its key folder is damaged', async () => {
      const config = { keyFolder: join(folder, 'c', 'keys'), trustFolder: join(folder, 'c', 'trust') };
      await mkdir(config.keyFolder, { recursive: true });
      const error = await expectRejection(openDemoAuthority(config, { now }));
      expect(error).to.be.instanceOf(AuthorityError).with.property('code', 'folder-unreadable');
    });
  });
});

async function expectRejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('expected a rejection'),
    (error: unknown) => error,
  );
}
