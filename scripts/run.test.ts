import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';

const program = path.join(import.meta.dirname, 'run.mjs');

describe('running a tool of the project', () => {
  let folder: string;
  let tool: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'run-'));
    tool = path.join(folder, 'tool.mts');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('runs TypeScript under Node 24, with its parameters, and adds nothing to its output', async () => {
    await writeFile(tool, 'const [, , ...given]: string[] = process.argv; console.log(process.versions.node, given.join());');
    const child = spawn(process.execPath, [program, tool, 'one', '--two'], { stdio: ['ignore', 'pipe', 'inherit'] });
    expect(await text(child.stdout)).to.match(/^24\.\S+ one,--two\n$/);
  });

  it('ends with the status of the tool', async () => {
    await writeFile(tool, 'process.exitCode = 7;');
    const [status] = await once(spawn(process.execPath, [program, tool], { stdio: 'inherit' }), 'exit');
    expect(status).to.equal(7);
  });

  it('passes a signal on, and waits for the tool to end in its own way', async () => {
    await writeFile(
      tool,
      "const beat = setInterval(() => {}, 1000); process.on('SIGTERM', () => { clearInterval(beat); process.exitCode = 3; }); console.log('up');",
    );
    const child = spawn(process.execPath, [program, tool], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    const [status] = await once(child, 'exit');
    expect(status).to.equal(3);
  });

  it('ends with status 2 and a line on stderr when no tool is named', async () => {
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'exit');
    expect(await text(child.stdout)).to.equal('');
    expect(await text(child.stderr)).to.include('Usage');
    expect((await ended)[0]).to.equal(2);
  });
});
