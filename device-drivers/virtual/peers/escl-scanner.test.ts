/** The scanner against scanimage and SANE's eSCL client. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { startEsclScanner } from './escl-scanner.ts';
import type { EsclScannerPeer } from './escl-scanner.ts';

const SHEET = fileURLToPath(new URL('../bench/sheet/specimen-sheet.pdf', import.meta.url));

describe('eSCL scanner', () => {
  let directory: string;
  let scanner: EsclScannerPeer;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'escl-test-'));
    scanner = await startEsclScanner({ directory });
  });
  after(async () => {
    await scanner[Symbol.asyncDispose]();
    await scanner[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  /** Exit code of scanimage and the size of its PNG (W3C PNG, 11.2.2). */
  function scan(...options: string[]): Promise<{ exit: unknown; size?: [number, number] }> {
    return new Promise((resolve) => {
      execFile(
        'scanimage',
        ['-d', scanner.device, '--format=png', ...options],
        { env: { PATH: process.env['PATH'] ?? '', SANE_CONFIG_DIR: scanner.configDirectory }, encoding: 'buffer', maxBuffer: 64_000_000 },
        (error, png) => {
          if (error !== null) resolve({ exit: error.code });
          else resolve({ exit: 0, size: [png.readUInt32BE(16), png.readUInt32BE(20)] });
        },
      );
    });
  }

  it('has no documents until a sheet is put in, and after it is taken', async () => {
    expect(scanner.sheet).to.equal(null);
    expect(await scan()).to.deep.equal({ exit: 7 });
    await scanner.putSheet(SHEET);
    expect(scanner.sheet).to.equal(SHEET);
    expect(await scan('--resolution', '100')).to.deep.equal({ exit: 0, size: [827, 1169] });
    await scanner.takeSheet();
    expect(await scan()).to.deep.equal({ exit: 7 });
  });

  it('gives the asked resolution and part of the page, colour or grey', async () => {
    await scanner.putSheet(SHEET);
    expect(await scan('--resolution', '300')).to.deep.equal({ exit: 0, size: [2480, 3508] });
    const part = await scan('--mode', 'Gray', '--resolution', '150', '-x', '100', '-y', '50');
    expect(part.exit).to.equal(0);
    expect(part.size?.[0]).to.be.closeTo(591, 1);
    expect(part.size?.[1]).to.be.closeTo(295, 1);
  });

  it('takes only a PDF, and keeps the sheet it had', async () => {
    await scanner.putSheet(SHEET);
    const picture = join(directory, 'picture.ppm');
    await writeFile(picture, 'P6\n1 1\n255\nxyz');
    const refused = await scanner.putSheet(picture).then(() => undefined, (error: unknown) => error);
    expect(refused).to.have.property('code', 'unreadable');
    expect(scanner.sheet).to.equal(SHEET);
  });

  it('refuses settings it does not offer, and forgets a job that was fetched', async () => {
    await scanner.putSheet(SHEET);
    const url = scanner.device.replace('escl:', '');
    const settings = (dpi: string, width: string): string =>
      `<s><Height>300</Height><Width>${width}</Width><XOffset>0</XOffset><YOffset>0</YOffset>` +
      `<ColorMode>RGB24</ColorMode><XResolution>${dpi}</XResolution></s>`;
    const open = (body: string): Promise<Response> => fetch(`${url}/eSCL/ScanJobs`, { method: 'POST', body });
    for (const body of ['', settings('301', '300'), settings('300', '99999'), settings('300', '0'), settings('-r', '300')]) {
      expect((await open(body)).status, body).to.equal(400);
    }
    const job = (await open(settings('75', '300'))).headers.get('location') ?? '';
    const next = async (): Promise<number> => {
      const answer = await fetch(`${job}/NextDocument`);
      await answer.arrayBuffer();
      return answer.status;
    };
    expect([await next(), await next()]).to.deep.equal([200, 404]);
    expect((await fetch(job, { method: 'DELETE' })).status).to.equal(404);
    expect((await fetch(`${url}/eSCL/Other`)).status).to.equal(404);
  });
});
