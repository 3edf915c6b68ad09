// The three pages, bundled by Vite when their sources are newer than the bundle.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nodeBinary, projectEnvironment, projectFolder, stateFolder } from './project.mjs';
import { mustRun } from './run-program.mjs';

const apps = ['kiosk-client', 'operator-console', 'certificates/checker'];

/** What a page may be made of besides its own folder: the protocol, the doors of the services, and the packages. */
const sharedSources = [
  'protocol',
  'web-parts',
  'queue-service/client',
  'sfu-server/client',
  'certificates/client',
  'certificates/src/signature', // with the next two, what the checking page runs of its service
  'certificates/src/stamp',
  'certificates/src/trust',
  'device-drivers/client',
  'package-lock.json',
];

/**
 * Bundles each page whose sources are not those of its present bundle. A folder without a Vite configuration is no page yet.
 *
 * @param {object} options
 * @param {(sentence: string) => void} options.report
 * @throws {SetUpError} when a page does not build
 */
export async function ensureWebApps({ report }) {
  for (const app of apps) {
    const folder = path.join(projectFolder, app);
    const isPage = existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('vite.config.'));
    if (!isPage) {
      continue;
    }
    const stamp = path.join(stateFolder, 'web-apps', app.replaceAll('/', '-'));
    const sources = hashOf([app, ...sharedSources]);
    if (existsSync(path.join(folder, 'dist')) && readStamp(stamp) === sources) {
      continue;
    }
    report(`bundling ${app}`);
    const vite = path.join(projectFolder, 'node_modules/vite/bin/vite.js');
    const options = { folder, environment: projectEnvironment({ NODE_ENV: 'production' }) };
    await mustRun(`${app} could not be bundled`, nodeBinary, [vite, 'build'], options);
    mkdirSync(path.dirname(stamp), { recursive: true });
    writeFileSync(stamp, sources);
  }
}

function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function hashOf(sources) {
  const hash = createHash('sha256');
  for (const file of sources.flatMap(filesAt)) {
    hash.update(`${file}\0`).update(readFileSync(path.join(projectFolder, file))).update('\0');
  }
  return hash.digest('hex');
}

/** All files at or below a path, but for tests, bundles and packages; sorted by name in each folder. */
function filesAt(place) {
  const full = path.join(projectFolder, place);
  if (!existsSync(full)) {
    return [];
  }
  if (place === 'package-lock.json') {
    return [place];
  }
  const entries = readdirSync(full, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const inside = `${place}/${entry.name}`;
    if (entry.isDirectory()) {
      return entry.name === 'node_modules' || entry.name === 'dist' ? [] : filesAt(inside);
    }
    return entry.isFile() && !entry.name.endsWith('.test.ts') ? [inside] : [];
  });
}
