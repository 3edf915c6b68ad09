// Runs one check, or one set of mocha files, to its end or its deadline, and counts.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { projectFolder } from './setup/project.mjs';

const graceForTermination = 5_000;

/**
 * @typedef {object} Result
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} failures one line for each thing that makes the run fail
 */

/**
 * Runs a check that either passes or fails; it counts as one test.
 *
 * @param {object} options
 * @param {string} options.name what it is called when it fails
 * @param {string} options.nodeBinary
 * @param {string[]} options.parameters the check's program and its parameters
 * @param {NodeJS.ProcessEnv} options.environment
 * @param {number} options.deadline milliseconds after which it is killed and counts as failed
 * @returns {Promise<Result>}
 */
export async function runCheck({ name, nodeBinary, parameters, environment, deadline }) {
  const { status, late } = await runGroup(nodeBinary, parameters, environment, deadline);
  if (status === 0 && !late) {
    return { passed: 1, failed: 0, failures: [] };
  }
  return { passed: 0, failed: 1, failures: [late ? `${name}: not done after ${minutes(deadline)}` : name] };
}

/**
 * Runs test files under mocha and counts their tests. A run that has no tests, does not end, or leaves something running
 * counts as one more failed test. With `CI` set, so does each skipped test.
 *
 * @param {object} options
 * @param {string} options.name what the run is called when it fails
 * @param {string} options.nodeBinary
 * @param {string[]} options.files
 * @param {NodeJS.ProcessEnv} options.environment
 * @param {number} options.deadline milliseconds after which it is killed and counts as failed
 * @returns {Promise<Result>}
 */
export async function runMocha({ name, nodeBinary, files, environment, deadline }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'videosportello-test-'));
  try {
    const totalsFile = path.join(folder, 'totals.json');
    const mocha = path.join(projectFolder, 'node_modules/mocha/bin/mocha.js');
    const reporter = path.join(projectFolder, 'scripts/mocha-reporter.mjs');
    const parameters = [mocha, '--forbid-only', '--reporter', reporter, ...files];
    const withTotals = { ...environment, TEST_TOTALS_FILE: totalsFile };
    const { status, late } = await runGroup(nodeBinary, parameters, withTotals, deadline);
    return count({ name, totals: readTotals(totalsFile), status, late, deadline });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns {import('./mocha-reporter.mjs').Totals | undefined} undefined when the run did not come as far as its tests */
function readTotals(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function count({ name, totals, status, late, deadline }) {
  if (totals === undefined) {
    return { passed: 0, failed: 1, failures: [`${name}: ended with status ${status} before the first test`] };
  }
  const { passed, failed, pending, lastStarted, ended, keptAliveBy } = totals;
  const failures = failed > 0 ? [`${name}: ${failed} failed`] : [];
  if (process.env.CI) {
    failures.push(...pending.map((title) => `${name}: skipped: ${title}`));
  }
  const faults = [];
  if (late) {
    faults.push(`${name}: not done after ${minutes(deadline)}; last started: ${lastStarted || 'nothing'}`);
  } else if (!ended) {
    faults.push(`${name}: ended with status ${status} in the middle; last started: ${lastStarted || 'nothing'}`);
  } else if (keptAliveBy.length > 0) {
    faults.push(`${name}: the tests leave something running: ${keptAliveBy.join(', ')}`);
  } else if (passed + failed + pending.length === 0) {
    faults.push(`${name}: no tests in the files`);
  } else if (failed === 0 && status !== 0) {
    faults.push(`${name}: no test failed, but the status is ${status}`);
  }
  const skipped = process.env.CI ? pending.length : 0;
  return { passed, failed: failed + skipped + faults.length, failures: [...failures, ...faults] };
}

/** Runs Node in a process group of its own, so that nothing it started outlives its deadline or our end. */
async function runGroup(nodeBinary, parameters, environment, deadline) {
  const stdio = ['ignore', 'inherit', 'inherit'];
  const child = spawn(nodeBinary, parameters, { cwd: projectFolder, env: environment, stdio, detached: true });
  let late = false;
  let killTimer;
  const terminate = () => {
    killGroup(child.pid, 'SIGTERM');
    killTimer ??= setTimeout(() => killGroup(child.pid, 'SIGKILL'), graceForTermination);
  };
  const timer = setTimeout(
    () => {
      late = true;
      terminate();
    },
    Math.max(0, deadline),
  );
  const stop = (signal) => {
    terminate();
    child.once('exit', () => process.exit(128 + os.constants.signals[signal]));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const status = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? signal));
    });
    return { status, late };
  } finally {
    clearTimeout(timer);
    clearTimeout(killTimer);
    process.off('SIGINT', stop).off('SIGTERM', stop);
    killGroup(child.pid, 'SIGKILL');
  }
}

function killGroup(leader, signal) {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') {
      throw error;
    }
  }
}

function minutes(milliseconds) {
  return `${(milliseconds / 60_000).toFixed(1)} min`;
}
