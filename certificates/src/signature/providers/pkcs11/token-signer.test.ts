import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { makeSoftToken } from '../../../../test/soft-token.ts';
import { unsealedOriginal } from '../../../../test/unsealed-original.ts';
import { decodeSeal } from '../../../stamp/decode-seal.ts';
import { encodeSeal } from '../../../stamp/encode-seal.ts';
import { certify, issueCertificate, randomSerial, systemRandom } from '../../../trust/issue-certificate.ts';
import type { CertificateRole, KeyAndCertificate } from '../../../trust/issue-certificate.ts';
import { readSignerCertificate } from '../../../trust/signer-certificate.ts';
import { sealPdf } from '../../pades.ts';
import { createStampSigner } from '../../stamp-signer.ts';
import { keySigning, UnusableKeyError } from '../file-signer.ts';
import type { TokenKeyKind } from './token-messages.ts';
import { createTokenSigner } from './token-signer.ts';
import { openToken } from './token.ts';
import type { Token } from './token.ts';

const run = promisify(execFile);
const options = { signal: new AbortController().signal };
const DAY_MS = 86_400_000;
const within = () => ({
  serial: randomSerial(4, systemRandom),
  notBefore: new Date(Date.now() - DAY_MS),
  notAfter: new Date(Date.now() + 30 * DAY_MS),
});

describe('createTokenSigner', function () {
  // SoftHSM2 makes keys, other programs judge what they signed.
  this.timeout(60_000);
  let folder: string;
  let token: Token;
  let root: KeyAndCertificate;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'token-signer-'));
    token = openToken(await makeSoftToken(folder));
    const subject = { country: 'IT', organization: 'Invented', commonName: 'Invented root' };
    root = await issueCertificate({ ...within(), role: 'root', subject });
  });
  after(async () => {
    await token.close();
    await rm(folder, { recursive: true });
  });

  /** A key in the token and a certificate for it from the root in memory. */
  async function makeKey(label: string, kind: TokenKeyKind, role: CertificateRole, commonName: string) {
    const publicKey = await token.generate(label, kind, options);
    const by = { key: keySigning(root.privateKey), certificate: root.certificate };
    const certificate = await certify({ ...within(), role, subject: { country: 'IT', commonName } }, publicKey, by, options);
    return { label, certificate, chain: [root.certificate] };
  }

  for (const kind of ['P-256', 'RSA 3072'] as const) {
    it(`seals with a ${kind} key that never left the token, as pdfsig and openssl see`, async () => {
      const key = await makeKey(`seal ${kind}`, kind, 'seal', 'Invented seal');
      const signer = await createTokenSigner(key, token, options);
      const at = (name: string): string => join(folder, name);
      await Promise.all([
        writeFile(at('sealed.pdf'), await sealPdf(await unsealedOriginal(new Date()), signer, options)),
        writeFile(at('root.pem'), new X509Certificate(root.certificate).toString()),
        writeFile(at('seal.pem'), new X509Certificate(key.certificate).toString()),
      ]);
      expect((await run('pdfsig', ['-nocert', at('sealed.pdf')])).stdout).to.contain('Signature is Valid').and.to.contain('Total document signed');
      expect((await run('openssl', ['verify', '-x509_strict', '-CAfile', at('root.pem'), at('seal.pem')])).stdout).to.contain('OK');
    });
  }

  it('signs a stamp that its certificate verifies', async () => {
    const key = await makeKey('stamp', 'P-256', 'stamp-signer', 'VS');
    const signer = createStampSigner(await createTokenSigner(key, token, options));
    expect(signer).to.include({ signerCode: 'ITVS', reference: readSignerCertificate(key.certificate).reference });
    const fields = { issuingCountry: 'ITA', issueDate: '2026-11-23', signatureDate: '2026-11-23', featureDefinition: 1, documentCategory: 200 };
    const seal = decodeSeal(await encodeSeal(fields, [{ tag: 4, value: Uint8Array.of(65) }], signer));
    expect(await readSignerCertificate(key.certificate).verifies(seal.signedBytes, seal.signature)).to.equal(true);
  });

  it('refuses a key that is not the certificate’s, and an RSA key for stamps', async () => {
    const mine = await makeKey('mine', 'P-256', 'seal', 'Invented seal');
    await token.generate('other', 'P-256', options);
    const wrong: unknown = await createTokenSigner({ ...mine, label: 'other' }, token, options).catch((error: unknown) => error);
    expect(wrong).to.be.instanceOf(UnusableKeyError);
    const rsa = await createTokenSigner(await makeKey('rsa', 'RSA 2048', 'stamp-signer', 'VS'), token, options);
    expect(() => createStampSigner(rsa)).to.throw(UnusableKeyError);
  });
});
