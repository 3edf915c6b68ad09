// Runs a program of the machine and waits for its end.

import { spawn } from 'node:child_process';
import { SetUpError } from './set-up-error.mjs';

/**
 * Runs a program and collects what it writes.
 *
 * @param {string} program
 * @param {string[]} parameters
 * @param {object} [options]
 * @param {string} [options.folder] working folder; default: ours
 * @param {NodeJS.ProcessEnv} [options.environment] default: ours
 * @param {number} [options.timeout] milliseconds after which it is killed; default: 30 minutes
 * @param {'ignore' | 'inherit'} [options.stdin] default: `ignore`
 * @returns {Promise<{ ok: boolean, output: string, errors: string }>} `ok` when it ended with status 0 in time
 * @throws {SetUpError} when it cannot be started
 */
export async function runProgram(program, parameters, options = {}) {
  const { folder, environment, timeout = 30 * 60_000, stdin = 'ignore' } = options;
  const stdio = [stdin, 'pipe', 'pipe'];
  const child = spawn(program, parameters, { cwd: folder, env: environment, stdio });
  const output = [];
  const errors = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => errors.push(chunk));
  // Not spawn's own time-out: that one keeps this process alive when the program cannot be started.
  const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
  const status = await new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new SetUpError(`"${program}" cannot be started: ${error.message}`)));
    child.once('close', resolve);
  }).finally(() => clearTimeout(timer));
  return { ok: status === 0, output: Buffer.concat(output).toString(), errors: Buffer.concat(errors).toString() };
}

/**
 * Runs a program that must succeed; same options as `runProgram`.
 *
 * @param {string} failure the sentence that begins the error message, without a full stop
 * @returns {Promise<string>} what it wrote on stdout
 * @throws {SetUpError} when it does not succeed, with the last lines that it wrote
 */
export async function mustRun(failure, program, parameters, options) {
  const { ok, output, errors } = await runProgram(program, parameters, options);
  if (!ok) {
    const lastLines = `${output}\n${errors}`.trim().split('\n').slice(-20).join('\n');
    throw new SetUpError(`${failure}. "${[program, ...parameters].join(' ')}" said:\n${lastLines}`);
  }
  return output;
}
