// The media worker: mediasoup's own prebuilt program where it can be downloaded, else one built on this machine, once.

import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildWorker, hashOfBuildFiles, isSoundWorker, WorkerBuildError } from '../../sfu-server/worker-build/build.mjs';
import { exclusively } from './exclusive.mjs';
import { installedVersion, nodeBinary, projectEnvironment, projectFolder, sharedCacheFolder } from './project.mjs';
import { runProgram } from './run-program.mjs';
import { SetUpError } from './set-up-error.mjs';
import { ensureSystemPackages, forWorkerBuild } from './system-packages.mjs';

const downloadDeadline = 20_000;
const workersFolder = path.join(sharedCacheFolder, 'media-worker');

/**
 * Where the worker for the installed mediasoup is kept: one per mediasoup version, build files and processor.
 *
 * @returns {string}
 */
function keptWorker() {
  const key = `${installedVersion('mediasoup')}-${hashOfBuildFiles()}-${process.arch}`;
  return path.join(workersFolder, key, 'mediasoup-worker');
}

/**
 * The worker to run with, if there is one already: the one `MEDIASOUP_WORKER_BIN` names, else the one kept.
 *
 * @returns {string | undefined}
 */
export function presentWorker() {
  if (process.env.MEDIASOUP_WORKER_BIN) {
    return process.env.MEDIASOUP_WORKER_BIN;
  }
  const kept = keptWorker();
  return existsSync(kept) ? kept : undefined;
}

/**
 * Makes sure there is a media worker that runs on this machine.
 *
 * @param {object} options
 * @param {(sentence: string) => void} options.report
 * @returns {Promise<string>} path of the worker, to be passed on in `MEDIASOUP_WORKER_BIN`
 * @throws {SetUpError} when it can be neither downloaded nor built
 */
export async function ensureMediaWorker({ report }) {
  const present = presentWorker();
  if (present !== undefined && (await isSoundWorker(present))) {
    return present;
  }
  if (process.env.MEDIASOUP_WORKER_BIN) {
    throw new SetUpError(`MEDIASOUP_WORKER_BIN names ${present}, which is not a media worker that runs on this machine.`);
  }
  const onWait = (owner) => report(`waiting for the media worker, which process ${owner} is building`);
  return exclusively(path.join(workersFolder, 'lock'), onWait, async () => {
    const kept = keptWorker();
    if (!(await isSoundWorker(kept))) {
      report('downloading the media worker');
      if (!(await download(kept))) {
        await build(kept, report);
      }
    }
    return kept;
  });
}

/**
 * Lets the package's own install script fetch the prebuilt worker and try it out. The script would build the worker where that
 * fails, by means that need further downloads: a Python that does nothing keeps it from trying.
 *
 * @returns {Promise<boolean>} whether the worker is now kept
 */
async function download(kept) {
  const folder = path.join(projectFolder, 'node_modules/mediasoup');
  const environment = projectEnvironment({ PYTHON: 'false' });
  delete environment.MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD;
  delete environment.MEDIASOUP_LOCAL_DEV;
  await runProgram(nodeBinary, ['npm-scripts.mjs', 'postinstall'], { folder, environment, timeout: downloadDeadline });
  const downloaded = path.join(folder, 'worker/out/Release/mediasoup-worker');
  if (!(await isSoundWorker(downloaded))) {
    return false;
  }
  mkdirSync(path.dirname(kept), { recursive: true });
  const unfinished = `${kept}.${process.pid}`;
  copyFileSync(downloaded, unfinished);
  renameSync(unfinished, kept);
  return true;
}

async function build(kept, report) {
  report('no prebuilt media worker can be had here; building it from the source in the npm package');
  await ensureSystemPackages(forWorkerBuild, { report });
  for (const abandoned of readdirSync(workersFolder).filter((name) => name.startsWith('building-'))) {
    rmSync(path.join(workersFolder, abandoned), { recursive: true, force: true });
  }
  const workFolder = mkdtempSync(path.join(workersFolder, 'building-'));
  try {
    await buildWorker({
      workerSource: path.join(projectFolder, 'node_modules/mediasoup/worker'),
      workFolder,
      output: kept,
      jobs: os.availableParallelism(),
      report,
    });
  } catch (error) {
    if (error instanceof WorkerBuildError) {
      throw new SetUpError(`The media worker could not be built. ${error.message}`);
    }
    throw error;
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}
