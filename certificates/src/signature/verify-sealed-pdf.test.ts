import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { derOf, KEY_KINDS, makeKeyFiles, startTimeStampAuthority } from '../../test/openssl-authority.ts';
import { trustInSeals } from '../../test/trust-in-seals.ts';
import { unsealedOriginal } from '../../test/unsealed-original.ts';
import { fingerprint } from '../trust/trust-bundle.ts';
import type { TrustBundle } from '../trust/trust-bundle.ts';
import { closeSealSpace, openSealSpace, sealedBytes } from './byte-range.ts';
import { detachedCms } from './cms.ts';
import { sealPdf } from './pades.ts';
import { createFileSigner } from './providers/file-signer.ts';
import type { Signer } from './signer.ts';
import { createTimeStampClient } from './time-stamp/time-stamp-client.ts';
import { MAX_SEALED_PDF_BYTES, verifySealedPdf } from './verify-sealed-pdf.ts';
import type { SealedPdfStatus } from './verify-sealed-pdf.ts';

const run = promisify(execFile);
const never = new AbortController().signal;
const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64');
const later = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const TODAY = later(0);

describe('verifySealedPdf', function () {
  // OpenSSL makes keys, and hostile seals.
  this.timeout(60_000);
  let folder: string;
  let unsealed: Buffer;
  let signer: Signer;
  let sealed: Buffer;
  let trust: TrustBundle;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sealed-'));
    unsealed = await unsealedOriginal(new Date());
    const files = await makeKeyFiles(join(folder, 'seal'), KEY_KINDS['P-256']);
    signer = await createFileSigner(files);
    sealed = await sealPdf(unsealed, signer, { signal: never });
    trust = trustInSeals([signer.certificate]);
  });
  after(() => rm(folder, { recursive: true }));

  const statusOf = async (pdf: Uint8Array, bundle = trust, at = TODAY): Promise<SealedPdfStatus> =>
    (await verifySealedPdf(pdf, bundle, at)).status;

  it('finds a file as it was sealed valid, and says when and by which certificate', async () => {
    const check = await verifySealedPdf(sealed, trust, TODAY);
    expect(check.status).to.equal('VALID');
    expect(check.certificate).to.equal(await fingerprint(signer.certificate));
    expect(check.sealedAt?.claimed.toISOString().slice(0, 10)).to.equal(TODAY);
    expect(check.sealedAt?.proven).to.equal(null);
  });

  for (const kind of ['RSA 2048', 'RSA 3072'] as const) {
    it(`verifies a seal of ${kind}`, async () => {
      const rsa = await createFileSigner(await makeKeyFiles(join(folder, kind), KEY_KINDS[kind]));
      const pdf = await sealPdf(unsealed, rsa, { signal: never });
      expect(await statusOf(pdf, { ...trust, seals: [...trust.seals, { certificate: base64(rsa.certificate) }] })).to.equal('VALID');
    });
  }

  describe('with a file somebody changed', () => {
    /** The numbers of the sealed file's `/ByteRange`. */
    const rangeOf = (pdf: Buffer): [start: number, end: number, rest: number] => {
      const [, start = 0, end = 0, rest = 0] =
        /\/ByteRange \[0 (\d+) (\d+) (\d+)/.exec(pdf.toString('latin1'))?.map(Number) ?? [];
      return [start, end, rest];
    };
    /** The file with another `/ByteRange` of the same length. */
    const withRange = (numbers: string): Buffer => {
      const text = sealed.toString('latin1');
      const old = /\/ByteRange \[[^\]]*\] */.exec(text)?.[0] ?? '';
      return Buffer.from(text.replace(old, `/ByteRange [${numbers}]`.padEnd(old.length)), 'latin1');
    };
    const ranged = (numbers: (start: number, end: number, rest: number) => string) => () => withRange(numbers(...rangeOf(sealed)));
    const edited = (from: string, to: string) => () => Buffer.from(sealed.toString('latin1').replace(from, to), 'latin1');
    /** The file with other signs at a place of the seal's string. */
    const written = (text: string, place: (start: number, end: number) => number) => () => {
      const [start, end] = rangeOf(sealed);
      const pdf = Buffer.from(sealed);
      pdf.write(text, place(start, end), 'latin1');
      return pdf;
    };
    const appended = (more: string) => () => Buffer.concat([sealed, Buffer.from(more, 'latin1')]);
    const secondSignature = '9 0 obj\n<< /Type /Sig /ByteRange [0 1 2 3] /Contents <00> >>\nendobj\n';

    const cases: readonly [string, () => Uint8Array, SealedPdfStatus][] = [
      ['a byte changed in the text', edited('%%EOF', '%%EOG'), 'CONTENT_CHANGED'],
      ['a byte changed before the seal', edited('%PDF-1.7', '%PDF-1.6'), 'CONTENT_CHANGED'],
      ['bytes appended', appended('\n% more\n'), 'BYTES_APPENDED'],
      ['one zero byte appended', appended('\0'), 'BYTES_APPENDED'],
      ['a revision appended that draws other words', appended(revision('5 0 obj\n<< /Length 0 >>\nendobj\n')), 'BYTES_APPENDED'],
      ['a second signature appended', appended(revision(secondSignature)), 'SECOND_SIGNATURE'],
      ['the end cut off', () => sealed.subarray(0, -1), 'WRONG_RANGE'],
      ['no seal at all', () => Buffer.from('%PDF-1.7\n%%EOF\n'), 'NOT_SEALED'],
      ['an empty space for a seal', () => unsealed, 'WRONG_RANGE'],
      ['a space filled with zeros', () => openSealSpace(unsealed).pdf, 'WRONG_FORMAT'],
      ['a range that leaves out more than the seal', ranged((a, b, c) => `0 ${a - 1} ${b} ${c}`), 'WRONG_RANGE'],
      ['a range that leaves out bytes behind the seal', ranged((a, b, c) => `0 ${a} ${b + 1} ${c - 1}`), 'WRONG_RANGE'],
      ['a range that begins late', ranged((a, b, c) => `1 ${a - 1} ${b} ${c}`), 'WRONG_RANGE'],
      ['ranges that overlap', ranged((a, _, c) => `0 ${a} ${a - 9} ${c}`), 'WRONG_RANGE'],
      ['ranges without a gap', ranged((a) => `0 ${a} ${a} ${sealed.length - a}`), 'WRONG_RANGE'],
      ['a range over the end of the file', ranged((a, b, c) => `0 ${a} ${b} ${c + 1}`), 'WRONG_RANGE'],
      ['a range that does not reach the end', ranged((a, b, c) => `0 ${a} ${b} ${c - 1}`), 'BYTES_APPENDED'],
      ['a range with a negative number', ranged((a, b) => `0 ${a} ${b} -1`), 'WRONG_RANGE'],
      ['a range of three numbers', ranged((a, b) => `0 ${a} ${b}`), 'WRONG_RANGE'],
      ['a range whose numbers have no end', () => withRange(`0 ${'9'.repeat(30)} 1 1`), 'WRONG_RANGE'],
      ['a gap that is no hexadecimal string', written('(', (start) => start), 'WRONG_RANGE'],
      ['a sign in the seal that is no digit', written('g', (start) => start + 20), 'WRONG_RANGE'],
      ['something hidden behind the seal in its space', written('3e', (_, end) => end - 3), 'WRONG_RANGE'],
      ['a seal whose length lies', written('30847fffffff', (start) => start + 1), 'WRONG_RANGE'],
      ['another name for the seal’s value', edited('/Contents <', '/Contentz <'), 'WRONG_RANGE'],
      ['a file nobody should read', () => new Uint8Array(MAX_SEALED_PDF_BYTES + 1), 'TOO_LARGE'],
    ];
    for (const [what, make, status] of cases) {
      it(`${what}: ${status}`, async () => {
        expect(await statusOf(make())).to.equal(status);
      });
    }

    it('never says VALID, whichever byte outside of the seal is changed', async () => {
      const [start, end] = rangeOf(sealed);
      for (let at = 0; at < sealed.length; at += 53) {
        if (at >= start && at < end) continue;
        const changed = Buffer.from(sealed);
        changed[at] = (changed[at] ?? 0) ^ 0x01;
        expect(await statusOf(changed), `byte ${at}`).not.to.equal('VALID');
      }
    });

    it('is refused or says the same, whichever digit of the seal is changed', async () => {
      const [start] = rangeOf(sealed);
      const genuine = await verifySealedPdf(sealed, trust, TODAY);
      // Of the certificates beside the signature nobody takes a word, so a change there changes nothing.
      for (let at = start + 1; at < start + 4_000; at += 37) {
        const changed = Buffer.from(sealed);
        changed.write(changed.toString('latin1', at, at + 1) === '0' ? '1' : '0', at, 'latin1');
        const check = await verifySealedPdf(changed, trust, TODAY);
        if (check.status === 'VALID') expect(check, `digit ${at}`).to.deep.equal(genuine);
      }
    });

    it('looks at a file full of seals in bounded time', async () => {
      const many = Buffer.from('/ByteRange [0 1 2 3] obj endobj /Contents <00> '.repeat(300_000));
      const began = performance.now();
      expect(await statusOf(many)).to.equal('SECOND_SIGNATURE');
      const one = Buffer.from(`1 0 obj /ByteRange [0 1 2 3]${' obj'.repeat(4_000_000)}`);
      expect(await statusOf(one)).to.equal('BYTES_APPENDED');
      expect(performance.now() - began).to.be.below(10_000);
    });
  });

  describe('with a seal somebody else made', () => {
    /** A CMS over the file's bytes made by OpenSSL, put where the seal belongs. */
    async function sealedByOpenssl(...options: string[]): Promise<Buffer> {
      const space = openSealSpace(unsealed);
      const at = (name: string): string => join(folder, name);
      await writeFile(at('bytes'), Buffer.concat(sealedBytes(space)));
      const what = ['-binary', '-in', at('bytes'), '-outform', 'DER', '-out', at('cms')];
      await run('openssl', ['cms', '-sign', ...what, ...options]);
      return closeSealSpace(space, await readFile(at('cms')));
    }
    const own = (): string[] => ['-signer', join(folder, 'seal', 'seal.pem'), '-inkey', join(folder, 'seal', 'seal.key')];

    it('takes one that OpenSSL made with our key, as the level wants it', async () => {
      expect(await statusOf(await sealedByOpenssl(...own(), '-cades', '-md', 'sha256'))).to.equal('VALID');
    });

    it('SHA-1: WEAK_ALGORITHM', async () => {
      expect(await statusOf(await sealedByOpenssl(...own(), '-cades', '-md', 'sha1'))).to.equal('WEAK_ALGORITHM');
    });

    it('a short RSA key, even a listed one: WEAK_ALGORITHM', async () => {
      const files = await makeKeyFiles(join(folder, 'short'), ['rsa:1024']);
      const pdf = await sealedByOpenssl('-signer', join(folder, 'short', 'seal.pem'), '-inkey', files.key, '-cades', '-md', 'sha256');
      const listed = [{ certificate: base64(await derOf(join(folder, 'short', 'seal.pem'))) }];
      expect(await statusOf(pdf, { ...trust, seals: listed })).to.equal('WEAK_ALGORITHM');
    });

    it('without signing-certificate-v2, or without signed attributes: WRONG_FORMAT', async () => {
      expect(await statusOf(await sealedByOpenssl(...own(), '-md', 'sha256'))).to.equal('WRONG_FORMAT');
      expect(await statusOf(await sealedByOpenssl(...own(), '-noattr', '-md', 'sha256'))).to.equal('WRONG_FORMAT');
    });

    it('with the content inside the seal: WRONG_FORMAT', async () => {
      const space = openSealSpace(unsealed);
      await writeFile(join(folder, 'other'), 'other content');
      const what = ['-binary', '-nodetach', '-cades', '-in', join(folder, 'other'), '-outform', 'DER', '-out', join(folder, 'cms')];
      await run('openssl', ['cms', '-sign', ...what, ...own()]);
      expect(await statusOf(closeSealSpace(space, await readFile(join(folder, 'cms'))))).to.equal('WRONG_FORMAT');
    });

    it('over other bytes: CONTENT_CHANGED', async () => {
      const other = createHash('sha256').update('another file').digest();
      const pdf = closeSealSpace(openSealSpace(unsealed), await detachedCms(other, signer, { signal: never }));
      expect(await statusOf(pdf)).to.equal('CONTENT_CHANGED');
    });

    it('a wrong signature under our certificate: INVALID_SIGNATURE', async () => {
      const thief: Signer = { ...signer, sign: () => Promise.resolve(new Uint8Array(64).fill(1)) };
      expect(await statusOf(await sealPdf(unsealed, thief, { signal: never }))).to.equal('INVALID_SIGNATURE');
    });

    it('two signers, one of them ours: SEVERAL_SIGNERS', async () => {
      const other = await makeKeyFiles(join(folder, 'second'), KEY_KINDS['P-256']);
      const second = ['-signer', join(folder, 'second', 'seal.pem'), '-inkey', other.key];
      expect(await statusOf(await sealedByOpenssl(...own(), ...second, '-cades', '-md', 'sha256'))).to.equal('SEVERAL_SIGNERS');
    });

    it('another certificate of the same issuer: UNKNOWN_CERTIFICATE', async () => {
      const root = ['-CA', join(folder, 'seal', 'root.pem'), '-CAkey', join(folder, 'seal', 'root.key'), '-CAcreateserial'];
      const sibling = join(folder, 'sibling.pem');
      await run('openssl', ['x509', '-req', '-in', join(folder, 'seal', 'seal.csr'), ...root, '-days', '9', '-out', sibling]);
      const key = ['-inkey', join(folder, 'seal', 'seal.key')];
      const pdf = await sealedByOpenssl('-signer', sibling, ...key, '-cades', '-md', 'sha256');
      expect(await statusOf(pdf)).to.equal('UNKNOWN_CERTIFICATE');
    });

    it('values nested without end: WRONG_FORMAT', async () => {
      // A thousand SEQUENCEs, each with two bytes of length.
      let nested = Buffer.alloc(0);
      for (let depth = 0; depth < 1_000; depth += 1) {
        nested = Buffer.concat([Buffer.of(0x30, 0x82, nested.length >> 8, nested.length & 0xff), nested]);
      }
      expect(await statusOf(closeSealSpace(openSealSpace(unsealed), nested))).to.equal('WRONG_FORMAT');
    });
  });

  describe('with the dates of key and seal', () => {
    const revokedOn = async (day: string): Promise<TrustBundle> => ({
      ...trust,
      revokedSeals: [{ fingerprint: await fingerprint(signer.certificate), revokedOn: day }],
    });

    it('a bundle that does not list it: UNKNOWN_CERTIFICATE', async () => {
      expect(await statusOf(sealed, { ...trust, seals: [] })).to.equal('UNKNOWN_CERTIFICATE');
    });

    it('checked after the certificate’s last day: EXPIRED_CERTIFICATE; before the seal’s day: OUTSIDE_KEY_PERIOD', async () => {
      expect(await statusOf(sealed, trust, later(30))).to.equal('EXPIRED_CERTIFICATE');
      expect(await statusOf(sealed, trust, later(-1))).to.equal('OUTSIDE_KEY_PERIOD');
    });

    it('revoked on any day, and nobody saw the seal before: REVOKED_CERTIFICATE', async () => {
      for (const day of [later(-3), TODAY, later(3)]) expect(await statusOf(sealed, await revokedOn(day))).to.equal('REVOKED_CERTIFICATE');
    });

    it('time-stamped before the revocation: VALID, also after the certificate is over', async () => {
      await using tsa = await startTimeStampAuthority(join(folder, 'tsa'));
      const authority = createTimeStampClient({ url: tsa.url, authorities: [tsa.root] }, { now: () => new Date(), random: randomBytes });
      const timeStamping = { authority, policy: 'required', onMissed: () => expect.fail('not missed') } as const;
      const stamped = await sealPdf(unsealed, signer, { signal: never, timeStamping });
      const vouched = { timeStampAuthorities: [{ certificate: base64(tsa.root) }] };
      const tomorrow = { ...(await revokedOn(later(1))), ...vouched };
      const check = await verifySealedPdf(stamped, tomorrow, later(30));
      expect(check.status).to.equal('VALID');
      expect(check.sealedAt?.proven?.getTime()).to.be.closeTo(Date.now(), 60_000);
      expect(await statusOf(stamped, { ...(await revokedOn(TODAY)), ...vouched })).to.equal('REVOKED_CERTIFICATE');
      expect(await statusOf(stamped, trust)).to.equal('INVALID_TIME_STAMP');
    });

    it('a time-stamp of another seal: INVALID_TIME_STAMP', async () => {
      await using tsa = await startTimeStampAuthority(join(folder, 'tsa2'));
      const client = createTimeStampClient({ url: tsa.url, authorities: [tsa.root] }, { now: () => new Date(), random: randomBytes });
      const borrowed = await client.stamp(new TextEncoder().encode('another signature'), { signal: never });
      const timeStamping = { authority: { stamp: () => Promise.resolve(borrowed) }, policy: 'required', onMissed: () => undefined } as const;
      const pdf = await sealPdf(unsealed, signer, { signal: never, timeStamping });
      expect(await statusOf(pdf, { ...trust, timeStampAuthorities: [{ certificate: base64(tsa.root) }] })).to.equal('INVALID_TIME_STAMP');
    });
  });
});

/** An incremental update that a lenient reader would follow. */
function revision(object: string): string {
  return `\n${object}xref\n0 0\ntrailer\n<< /Root 1 0 R /Prev 0 >>\nstartxref\n0\n%%EOF\n`;
}
