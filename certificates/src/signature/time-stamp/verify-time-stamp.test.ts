import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { derOf, KEY_KINDS, makeKeyFiles, startTimeStampAuthority } from '../../../test/openssl-authority.ts';
import { OID } from '../algorithm.ts';
import { readCms } from '../read-cms.ts';
import { createTimeStampClient } from './time-stamp-client.ts';
import { verifyTimeStamp } from './verify-time-stamp.ts';

const run = promisify(execFile);
const DATA = new TextEncoder().encode('a signature’s value');
const never = new AbortController().signal;
const FOR_TIME_STAMPS = ['extendedKeyUsage=critical,timeStamping', 'keyUsage=critical,digitalSignature'];

describe('verifyTimeStamp', function () {
  // OpenSSL makes keys and tokens.
  this.timeout(60_000);
  let folder: string;
  let token: Uint8Array;
  let root: Uint8Array;
  /** The TSTInfo inside `token`, a day later: when all certificates of the tests are in force. */
  let info: Uint8Array;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'token-'));
    await using tsa = await startTimeStampAuthority(join(folder, 'tsa'));
    ({ root } = tsa);
    const client = createTimeStampClient({ url: tsa.url, authorities: [root] }, { now: () => new Date(), random: randomBytes });
    token = await client.stamp(DATA, { signal: never });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
    info = Buffer.from(Buffer.from(readCms(token).content ?? []).toString('latin1').replace(/\d{14}Z/, tomorrow), 'latin1');
  });
  after(() => rm(folder, { recursive: true }));

  /** A token over the same TSTInfo, signed by OpenSSL under a certificate with these extensions. */
  async function signedAgain(
    name: string,
    extensions: readonly string[],
    options: { content?: Uint8Array; type?: string; digest?: string; cades?: readonly string[] } = {},
  ): Promise<{ token: Uint8Array; root: Uint8Array }> {
    const { content = info, type = OID.timeStampInfo, digest = 'sha256', cades = ['-cades'] } = options;
    const place = join(folder, name);
    const files = await makeKeyFiles(place, KEY_KINDS['P-256'], { name: 'tsa', extensions });
    await writeFile(join(place, 'info'), content);
    const signer = ['-signer', join(place, 'tsa.pem'), '-inkey', files.key, '-md', digest, ...cades];
    const what = ['-binary', '-nodetach', '-econtent_type', type, '-in', join(place, 'info')];
    await run('openssl', ['cms', '-sign', ...what, ...signer, '-outform', 'DER', '-out', join(place, 'token')]);
    return { token: new Uint8Array(await readFile(join(place, 'token'))), root: await derOf(files.root) };
  }

  it('takes what openssl ts and openssl cms signed, under its issuer or under its own certificate', async () => {
    expect(await verifyTimeStamp(token, DATA, [root])).to.have.property('info');
    expect(await verifyTimeStamp(token, DATA, [await derOf(join(folder, 'tsa', 'tsa.pem'))])).to.have.property('info');
    const again = await signedAgain('good', FOR_TIME_STAMPS);
    expect(await verifyTimeStamp(again.token, DATA, [again.root])).to.have.property('info');
  });

  const purposes: readonly [string, readonly string[]][] = [
    ['for other things too', ['extendedKeyUsage=critical,timeStamping,codeSigning']],
    ['for time-stamps, but not critically so', ['extendedKeyUsage=timeStamping']],
    ['for servers', ['extendedKeyUsage=critical,serverAuth']],
    ['for anything', []],
  ];
  for (const [index, [what, extensions]] of purposes.entries()) {
    it(`takes none under a certificate ${what}`, async () => {
      const again = await signedAgain(`purpose-${index}`, extensions);
      expect(await verifyTimeStamp(again.token, DATA, [again.root])).to.deep.equal({ fault: 'unknown-authority' });
    });
  }

  it('takes none of an unknown authority, and none that lies in the token only', async () => {
    expect(await verifyTimeStamp(token, DATA, [])).to.deep.equal({ fault: 'unknown-authority' });
    const again = await signedAgain('unknown', FOR_TIME_STAMPS);
    expect(await verifyTimeStamp(again.token, DATA, [root])).to.deep.equal({ fault: 'unknown-authority' });
  });

  it('takes none over other bytes', async () => {
    expect(await verifyTimeStamp(token, new Uint8Array(1), [root])).to.deep.equal({ fault: 'other-imprint' });
  });

  it('takes none signed over SHA-1, or without signing-certificate-v2', async () => {
    const weak = await signedAgain('sha1', FOR_TIME_STAMPS, { digest: 'sha1' });
    expect(await verifyTimeStamp(weak.token, DATA, [weak.root])).to.deep.equal({ fault: 'weak-algorithm' });
    const unnamed = await signedAgain('unnamed', FOR_TIME_STAMPS, { cades: [] });
    expect(await verifyTimeStamp(unnamed.token, DATA, [unnamed.root])).to.deep.equal({ fault: 'malformed' });
  });

  it('takes no other signed thing for a time-stamp', async () => {
    const data = await signedAgain('data', FOR_TIME_STAMPS, { type: OID.data });
    expect(await verifyTimeStamp(data.token, DATA, [data.root])).to.deep.equal({ fault: 'malformed' });
    const other = await signedAgain('other', FOR_TIME_STAMPS, { content: createHash('sha256').update(DATA).digest() });
    expect(await verifyTimeStamp(other.token, DATA, [other.root])).to.deep.equal({ fault: 'malformed' });
  });

  it('is refused or says the same, whichever byte is changed', async () => {
    const genuine = await verifyTimeStamp(token, DATA, [root]);
    // What nobody signs may vary, the order of the lists and the certificates beside the right one; what is said may not.
    for (let at = 0; at < token.length; at += 17) {
      const changed = token.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      const check = await verifyTimeStamp(changed, DATA, [root]);
      if ('info' in check) expect(check, `byte ${at}`).to.deep.equal(genuine);
    }
  });
});
