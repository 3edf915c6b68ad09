/** The virtual CIE through real pcscd, read by libmrtd's mrtdreader with BAC, on a PC/SC reader in place of libnfc's. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { readCitizens } from '../../cie/card-holder.ts';
import type { CardImage } from '../../cie/card-image.ts';
import { personalise } from '../../cie/personalise.ts';
import { readPortrait } from '../../cie/portraits.ts';
import { createVirtualCie } from '../../cie/virtual-cie.ts';
import { createVpcdSlot } from '../../cie/vpcd-slot.ts';
import { createCountrySigner } from '../../authority/country-signer.ts';
import { startPcscd } from '../pcscd.ts';
import type { PcscdPeer } from '../pcscd.ts';
import { findProgram } from '../peer-process.ts';

const run = promisify(execFile);
const SOURCE = fileURLToPath(new URL('nfc-over-pcsc.c', import.meta.url));
const CITIZENS = new URL('../../../../deploy/demo/citizens.json', import.meta.url);
const VALIDITY = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2040-01-01T00:00:00Z') };
const DEADLINE_MS = 60_000;
const PROGRAM_DEADLINE_MS = 30_000;

describe('virtual CIE with mrtdreader', function () {
  this.timeout(DEADLINE_MS);
  const world = new AsyncDisposableStack();
  let folder: string;
  let library: string;
  let pcscd: PcscdPeer;
  let image: CardImage;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mrtd-'));
    world.defer(() => rm(folder, { recursive: true, force: true }));
    library = join(folder, 'nfc-over-pcsc.so');
    const flags = ['-shared', '-fPIC', '-I/usr/include/PCSC', '-o', library, SOURCE, '-lpcsclite'];
    await run(findProgram('gcc', 'gcc'), flags).catch((cause: unknown) => {
      throw new Error('The library does not compile; it needs the Debian packages libnfc-dev and libpcsclite-dev.', { cause });
    });
    const [giulia] = await readCitizens(CITIZENS);
    if (giulia === undefined) throw new Error('The demo town has nobody.');
    const country = await createCountrySigner({ validity: VALIDITY, keyKind: 'rsa-2048' });
    const authority = await country.issueDocumentSigner({ validity: VALIDITY });
    const photo = await readPortrait('giulia');
    image = personalise(giulia, { authority, photo, issueDate: new Date('2021-03-14T00:00:00Z') });
    pcscd = world.use(await startPcscd({ directory: folder }));
    const slot = world.use(createVpcdSlot({ host: '127.0.0.1', port: pcscd.ports[0] }));
    await slot.insert(createVirtualCie(image, { random: randomBytes }));
    await run(findProgram('opensc-tool', 'opensc'), ['-r', '0', '-w', '-a'], environment());
  });
  after(() => world.disposeAsync());

  /** mrtdreader leaves the photo in its working folder. */
  function environment(preload: Record<string, string> = {}) {
    const env = { PATH: process.env['PATH'] ?? '', PCSCLITE_CSOCK_NAME: pcscd.socketName, ...preload };
    return { env, cwd: folder, timeout: PROGRAM_DEADLINE_MS };
  }

  async function read(documentNumber: string): Promise<string> {
    const options = ['-p', documentNumber, '-b', '850314', '-e', '310314'];
    const program = findProgram('mrtdreader', 'mrtdreader');
    const { stdout } = await run(program, options, environment({ LD_PRELOAD: library })).catch((error: unknown) => {
      if (error instanceof Error && 'stdout' in error) return { stdout: String(error.stdout) };
      throw error;
    });
    return stdout;
  }

  it('opens by BAC and is read under secure messaging, file by file', async () => {
    const said = await read('CA00001AA');
    expect(said).to.contain('Challenge successful!');
    const files = [...said.matchAll(/File content: ([0-9a-f]+)/g)].map(([, content]) => content);
    const content = (fileId: number): string =>
      Buffer.from(image.application.find((file) => file.fileId === fileId)?.content ?? []).toString('hex');
    expect(files[0]).to.equal(content(0x011e));
    expect(files).to.include(content(0x011d));
    expect(said).to.contain('C<ITACA00001AA1<<<<<<<<<<<<<<<8503149F3103142ITA<<<<<<<<<<<6CONTI<<GIULIA<<<');
    expect((await readFile(join(folder, 'image.jpg'))).equals(await readPortrait('giulia')), 'the photo').to.equal(true);
  });

  it('does not open with another document number', async () => {
    const said = await read('CA00001AB');
    expect(said).to.contain('Target found!').and.not.contain('File content');
  });
});
