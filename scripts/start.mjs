// npm start: sets up what is missing, then runs a whole town on this machine until it is stopped.

import path from 'node:path';
import { setUpOrExit } from './setup.mjs';
import { projectEnvironment, projectFolder } from './setup/project.mjs';
import { runToEnd } from './run-to-end.mjs';

const { nodeBinary, workerBinary } = await setUpOrExit({ forTests: false });
const town = [path.join(projectFolder, 'deploy/town.ts'), '--demo', ...process.argv.slice(2)];
process.exitCode = await runToEnd(nodeBinary, town, projectEnvironment({ MEDIASOUP_WORKER_BIN: workerBinary }));
