import { execFile } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { chmod, mkdtemp, readFile, readlink, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { makeSoftToken } from '../../../../test/soft-token.ts';
import type { SoftToken } from '../../../../test/soft-token.ts';
import type { TokenKeyKind } from './token-messages.ts';
import { openToken, TokenError } from './token.ts';

const run = promisify(execFile);
const options = { signal: new AbortController().signal };
const DATA = new TextEncoder().encode('what is signed');

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'none',
    (error: unknown) => (error instanceof TokenError ? error.code : 'unexpected'),
  );
}

/** The process of a token: the child of this one that runs its file. */
async function processOf(): Promise<number> {
  for (const name of await readdir('/proc')) {
    const words = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    const parent = /^PPid:\t(\d+)$/m.exec(await readFile(`/proc/${name}/status`, 'utf8').catch(() => ''))?.[1];
    if (parent === String(process.pid) && words.includes('token-process.ts')) return Number(name);
  }
  throw new TypeError('The token has no process.');
}

describe('PKCS#11 token', function () {
  // SoftHSM2 makes tokens and RSA keys.
  this.timeout(60_000);
  let folder: string;
  let soft: SoftToken;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'token-'));
    soft = await makeSoftToken(folder);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const kinds: readonly [TokenKeyKind, 'ecdsa-p256-sha256' | 'rsa-pkcs1-sha256'][] = [
    ['P-256', 'ecdsa-p256-sha256'],
    ['RSA 2048', 'rsa-pkcs1-sha256'],
    ['RSA 3072', 'rsa-pkcs1-sha256'],
  ];
  for (const [kind, algorithm] of kinds) {
    it(`makes a key of ${kind}, says its public part and signs with it`, async () => {
      await using token = openToken(soft);
      const made = await token.generate('seal-2026', kind, options);
      expect(Buffer.from(await token.publicKey('seal-2026', options)).equals(made)).to.equal(true);
      const signature = await token.sign('seal-2026', algorithm, DATA, options);
      const key = createPublicKey({ key: Buffer.from(made), type: 'spki', format: 'der' });
      expect(verify('sha256', DATA, { key, dsaEncoding: 'ieee-p1363' }, signature)).to.equal(true);
    });
  }

  it('makes keys that the token does not give away', async () => {
    await using token = openToken(soft);
    await token.generate('seal-2026', 'P-256', options);
    const tool = ['--module', soft.module, '--token-label', soft.token, '--login', '--pin', '48151623', '--list-objects'];
    const { stdout } = await run('pkcs11-tool', tool, { env: { ...process.env, ...soft.environment } });
    expect(stdout).to.match(/Private Key Object; EC[^]*sensitive, always sensitive, never extractable/);
  });

  it('refuses a label nobody has, and to make one that is taken', async () => {
    await using token = openToken(soft);
    expect(await codeOf(token.sign('nobody', 'ecdsa-p256-sha256', DATA, options))).to.equal('key-missing');
    await token.generate('seal-2026', 'P-256', options);
    expect(await codeOf(token.generate('seal-2026', 'P-256', options))).to.equal('key-doubled');
    expect(await codeOf(token.sign('seal-2026', 'ecdsa-p256-sha256', DATA, options))).to.equal('none');
  });

  it('signs on after its process was killed: another one logs in', async () => {
    await using token = openToken(soft);
    await token.generate('seal-2026', 'P-256', options);
    process.kill(await processOf(), 'SIGKILL');
    const all = await Promise.all([1, 2, 3].map(async () => codeOf(token.sign('seal-2026', 'ecdsa-p256-sha256', DATA, options))));
    expect(all).to.deep.equal(['none', 'none', 'none']);
  });

  it('says that the token is gone, and signs on when it is back', async () => {
    await using token = openToken(soft);
    await token.generate('seal-2026', 'P-256', options);
    await rename(soft.objects, `${soft.objects}.pulled`);
    process.kill(await processOf(), 'SIGKILL');
    const gone: unknown = await token.sign('seal-2026', 'ecdsa-p256-sha256', DATA, options).catch((error: unknown) => error);
    expect(gone).to.be.instanceOf(TokenError).and.to.include({ retryable: true });
    await rename(`${soft.objects}.pulled`, soft.objects);
    expect(await codeOf(token.sign('seal-2026', 'ecdsa-p256-sha256', DATA, options))).to.equal('none');
  });

  it('tries a wrong PIN once and never again', async () => {
    await writeFile(soft.pinFile, '99999999');
    await using token = openToken(soft);
    expect(await codeOf(token.sign('seal-2026', 'ecdsa-p256-sha256', DATA, options))).to.equal('pin-refused');
    await writeFile(soft.pinFile, '48151623');
    expect(await codeOf(token.sign('seal-2026', 'ecdsa-p256-sha256', DATA, options))).to.equal('pin-refused');
    const failed: unknown = await token.generate('seal-2026', 'P-256', options).catch((error: unknown) => error);
    expect(failed).to.include({ code: 'pin-refused', retryable: false }).and.to.have.property('message').that.does.not.match(/9999|4815/);
  });

  it('takes no PIN from a file that others may read, or that is not there', async () => {
    await chmod(soft.pinFile, 0o640);
    await using token = openToken(soft);
    expect(await codeOf(token.publicKey('seal-2026', options))).to.equal('pin-file');
    await rm(soft.pinFile);
    expect(await codeOf(token.publicKey('seal-2026', options))).to.equal('pin-file');
  });

  it('shows its PIN neither in arguments nor in the environment of its process', async () => {
    await using token = openToken(soft);
    await token.generate('seal-2026', 'P-256', options);
    const pid = await processOf();
    const shown = (await readFile(`/proc/${pid}/cmdline`, 'latin1')) + (await readFile(`/proc/${pid}/environ`, 'latin1'));
    expect(shown).to.contain('SOFTHSM2_CONF').and.not.to.contain('48151623');
    expect(await readlink(`/proc/${pid}/fd/1`)).to.equal('/dev/null');
  });

  it('says that a module does not load, and that a token is not there', async () => {
    await using none = openToken({ ...soft, module: join(folder, 'none.so') });
    expect(await codeOf(none.publicKey('seal-2026', options))).to.equal('module-unusable');
    await using other = openToken({ ...soft, token: 'another town' });
    expect(await codeOf(other.publicKey('seal-2026', options))).to.equal('token-missing');
  });

  it('kills a process that is silent past the deadline, and ends at once with who waits', async () => {
    await using slow = openToken({ ...soft, deadline: 1 });
    expect(await codeOf(slow.generate('seal-2026', 'RSA 3072', options))).to.equal('deadline');
    const reason = new Error('given up');
    await using token = openToken(soft);
    const stopping = new AbortController();
    const waiting = token.generate('seal-2026', 'RSA 3072', { signal: stopping.signal });
    stopping.abort(reason);
    expect(await waiting.catch((error: unknown) => error)).to.equal(reason);
    expect(await codeOf(token.publicKey('nobody', { signal: AbortSignal.abort(reason) }))).to.equal('unexpected');
  });

  it('does nothing any more when it is closed', async () => {
    const token = openToken(soft);
    await token.generate('seal-2026', 'P-256', options);
    await token.close();
    await token.close();
    expect(await codeOf(token.publicKey('seal-2026', options))).to.equal('device');
  });
});
