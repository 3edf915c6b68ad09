// The npm packages, as package-lock.json fixes them, and the Node 24 that comes as one of them.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { nodeBinary, projectEnvironment, projectFolder, readJson } from './project.mjs';
import { mustRun } from './run-program.mjs';
import { SetUpError } from './set-up-error.mjs';

/**
 * Installs the npm packages when they are not the ones of package-lock.json.
 *
 * No package's install script runs but the one of `node`: mediasoup's would download or build its worker, those of
 * pcsclite and pkcs11js would build for whatever Node runs npm. Later steps of set-up do both properly. (`allowScripts` in package.json says
 * the same, but only to npm 11.16 and newer.)
 *
 * @param {object} options
 * @param {boolean} options.withDevelopment whether the packages of `devDependencies` are needed too
 * @param {(sentence: string) => void} options.report
 * @throws {SetUpError} when npm fails
 */
export async function ensureNpmPackages({ withDevelopment, report }) {
  if (!isInstalled({ withDevelopment })) {
    report(`installing the npm packages${withDevelopment ? '' : ' that running needs'}`);
    const parameters = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
    await npm('The npm packages could not be installed', withDevelopment ? parameters : [...parameters, '--omit=dev']);
  }
  if (!existsSync(nodeBinary)) {
    report('installing Node 24');
    await installNode();
  }
}

/**
 * Runs the install script of the package `node`, which brings Node's program and headers.
 *
 * @throws {SetUpError} when it does not bring the program
 */
export async function installNode() {
  await npm('Node 24 could not be installed', ['rebuild', 'node', '--ignore-scripts=false']);
  if (!existsSync(nodeBinary)) {
    throw new SetUpError('The npm package "node" was installed, but brought no program for this machine.');
  }
}

/** Where npm's command line program is: the npm that started us, or the first in PATH. */
export async function npmProgram() {
  const started = process.env.npm_execpath;
  if (started?.endsWith('npm-cli.js') && existsSync(started)) {
    return started;
  }
  const found = await mustRun('npm was not found', 'sh', ['-c', 'readlink -f "$(command -v npm)"']);
  return found.trim();
}

/**
 * The Node to run npm with: one that npm does not take away while it replaces `node_modules`. Scripts that npm starts run on
 * the Node of `node_modules` once it is there.
 *
 * @param {object} given
 * @param {string} given.execPath the program that runs now
 * @param {NodeJS.ProcessEnv} given.environment
 * @param {(file: string) => boolean} given.exists
 * @throws {SetUpError} when there is no other
 */
export function machineNode({ execPath, environment, exists }) {
  const inPath = (environment.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, 'node'));
  const candidates = [execPath, environment.npm_node_execpath, ...inPath];
  const isLasting = (file) => file && !file.split(path.sep).includes('node_modules') && exists(file);
  const found = candidates.find(isLasting);
  if (found === undefined) {
    throw new SetUpError('No Node but the one in node_modules was found; npm needs the one of this machine in PATH.');
  }
  return found;
}

async function npm(failure, parameters) {
  const environment = projectEnvironment({
    // mediasoup's install script leaves the worker alone when this has any value, should some npm run it all the same.
    MEDIASOUP_WORKER_BIN: 'set-up-provides-it',
    npm_config_engine_strict: 'false',
    NODE_ENV: '',
  });
  const node = machineNode({ execPath: process.execPath, environment: process.env, exists: existsSync });
  await mustRun(failure, node, [await npmProgram(), ...parameters], { folder: projectFolder, environment });
}

/**
 * Compares package-lock.json with the list of what is installed, which npm writes as the last thing of an installation.
 * Packages of other platforms, and development packages where they are not needed, may be missing.
 */
function isInstalled({ withDevelopment }) {
  const wanted = readJson(path.join(projectFolder, 'package-lock.json')).packages;
  let found;
  try {
    found = readJson(path.join(projectFolder, 'node_modules/.package-lock.json')).packages;
  } catch {
    return false;
  }
  return Object.entries(wanted).every(([where, { version, integrity, dev, devOptional, optional }]) => {
    const present = found[where];
    if (present === undefined) {
      const isWorkspace = !where.includes('node_modules/');
      return isWorkspace || optional || devOptional || (dev && !withDevelopment);
    }
    const sameContent = integrity === undefined || present.integrity === undefined || present.integrity === integrity;
    return present.version === version && sameContent;
  });
}
