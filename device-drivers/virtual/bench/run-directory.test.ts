import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openRunDirectory } from './run-directory.ts';

const there = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

describe('run directory of the bench', () => {
  let data: string;
  let deadPid: number;
  const note = (content: object): Promise<void> => writeFile(join(data, 'run-directory.json'), JSON.stringify(content));

  before(async () => {
    const child = spawn('true');
    await once(child, 'exit');
    deadPid = child.pid ?? 0;
  });
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'run-directory-test-'));
  });
  afterEach(() => rm(data, { recursive: true, force: true }));

  it('is there until it is disposed, and so is its note', async () => {
    const directory = await openRunDirectory(data);
    expect(await there(directory.path)).to.equal(true);
    expect(await readFile(join(data, 'run-directory.json'), 'utf8')).to.include(directory.path);
    await directory[Symbol.asyncDispose]();
    expect(await there(directory.path)).to.equal(false);
    expect(await there(join(data, 'run-directory.json'))).to.equal(false);
  });

  it('of a killed bench is removed by the next one', async () => {
    const left = await mkdtemp(join(tmpdir(), 'vs-bench-'));
    await note({ pid: deadPid, directory: left });
    await using directory = await openRunDirectory(data);
    expect(directory.path).not.to.equal(left);
    expect(await there(left)).to.equal(false);
  });

  it('of a running bench stays, as does every folder that no bench made', async () => {
    const running = await mkdtemp(join(tmpdir(), 'vs-bench-'));
    const foreign = join(data, 'vs-bench-foreign');
    await mkdir(foreign);
    for (const content of [{ pid: process.pid, directory: running }, { pid: deadPid, directory: foreign }, { pid: 'x' }]) {
      await note(content);
      await (await openRunDirectory(data))[Symbol.asyncDispose]();
    }
    expect([await there(running), await there(foreign)]).to.deep.equal([true, true]);
    await rm(running, { recursive: true });
  });
});
