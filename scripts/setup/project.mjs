// Where things are in this project: the folders and programs that set-up makes and the scripts use.

import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root folder of the project. */
export const projectFolder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** What set-up remembers about this copy of the project; git ignores it. */
export const stateFolder = path.join(projectFolder, '.cache');

/** What set-up keeps for every copy of the project that this user has. */
export const sharedCacheFolder = path.join(
  process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'),
  'videosportello',
);

/** The Node 24 that runs the project, from the npm package `node`. It is there once the npm packages are. */
export const nodeBinary = path.join(projectFolder, 'node_modules/node/bin/node');

/**
 * The folder of the npm package that holds Node's program and, below `include/node`, its headers.
 * Depending on npm's version it lies inside the package `node` or beside it.
 *
 * @returns {string | undefined} undefined when it is not installed
 */
export function nodeHeadersFolder() {
  const name = `node-linux-${process.arch}`;
  const candidates = [
    path.join(projectFolder, 'node_modules/node/node_modules', name),
    path.join(projectFolder, 'node_modules', name),
  ];
  return candidates.find((folder) => existsSync(path.join(folder, 'include/node/node.h')));
}

/** The version of an installed npm package. Throws when it is not installed. */
export function installedVersion(packageName) {
  return readJson(path.join(projectFolder, 'node_modules', packageName, 'package.json')).version;
}

/** Reads a JSON file. Throws when it is missing or not JSON. */
export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The environment in which the project's programs run: Node 24 and the installed tools come first in PATH. */
export function projectEnvironment(additions = {}) {
  const folders = [path.dirname(nodeBinary), path.join(projectFolder, 'node_modules/.bin'), process.env.PATH];
  return { ...process.env, PATH: folders.filter(Boolean).join(path.delimiter), ...additions };
}
