// Runs a tool of the project under its own Node 24: node scripts/run.mjs FILE ARGUMENTS…
// Writes nothing on stdout itself, so that a tool's output can be read by a program.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { presentWorker } from './setup/media-worker.mjs';
import { nodeBinary, projectEnvironment, projectFolder } from './setup/project.mjs';
import { runToEnd } from './run-to-end.mjs';

const [file, ...parameters] = process.argv.slice(2);

if (file === undefined) {
  process.stderr.write('Usage: node scripts/run.mjs FILE ARGUMENTS…\n');
  process.exit(2);
}
if (!existsSync(nodeBinary) || !existsSync(path.join(projectFolder, 'node_modules/.package-lock.json'))) {
  process.stderr.write('This copy of the project is not set up yet: run "npm start" once.\n');
  process.exit(1);
}
const worker = presentWorker();
const environment = projectEnvironment(worker === undefined ? {} : { MEDIASOUP_WORKER_BIN: worker });
process.exitCode = await runToEnd(nodeBinary, [path.resolve(projectFolder, file), ...parameters], environment);
