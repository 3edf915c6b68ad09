import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { certificateType } from '@videosportello/protocol/messages/document.ts';
import { expect } from 'chai';
import { KEY_KINDS, makeKeyFiles, startTimeStampAuthority } from '../../test/openssl-authority.ts';
import { trustInSeals } from '../../test/trust-in-seals.ts';
import { unsealedOriginal } from '../../test/unsealed-original.ts';
import { OID } from './algorithm.ts';
import { closeSealSpace, openSealSpace, SEAL_BYTES, SealSpaceError } from './byte-range.ts';
import { bytesOf, ecdsaToDer } from './der.ts';
import { sealPdf } from './pades.ts';
import { createFileSigner, UnusableKeyError } from './providers/file-signer.ts';
import { readCms } from './read-cms.ts';
import type { Signer } from './signer.ts';
import { createTimeStampClient, TimeStampError } from './time-stamp/time-stamp-client.ts';
import { verifySealedPdf } from './verify-sealed-pdf.ts';

const run = promisify(execFile);
const never = new AbortController().signal;

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

/** Asks the programs of others: poppler with NSS, OpenSSL, qpdf. */
async function acceptedByOthers(folder: string, sealed: Buffer, { root }: { readonly root: string }): Promise<void> {
  const { cms, covered } = partsOf(sealed);
  const at = (name: string): string => join(folder, name);
  await Promise.all([writeFile(at('a.pdf'), sealed), writeFile(at('a.cms'), cms), writeFile(at('a.bytes'), covered)]);
  const nss = ['-d', `sql:${folder}`];
  await run('certutil', ['-N', ...nss, '--empty-password']);
  await run('certutil', ['-A', ...nss, '-n', 'root', '-t', 'CT,C,C', '-i', root]);
  const pdfsig = await run('pdfsig', ['-nssdir', `sql:${folder}`, at('a.pdf')]);
  for (const word of ['Signature is Valid', 'Certificate is Trusted', 'Total document signed', 'ETSI.CAdES.detached']) {
    expect(pdfsig.stdout).to.contain(word);
  }
  const what = ['-inform', 'DER', '-in', at('a.cms'), '-content', at('a.bytes'), '-CAfile', root, '-purpose', 'any'];
  const openssl = await run('openssl', ['cms', '-verify', '-cades', '-binary', ...what, '-out', '/dev/null']);
  expect(openssl.stderr).to.match(/verification successful/i);
  await run('qpdf', ['--check', at('a.pdf')]);
}

/** What our own check says, with a bundle that lists the signer. */
async function ownStatus(sealed: Buffer, { certificate }: Signer): Promise<string> {
  const trust = trustInSeals([certificate]);
  return (await verifySealedPdf(sealed, trust, new Date().toISOString().slice(0, 10))).status;
}

describe('sealPdf', function () {
  // Other programs make keys and judge seals.
  this.timeout(60_000);
  let folder: string;
  let unsealed: Buffer;
  before(async () => {
    unsealed = await unsealedOriginal(new Date());
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seal-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  for (const [kind, newKey] of Object.entries(KEY_KINDS)) {
    it(`makes a seal of ${kind} that pdfsig trusts, and openssl -cades and qpdf accept`, async () => {
      const files = await makeKeyFiles(folder, newKey);
      const sealed = await sealPdf(unsealed, await createFileSigner(files), { signal: never });
      await acceptedByOthers(folder, sealed, files);
    });
  }

  for (const type of certificateType.options) {
    it(`seals a certificate of type ${type} so that pdfsig, openssl and qpdf accept it, and our own check too`, async () => {
      const files = await makeKeyFiles(folder, KEY_KINDS['P-256']);
      const signer = await createFileSigner(files);
      const sealed = await sealPdf(await unsealedOriginal(new Date(), type), signer, { signal: never });
      await acceptedByOthers(folder, sealed, files);
      expect(await ownStatus(sealed, signer)).to.equal('VALID');
    });
  }

  it('makes a seal of level B-T whose time-stamp openssl ts accepts too', async () => {
    await using tsa = await startTimeStampAuthority(join(folder, 'tsa'));
    const authority = createTimeStampClient({ url: tsa.url, authorities: [tsa.root] }, { now: () => new Date(), random: randomBytes });
    const files = await makeKeyFiles(folder, KEY_KINDS['P-256']);
    const timeStamping = { authority, policy: 'required', onMissed: () => expect.fail('not missed') } as const;
    const sealed = await sealPdf(unsealed, await createFileSigner(files), { signal: never, timeStamping });
    await acceptedByOthers(folder, sealed, files);
    const [signer] = readCms(partsOf(sealed).cms).signers;
    const token = signer?.unsignedAttributes.get(OID.timeStampToken)?.[0];
    if (signer === undefined || token === undefined) throw new TypeError('no time-stamp');
    await Promise.all([writeFile(join(folder, 'token'), bytesOf(token)), writeFile(join(folder, 'value'), signer.signature)]);
    const judged = ['-token_in', '-in', join(folder, 'token'), '-data', join(folder, 'value'), '-CAfile', tsa.rootFile];
    expect((await run('openssl', ['ts', '-verify', ...judged])).stdout).to.contain('Verification: OK');
  });

  it('seals without a time-stamp, and says so, only where best effort is enough', async () => {
    const missing = new TimeStampError('time-stamp-unreachable', 'gone');
    const authority = { stamp: () => Promise.reject(missing) };
    const signer = await createFileSigner(await makeKeyFiles(folder, KEY_KINDS['P-256']));
    const missed: TimeStampError[] = [];
    const onMissed = (error: TimeStampError) => missed.push(error);
    const refused: unknown = await sealPdf(unsealed, signer, {
      signal: never,
      timeStamping: { authority, policy: 'required', onMissed },
    }).catch((error: unknown) => error);
    expect(refused).to.equal(missing);
    const sealed = await sealPdf(unsealed, signer, { signal: never, timeStamping: { authority, policy: 'best-effort', onMissed } });
    expect(missed).to.deep.equal([missing]);
    expect(readCms(partsOf(sealed).cms).signers[0]?.unsignedAttributes.size).to.equal(0);
    const fault: unknown = await sealPdf(unsealed, signer, {
      signal: never,
      timeStamping: { authority: { stamp: () => Promise.reject(new RangeError('ours')) }, policy: 'best-effort', onMissed },
    }).catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(RangeError);
  });

  it('signs content-type, message-digest and signing-certificate-v2, and no signing-time', async () => {
    const files = await makeKeyFiles(folder, KEY_KINDS['P-256']);
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
    const sealed = await sealPdf(unsealed, await createFileSigner(await makeKeyFiles(folder, KEY_KINDS['P-256'])), {
      signal: never,
    });
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(changed.length - 700) ^ 1, changed.length - 700);
    await writeFile(join(folder, 'a.pdf'), changed);
    const { stdout } = await run('pdfsig', ['-nocert', join(folder, 'a.pdf')]);
    expect(stdout).to.contain('Digest Mismatch').and.not.to.contain('Signature is Valid');
  });

  it('does not cover bytes appended later', async () => {
    const sealed = await sealPdf(unsealed, await createFileSigner(await makeKeyFiles(folder, KEY_KINDS['P-256'])), {
      signal: never,
    });
    await writeFile(join(folder, 'a.pdf'), Buffer.concat([sealed, Buffer.from('\n% more\n')]));
    const { stdout } = await run('pdfsig', ['-nocert', join(folder, 'a.pdf')]);
    expect(stdout).to.contain('Not total document signed');
  });

  it('refuses a file without a space, one that is sealed already, and a seal too long for its space', async () => {
    expect(() => openSealSpace(Buffer.from('%PDF-1.7'))).to.throw(SealSpaceError);
    const sealed = await sealPdf(unsealed, await createFileSigner(await makeKeyFiles(folder, KEY_KINDS['P-256'])), {
      signal: never,
    });
    expect(() => openSealSpace(sealed)).to.throw(SealSpaceError);
    expect(() => closeSealSpace(openSealSpace(unsealed), new Uint8Array(SEAL_BYTES + 1))).to.throw(
      SealSpaceError,
      '16385',
    );
  });

  it('ends with the abort of who waits', async () => {
    const signer = await createFileSigner(await makeKeyFiles(folder, KEY_KINDS['P-256']));
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
    const files = await makeKeyFiles(folder, KEY_KINDS['P-256']);
    const other = await createFileSigner({ ...files, key: join(folder, 'root.key') }).catch((error: unknown) => error);
    expect(other).to.be.instanceOf(UnusableKeyError);
    const wide = await createFileSigner(await makeKeyFiles(folder, ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'])).catch(
      (error: unknown) => error,
    );
    expect(wide).to.be.instanceOf(UnusableKeyError);
  });
});

describe('ecdsaToDer', () => {
  it('writes short and high integers as DER wants them', () => {
    const half = (value: number): Uint8Array => Uint8Array.of(...new Uint8Array(31), value);
    const der = (r: number, s: number): string => Buffer.from(ecdsaToDer(Buffer.concat([half(r), half(s)]))).toString('hex');
    expect(der(127, 1)).to.equal('300602017f020101');
    expect(der(128, 127)).to.equal('30070202008002017f');
    expect(der(0, 0)).to.equal('3006020100020100');
  });
});
