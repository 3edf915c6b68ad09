/** The virtual health card through real pcscd, read and used by OpenSC's itacns driver. */
import { execFile } from 'node:child_process';
import { createHash, publicDecrypt, randomBytes, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { readCardFile } from '../../cards/card-file.ts';
import { keyFoldersBeside, makeCard } from '../../cards/make-card.ts';
import { createVpcdSlot } from '../../cie/vpcd-slot.ts';
import { startPcscd } from '../pcscd.ts';
import type { PcscdPeer } from '../pcscd.ts';
import { findProgram } from '../peer-process.ts';

const run = promisify(execFile);
const EXAMPLE = new URL('../../cards/examples/cns-giulia.json', import.meta.url);
const DEADLINE_MS = 60_000;
/** A program that waits for a card is ended after this. */
const PROGRAM_DEADLINE_MS = 20_000;

describe('virtual CNS with OpenSC', function () {
  this.timeout(DEADLINE_MS);
  let folder: string;
  const world = new AsyncDisposableStack();
  let pcscd: PcscdPeer;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'opensc-'));
    world.defer(() => rm(folder, { recursive: true, force: true }));
    pcscd = world.use(await startPcscd({ directory: folder }));
    const config = { keyFolders: keyFoldersBeside(join(folder, 'authority')), trustFolder: join(folder, 'trust') };
    const file = await readCardFile(EXAMPLE);
    if (file.kind !== 'cns') throw new Error('The example is no health card.');
    // OpenSC of Debian 12 uses keys of 1024 bits only.
    const cards = [
      [0, file.chip],
      [1, 'athena'],
    ] as const;
    for (const [index, chip] of cards) {
      const slot = world.use(createVpcdSlot({ host: '127.0.0.1', port: pcscd.ports[index] }));
      await slot.insert(await makeCard({ ...file, chip }, config, { now: new Date(), random: randomBytes }));
      // pcscd sees the card within half a second; -w waits for that, but only for a card that has not been seen yet.
      await opensc(index, 'opensc-tool', '-w', '-a');
    }
  });
  after(() => world.disposeAsync());

  async function opensc(reader: 0 | 1, program: string, ...options: string[]): Promise<string> {
    const env = { PATH: process.env['PATH'] ?? '', PCSCLITE_CSOCK_NAME: pcscd.socketName };
    const limits = { env, timeout: PROGRAM_DEADLINE_MS };
    const { stdout } = await run(findProgram(program, 'opensc'), ['-r', String(reader), ...options], limits);
    return stdout;
  }

  it('is a CNS card by its answer to reset', async () => {
    expect(await opensc(0, 'opensc-tool', '-n')).to.match(/^CNS card/);
  });

  it('has its personal data, its card id and its PIN where they belong', async () => {
    const dump = await opensc(0, 'pkcs15-tool', '--dump');
    expect(dump).to.contain("Data object 'EF_DatiPersonali'");
    expect(dump.replaceAll(/\s/g, '')).to.contain(Buffer.from('05CONTI06GIULIA').toString('hex').toUpperCase());
    expect(dump).to.contain(Buffer.from('0000000000000018').toString('hex').toUpperCase());
    expect(dump).to.match(/Reference +: 16 \(0x10\)/);
  });

  it('has a certificate that its issuer signed, and the key of that certificate', async () => {
    const certificate = new X509Certificate(await opensc(1, 'pkcs15-tool', '--read-certificate', '01'));
    const issuer = new X509Certificate(await readFile(join(folder, 'trust', 'cns-ca-specimen.der')));
    expect(certificate.verify(issuer.publicKey)).to.equal(true);

    const digest = createHash('sha256').update('specimen').digest();
    const [input, output] = [join(folder, 'digest'), join(folder, 'signature')];
    await writeFile(input, digest);
    await opensc(1, 'pkcs15-crypt', '--sign', '-k', '01', '-p', '12345', '--pkcs1', '--sha-256', '-i', input, '-o', output, '-R');
    const opened = publicDecrypt(certificate.publicKey, await readFile(output));
    expect(opened.subarray(-32)).to.deep.equal(digest);
  });
});
