import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { expect } from 'chai';

/** Takes the lock, says so, and keeps it until its stdin ends. */
const owner = `
  import { exclusively } from ${JSON.stringify(path.join(import.meta.dirname, 'exclusive.mjs'))};
  const say = (word) => process.stdout.write(word + '\\n');
  await exclusively(process.argv[1], (other) => say('waiting for ' + other), async () => {
    say('has it');
    for await (const chunk of process.stdin) void chunk;
  });
  say('gave it back');
`;

interface Owner {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  /** The next line that it says. */
  says(): Promise<string>;
}

describe('what one process does at a time', () => {
  let folder: string;
  let owners: Owner[];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'exclusive-'));
    owners = [];
  });

  afterEach(async () => {
    for (const { process: child } of owners) {
      child.kill('SIGKILL');
    }
    await rm(folder, { recursive: true });
  });

  it('makes the second wait until the first is done, and say for whom', async () => {
    const first = start();
    expect(await first.says()).to.equal('has it');
    const second = start();
    expect(await second.says()).to.equal(`waiting for ${first.process.pid}`);
    first.process.stdin.end();
    expect(await first.says()).to.equal('gave it back');
    expect(await second.says()).to.equal('has it');
  });

  it('is free again when its owner was killed', async () => {
    const first = start();
    expect(await first.says()).to.equal('has it');
    first.process.kill('SIGKILL');
    await once(first.process, 'exit');
    expect(await start().says()).to.equal('has it');
  });

  function start(): Owner {
    const parameters = ['--input-type=module', '-e', owner, path.join(folder, 'lock')];
    const child = spawn(process.execPath, parameters, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const says = async (): Promise<string> => {
      const line = await lines.next();
      return line.done === true ? 'nothing more' : line.value;
    };
    const started = { process: child, says };
    owners.push(started);
    return started;
  }
});
