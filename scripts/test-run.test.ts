import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';

/** Calls runMocha as scripts/test.mjs does, and prints its result as the last line. */
const caller = `
  import { runMocha } from ${JSON.stringify(path.join(import.meta.dirname, 'test-run.mjs'))};
  const [file, deadline] = process.argv.slice(1);
  const { CI, ...environment } = process.env;
  const run = { name: 'RUN', nodeBinary: process.execPath, files: [file], environment, deadline: Number(deadline) };
  console.log('\\n' + JSON.stringify(await runMocha(run)));
`;

const minute = 60_000;

interface Result {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly string[];
}

describe('a run of tests', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'test-run-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('counts what passed and what failed', async () => {
    const result = await run("it('a', () => {}); it('b', () => { throw new Error('wrong'); }); it('c', () => {});");
    expect(result).to.deep.equal({ passed: 2, failed: 1, failures: ['RUN: 1 failed'] });
  });

  it('counts a skipped test as failed on the CI machine, and names it', async () => {
    // No skipped test: this is the text of a file that the runner is given, and it must be counted as a failure there.
    const result = await run("it('a', () => {}); describe('s', () => { it.skip('b', () => {}); });", { CI: 'true' });
    expect(result).to.deep.equal({ passed: 1, failed: 1, failures: ['RUN: skipped: s b'] });
  });

  it('lets a skipped test be on the desk of a person', async () => {
    // No skipped test either, but the text of such a file: where work is half done it must not be counted.
    const result = await run("it('a', () => {}); it.skip('b', () => {});", { CI: '' });
    expect(result).to.deep.equal({ passed: 1, failed: 0, failures: [] });
  });

  it('fails when there are no tests', async () => {
    const result = await run('export {};');
    expect(result).to.deep.equal({ passed: 0, failed: 1, failures: ['RUN: no tests in the files'] });
  });

  it('fails when only some of the tests were to run', async () => {
    // Nothing is left out here: this is the text of such a file, whose run must not be taken for a whole one.
    expect(await run("it.only('a', () => {}); it('b', () => {});")).to.have.property('failed', 1);
  });

  it('fails when a file cannot be loaded', async () => {
    const result = await run("import './is-not-there.mjs';");
    expect(result).to.deep.equal({
      passed: 0,
      failed: 1,
      failures: ['RUN: ended with status 1 before the first test'],
    });
  });

  it('names the test in which the process died', async () => {
    const result = await run("it('a', () => {}); it('b', () => { process.exit(0); });");
    expect(result).to.deep.equal({
      passed: 1,
      failed: 1,
      failures: ['RUN: ended with status 0 in the middle; last started: b'],
    });
  });

  it('names the test that did not end before the deadline', async () => {
    const endless = "it('a', function () { this.timeout(0); return new Promise(() => { setInterval(() => {}, 1000); }); });";
    const { failed, failures } = await run(endless, {}, 3_000);
    expect({ failed, failures }).to.deep.equal({
      failed: 1,
      failures: ['RUN: not done after 0.1 min; last started: a'],
    });
  });

  it('fails when a test leaves something running', async () => {
    const { passed, failed, failures } = await run("it('a', () => { setInterval(() => {}, 1000); });");
    expect({ passed, failed }).to.deep.equal({ passed: 1, failed: 1 });
    expect(failures.join()).to.match(/^RUN: the tests leave something running: .*\bTimeout\b/);
  });

  async function run(tests: string, variables: NodeJS.ProcessEnv = {}, deadline = minute): Promise<Result> {
    const file = path.join(folder, 'some.test.mjs');
    await writeFile(file, `${tests}\n`);
    const parameters = ['--input-type=module', '-e', caller, file, String(deadline)];
    return new Promise((resolve, reject) => {
      const options = { env: { ...process.env, ...variables }, timeout: 18_000 };
      execFile(process.execPath, parameters, options, (error, stdout) => {
        if (error !== null) {
          reject(error);
          return;
        }
        resolve(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
      });
    });
  }
});
