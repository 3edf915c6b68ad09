import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { loadFonts } from '../render/fonts.ts';
import { renderPdf } from '../render/render-pdf.ts';
import { composePaper } from '../templates/paper.ts';
import { paperSample, SAMPLE_AT } from '../templates/samples/samples.ts';
import { closeSealSpace, openSealSpace, SEAL_BYTES, SealSpaceError } from './byte-range.ts';
import { ecdsaToDer } from './cms.ts';
import { sealPdf } from './pades.ts';
import { createFileSigner, UnusableKeyError } from './providers/file-signer.ts';

const run = promisify(execFile);
const never = new AbortController().signal;

/** A root and a seal certificate made by OpenSSL, with keys of the kind the arguments say. */
async function makeSealKey(
  folder: string,
  newKey: readonly string[],
): Promise<{ key: string; certificates: string; root: string }> {
  const path = (name: string): string => join(folder, name);
  const quiet = ['-nodes', '-newkey', ...newKey];
  await run('openssl', [
    'req',
    '-x509',
    ...quiet,
    '-keyout',
    path('root.key'),
    '-out',
    path('root.pem'),
    '-days',
    '10',
    '-subj',
    '/CN=Invented root',
  ]);
  await run('openssl', [
    'req',
    ...quiet,
    '-keyout',
    path('seal.key'),
    '-out',
    path('seal.csr'),
    '-subj',
    '/C=IT/O=Invented/CN=Invented seal',
  ]);
  await run('openssl', [
    'x509',
    '-req',
    '-in',
    path('seal.csr'),
    '-CA',
    path('root.pem'),
    '-CAkey',
    path('root.key'),
    '-CAcreateserial',
    '-days',
    '9',
    '-out',
    path('seal.pem'),
  ]);
  await writeFile(
    path('chain.pem'),
    (await readFile(path('seal.pem'), 'utf8')) + (await readFile(path('root.pem'), 'utf8')),
  );
  return { key: path('seal.key'), certificates: path('chain.pem'), root: path('root.pem') };
}

/** The CMS and the bytes it covers, cut out of a sealed file by its own `/ByteRange`. */
function partsOf(sealed: Buffer): { cms: Buffer; covered: Buffer } {
  const [, first, second, rest] =
    /\/ByteRange \[0 (\d+) (\d+) (\d+)/.exec(sealed.toString('latin1'))?.map(Number) ?? [];
  if (first === undefined || second === undefined || rest === undefined) throw new TypeError('no /ByteRange');
  const cms = Buffer.from(sealed.toString('latin1', first + 1, second - 1), 'hex');
  return {
    cms: cms.subarray(0, 4 + cms.readUInt16BE(2)),
    covered: Buffer.concat([sealed.subarray(0, first), sealed.subarray(second, second + rest)]),
  };
}

describe('sealPdf', function () {
  // Other programs make keys and judge seals.
  this.timeout(60_000);
  let folder: string;
  let unsealed: Buffer;
  before(async () => {
    const input = await paperSample('residence');
    const seal = { name: 'Comune', location: 'Valfiorita', reason: 'Prova', at: SAMPLE_AT };
    ({ pdf: unsealed } = await renderPdf(
      composePaper(input).layout,
      { kind: 'original', seal },
      { documentId: input.documentId, createdAt: SAMPLE_AT },
      await loadFonts(),
    ));
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seal-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const kinds = [
    ['P-256', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256']],
    ['RSA', ['rsa:2048']],
  ] as const;
  for (const [kind, newKey] of kinds) {
    it(`makes a ${kind} seal that pdfsig, openssl -cades and qpdf accept`, async () => {
      const files = await makeSealKey(folder, newKey);
      const sealed = await sealPdf(unsealed, await createFileSigner(files), { signal: never });
      const { cms, covered } = partsOf(sealed);
      const path = (name: string): string => join(folder, name);
      await Promise.all([
        writeFile(path('a.pdf'), sealed),
        writeFile(path('a.cms'), cms),
        writeFile(path('a.bytes'), covered),
      ]);

      const pdfsig = await run('pdfsig', ['-nocert', path('a.pdf')]);
      expect(pdfsig.stdout)
        .to.contain('Signature is Valid')
        .and.to.contain('Total document signed')
        .and.to.contain('ETSI.CAdES.detached');
      const openssl = await run('openssl', [
        'cms',
        '-verify',
        '-cades',
        '-binary',
        '-inform',
        'DER',
        '-in',
        path('a.cms'),
        '-content',
        path('a.bytes'),
        '-CAfile',
        files.root,
        '-purpose',
        'any',
        '-out',
        '/dev/null',
      ]);
      expect(openssl.stderr).to.match(/verification successful/i);
      await run('qpdf', ['--check', path('a.pdf')]);
    });
  }

  it('signs content-type, message-digest and signing-certificate-v2, and no signing-time', async () => {
    const files = await makeSealKey(folder, kinds[0][1]);
    const { cms, covered } = partsOf(await sealPdf(unsealed, await createFileSigner(files), { signal: never }));
    await writeFile(join(folder, 'a.cms'), cms);
    const { stdout } = await run('openssl', [
      'cms',
      '-cmsout',
      '-print',
      '-inform',
      'DER',
      '-in',
      join(folder, 'a.cms'),
    ]);
    const signed = stdout.slice(
      stdout.indexOf('signedAttrs:'),
      stdout.indexOf('signatureAlgorithm:', stdout.indexOf('signedAttrs:')),
    );
    expect(signed.match(/object: (\S+)/g)).to.have.members([
      'object: contentType',
      'object: messageDigest',
      'object: id-smime-aa-signingCertificateV2',
    ]);
    expect(cms.includes(createHash('sha256').update(covered).digest())).to.equal(true);
  });

  it('does not survive one changed byte', async () => {
    const sealed = await sealPdf(unsealed, await createFileSigner(await makeSealKey(folder, kinds[0][1])), {
      signal: never,
    });
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(changed.length - 700) ^ 1, changed.length - 700);
    await writeFile(join(folder, 'a.pdf'), changed);
    const { stdout } = await run('pdfsig', ['-nocert', join(folder, 'a.pdf')]);
    expect(stdout).to.contain('Digest Mismatch').and.not.to.contain('Signature is Valid');
  });

  it('does not cover bytes appended later', async () => {
    const sealed = await sealPdf(unsealed, await createFileSigner(await makeSealKey(folder, kinds[0][1])), {
      signal: never,
    });
    await writeFile(join(folder, 'a.pdf'), Buffer.concat([sealed, Buffer.from('\n% more\n')]));
    const { stdout } = await run('pdfsig', ['-nocert', join(folder, 'a.pdf')]);
    expect(stdout).to.contain('Not total document signed');
  });

  it('refuses a file without a space, one that is sealed already, and a seal too long for its space', async () => {
    expect(() => openSealSpace(Buffer.from('%PDF-1.7'))).to.throw(SealSpaceError);
    const sealed = await sealPdf(unsealed, await createFileSigner(await makeSealKey(folder, kinds[0][1])), {
      signal: never,
    });
    expect(() => openSealSpace(sealed)).to.throw(SealSpaceError);
    expect(() => closeSealSpace(openSealSpace(unsealed), new Uint8Array(SEAL_BYTES + 1))).to.throw(
      SealSpaceError,
      '8193',
    );
  });

  it('ends with the abort of who waits', async () => {
    const signer = await createFileSigner(await makeSealKey(folder, kinds[0][1]));
    const reason = new Error('given up');
    const outcome: unknown = await sealPdf(unsealed, signer, { signal: AbortSignal.abort(reason) }).catch(
      (error: unknown) => error,
    );
    expect(outcome).to.equal(reason);
  });
});

describe('createFileSigner', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signer-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('refuses a key that is not the certificate’s, and a curve it cannot use', async () => {
    const files = await makeSealKey(folder, ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256']);
    const other = await createFileSigner({ ...files, key: join(folder, 'root.key') }).catch((error: unknown) => error);
    expect(other).to.be.instanceOf(UnusableKeyError);
    const wide = await createFileSigner(await makeSealKey(folder, ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'])).catch(
      (error: unknown) => error,
    );
    expect(wide).to.be.instanceOf(UnusableKeyError);
  });
});

describe('ecdsaToDer', () => {
  it('writes short and high integers as DER wants them', () => {
    const half = (value: number): Uint8Array => Uint8Array.of(...new Uint8Array(31), value);
    const der = (r: number, s: number): string => ecdsaToDer(Buffer.concat([half(r), half(s)])).toString('hex');
    expect(der(127, 1)).to.equal('300602017f020101');
    expect(der(128, 127)).to.equal('30070202008002017f');
    expect(der(0, 0)).to.equal('3006020100020100');
  });
});
