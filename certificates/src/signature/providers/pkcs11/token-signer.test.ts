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
import { openAuthority } from '../../../trust/authority.ts';
import type { Authority } from '../../../trust/authority.ts';
import { readSignerCertificate } from '../../../trust/signer-certificate.ts';
import { sealPdf } from '../../pades.ts';
import { createStampSigner } from '../../stamp-signer.ts';
import { UnusableKeyError } from '../file-signer.ts';
import { createTokenSigner } from './token-signer.ts';
import { openToken } from './token.ts';
import type { Token } from './token.ts';

const run = promisify(execFile);
const options = { signal: new AbortController().signal };
describe('createTokenSigner', function () {
  // SoftHSM2 makes keys, other programs judge what they signed.
  this.timeout(60_000);
  let folder: string;
  let token: Token;
  let authority: Authority;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'token-signer-'));
    token = openToken(await makeSoftToken(folder));
    const identity = { organization: 'Comune di Valfiorita', signerName: 'VS', specimen: true };
    authority = openAuthority(folder, identity, { now: () => new Date(), token });
    await authority.makeKey('stamp-root', options);
    await authority.makeKey('seal-root', options);
  });
  after(async () => {
    await token.close();
    await rm(folder, { recursive: true });
  });

  for (const kind of ['P-256', 'RSA 3072'] as const) {
    it(`seals with a ${kind} key that never left the token, as pdfsig and openssl see`, async () => {
      const key = await authority.makeKey('seal', { ...options, kind });
      expect(key.privateKey).to.equal(null);
      const signer = await authority.signer('seal', options);
      expect(signer.certificate).to.deep.equal(key.certificate);
      const at = (name: string): string => join(folder, name);
      await Promise.all([
        writeFile(at('sealed.pdf'), await sealPdf(await unsealedOriginal(new Date()), signer, options)),
        writeFile(at('root.pem'), new X509Certificate(key.chain[0] ?? '').toString()),
        writeFile(at('seal.pem'), new X509Certificate(key.certificate).toString()),
      ]);
      const pdfsig = await run('pdfsig', ['-nocert', at('sealed.pdf')]);
      expect(pdfsig.stdout).to.contain('Signature is Valid').and.to.contain('Total document signed');
      expect((await run('openssl', ['verify', '-x509_strict', '-CAfile', at('root.pem'), at('seal.pem')])).stdout).to.contain('OK');
    });
  }

  it('signs a stamp that its certificate verifies', async () => {
    const key = await authority.makeKey('stamp-signer', options);
    const signer = createStampSigner(await authority.signer('stamp-signer', options));
    expect(signer).to.include({ signerCode: 'ITVS', reference: readSignerCertificate(key.certificate).reference });
    const fields = { issuingCountry: 'ITA', issueDate: '2026-11-23', signatureDate: '2026-11-23', featureDefinition: 1, documentCategory: 200 };
    const seal = decodeSeal(await encodeSeal(fields, [{ tag: 4, value: Uint8Array.of(65) }], signer));
    expect(await readSignerCertificate(key.certificate).verifies(seal.signedBytes, seal.signature)).to.equal(true);
  });

  it('refuses a key that is not the certificate’s, and an RSA key for stamps', async () => {
    const mine = await authority.makeKey('seal', options);
    await token.generate('other', 'P-256', options);
    const wrong: unknown = await createTokenSigner({ ...mine, label: 'other' }, token, options).catch((error: unknown) => error);
    expect(wrong).to.be.instanceOf(UnusableKeyError);
    await authority.makeKey('seal', { ...options, kind: 'RSA 2048' });
    const rsa = await authority.signer('seal', options);
    expect(() => createStampSigner(rsa)).to.throw(UnusableKeyError);
  });
});
