// Brings this machine from a bare clone to one that runs the project. Whatever is there already is left alone.

import path from 'node:path';
import { exclusively } from './setup/exclusive.mjs';
import { ensureMediaWorker, presentWorker } from './setup/media-worker.mjs';
import { ensureNativeAddons } from './setup/native-addons.mjs';
import { ensureNpmPackages } from './setup/npm-packages.mjs';
import { nodeBinary, stateFolder } from './setup/project.mjs';
import { SetUpError } from './setup/set-up-error.mjs';
import { ensureSystemPackages, forRunning, forTests, forWorkerBuild } from './setup/system-packages.mjs';
import { ensureWebApps } from './setup/web-apps.mjs';

/**
 * Sets up what is missing, one step after the other, and says what it does. Two set-ups of one copy of the project wait
 * for each other.
 *
 * @param {object} options
 * @param {boolean} options.forTests whether to install also what only tests need. The pages are not bundled then: a page that
 *   does not build must not keep the other tests from running, so the test run calls `bundlePages` as one of its checks
 * @returns {Promise<{ nodeBinary: string, workerBinary: string }>} the programs to run the project with
 * @throws {SetUpError} when something is missing that cannot be set up; the message says what to do
 */
export async function setUp({ forTests: withTests }) {
  const report = createReport();
  const workerBinary = await whileOthersWait(report, async () => {
    const wanted = withTests ? [...forRunning, ...forTests] : forRunning;
    await ensureSystemPackages(wanted, { likelyNext: workerIsPresent() ? [] : forWorkerBuild, report });
    await ensureNpmPackages({ withDevelopment: withTests, report });
    await ensureNativeAddons({ report });
    const worker = await ensureMediaWorker({ report });
    if (!withTests) {
      await ensureWebApps({ report });
    }
    return worker;
  });
  report('everything is set up');
  return { nodeBinary, workerBinary };
}

/**
 * Runs set-up for a script: a failure is told in plain words and ends the process with status 1.
 *
 * @param {Parameters<typeof setUp>[0]} options
 * @returns {ReturnType<typeof setUp>}
 */
export async function setUpOrExit(options) {
  try {
    return await setUp(options);
  } catch (error) {
    if (!(error instanceof SetUpError)) {
      throw error;
    }
    process.stderr.write(`\n${error.message}\n`);
    process.exit(1);
  }
}

/**
 * Bundles the pages whose sources have changed; the last step of set-up, for those who called it without.
 *
 * @throws {SetUpError} when a page does not build
 */
export async function bundlePages() {
  const report = createReport();
  await whileOthersWait(report, () => ensureWebApps({ report }));
}

function whileOthersWait(report, action) {
  const onWait = (owner) => report(`waiting for the set-up that process ${owner} is doing`);
  return exclusively(path.join(stateFolder, 'set-up.lock'), onWait, action);
}

/** Before the npm packages are there, nobody can tell which worker is needed. */
function workerIsPresent() {
  try {
    return presentWorker() !== undefined;
  } catch {
    return false;
  }
}

function createReport() {
  const begin = performance.now();
  return (sentence) => {
    const seconds = (performance.now() - begin) / 1000;
    process.stdout.write(`[set-up ${seconds.toFixed(1)} s] ${sentence}\n`);
  };
}
