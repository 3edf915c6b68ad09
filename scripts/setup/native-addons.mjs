// Native bindings that are built on this machine, for the Node 24 of this project.

import path from 'node:path';
import { createRequire } from 'node:module';
import { installNode, npmProgram } from './npm-packages.mjs';
import { nodeBinary, nodeHeadersFolder, projectEnvironment, projectFolder } from './project.mjs';
import { mustRun, runProgram } from './run-program.mjs';
import { SetUpError } from './set-up-error.mjs';

const addons = ['pcsclite', 'pkcs11js'];

/**
 * Builds the native bindings that Node 24 cannot load. Loading is tried each time: it takes no longer than reading a note
 * about it, and notices a new Node or a new system library.
 *
 * @param {object} options
 * @param {(sentence: string) => void} options.report
 * @throws {SetUpError} when a binding does not build, or does not load once built
 */
export async function ensureNativeAddons({ report }) {
  for (const addon of addons) {
    if ((await load(addon)).ok) {
      continue;
    }
    report(`building the native binding ${addon}`);
    await build(addon);
    const { ok, errors } = await load(addon);
    if (!ok) {
      throw new SetUpError(`The native binding ${addon} was built, but Node 24 cannot load it:\n${errors.trim()}`);
    }
  }
}

function load(addon) {
  return runProgram(nodeBinary, ['-e', `require('${addon}')`], { folder: projectFolder, timeout: 30_000 });
}

async function build(addon) {
  if (nodeHeadersFolder() === undefined) {
    await installNode();
  }
  const headers = nodeHeadersFolder();
  if (headers === undefined) {
    throw new SetUpError('The npm package "node" brought no headers, so native bindings cannot be built.');
  }
  const nodeGyp = createRequire(await npmProgram()).resolve('node-gyp/bin/node-gyp.js');
  await mustRun(`The native binding ${addon} could not be built`, nodeBinary, [nodeGyp, 'rebuild'], {
    folder: path.join(projectFolder, 'node_modules', addon),
    environment: projectEnvironment({ npm_config_nodedir: headers }),
  });
}
