import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { certificateType } from '@videosportello/protocol/messages/document.ts';
import { expect } from 'chai';

const run = promisify(execFile);
const tool = (name: string): string => fileURLToPath(new URL(`${name}.ts`, import.meta.url));

describe('certificates tool', function () {
  // Each command is a process of its own.
  this.timeout(60_000);
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
    expect(certificates.map(({ type }) => type)).to.deep.equal(certificateType.options);
    expect(certificates[0]?.number).to.match(/^\d{4}\/0000001$/);
    const files = certificateType.options.flatMap((type) => [`${type}.original.pdf`, `${type}.paper.pdf`]);
    expect(await readdir(folder)).to.have.members([...files, 'trust']);
    const checked = await run(process.execPath, [
      tool('stamp'),
      'check',
      join(folder, 'residence.paper.pdf'),
      '--trust',
      trust,
    ]);
    expect(checked.stdout).to.contain('VALID');
    expect((await run('pdfsig', ['-nocert', join(folder, 'residence.original.pdf')])).stdout).to.contain(
      'Signature is Valid',
    );
  });

  const misuses: readonly [name: string, args: readonly string[]][] = [
    ['a type that is not there', ['sample', '--type', 'nobility', '--out', 'x']],
    ['no place to write to', ['sample', '--type', 'residence']],
    ['an unknown command', ['print']],
    ['an unknown option', ['sample', '--colour']],
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
