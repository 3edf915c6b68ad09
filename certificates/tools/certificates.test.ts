import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { certificateType } from '@videosportello/protocol/messages/document.ts';
import { expect } from 'chai';
import { checkPaper } from '../src/stamp/check-paper.ts';
import { readPaper } from '../src/stamp/read-stamps.ts';
import { loadTrustFolder } from '../src/trust/trust-folder.ts';

const run = promisify(execFile);
const tool = (name: string): string => fileURLToPath(new URL(`${name}.ts`, import.meta.url));

describe('certificates tool', function () {
  // Each command is a process of its own, and there are some dozens of files.
  this.timeout(240_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sample-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('writes samples that the stamp tool finds valid with the bundle beside them', async () => {
    const { stdout } = await run(process.execPath, [
      tool('certificates'),
      'sample',
      '--type',
      'all',
      '--out',
      folder,
      '--json',
    ]);
    const { certificates, trust } = JSON.parse(stdout) as {
      certificates: { type: string; number: string }[];
      trust: string;
    };
    const types = certificateType.options;
    expect(certificates.map(({ type }) => type)).to.deep.equal(types);
    expect(certificates[0]?.number).to.match(/^\d{4}\/0000001$/);
    expect(await readdir(folder)).to.have.members([
      ...types.flatMap((type) => [`${type}.original.pdf`, `${type}.paper.pdf`]),
      'trust',
    ]);
    const bundle = await loadTrustFolder(trust);
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Rome' }).format(new Date());
    for (const type of types) {
      const { stamps, pages } = await readPaper(await readFile(join(folder, `${type}.paper.pdf`)));
      const checks = await checkPaper(stamps.map(({ seal }) => seal), pages, bundle, today);
      expect(checks.map(({ status }) => status), type).to.deep.equal(['VALID']);
    }
    const paper = join(folder, 'residence.paper.pdf');
    expect((await run(process.execPath, [tool('stamp'), 'check', paper, '--trust', trust])).stdout).to.match(/^VALID/);
  });

  it('writes samples in each language and edition, which stay valid; outside tools find file and seal in order', async () => {
    for (const form of [['--language', 'it-de'], ['--language', 'it-en', '--edition', 'large-print']]) {
      for (const type of ['household', 'marriage']) {
        await run(process.execPath, [tool('certificates'), 'sample', '--type', type, '--out', folder, ...form]);
        const paper = join(folder, `${type}.paper.pdf`);
        const checked = await run(process.execPath, [tool('stamp'), 'check', paper, '--trust', join(folder, 'trust')]);
        expect(checked.stdout).to.match(/^VALID/);
        const original = join(folder, `${type}.original.pdf`);
        expect((await run('pdfsig', ['-nocert', original])).stdout)
          .to.contain('Signature is Valid')
          .and.to.contain('Total document signed');
        for (const file of [paper, original]) expect((await run('qpdf', ['--check', file])).stdout).to.contain('No syntax');
      }
    }
  });

  const misuses: readonly [name: string, args: readonly string[]][] = [
    ['a type that is not there', ['sample', '--type', 'nobility', '--out', 'x']],
    ['no place to write to', ['sample', '--type', 'residence']],
    ['an unknown command', ['print']],
    ['an unknown option', ['sample', '--colour']],
    ['a language that is not there', ['sample', '--out', 'x', '--language', 'la']],
    ['a folder without a register', ['register', 'verify', '--data', join(tmpdir(), 'no-such-register')]],
  ];
  for (const [name, args] of misuses) {
    it(`answers ${name} with a sentence, the usage and status 2`, async () => {
      const failed: unknown = await run(process.execPath, [tool('certificates'), ...args]).catch(
        (error: unknown) => error,
      );
      expect(failed).to.have.property('code', 2);
      expect(failed).to.have.property('stderr').that.contains('certificates sample').and.does.not.contain('    at ');
    });
  }
});
