// npm test: sets up what is missing, then checks everything and closes with a line "N passed, N failed".
// With --only STEP, one step alone: types, layers, lint, pages, unit or e2e (which bundles the pages first).

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { bundlePages, setUpOrExit } from './setup.mjs';
import { projectEnvironment, projectFolder } from './setup/project.mjs';
import { SetUpError } from './setup/set-up-error.mjs';
import { runCheck, runMocha } from './test-run.mjs';

const steps = { types, layers, lint, pages, unit, e2e };

const minute = 60_000;
const deadlines = { check: 10 * minute, unit: 40 * minute, e2e: 25 * minute };

const chosen = chosenSteps(process.argv.slice(2));
const { nodeBinary, workerBinary } = await setUpOrExit({ forTests: true });
const environment = projectEnvironment({ MEDIASOUP_WORKER_BIN: workerBinary });
const results = [];
for (const step of chosen) {
  results.push(...(await steps[step]()));
}
close(results);

function chosenSteps(parameters) {
  if (parameters.length === 0) {
    return Object.keys(steps);
  }
  const [option, step, ...rest] = parameters;
  if (option !== '--only' || !Object.hasOwn(steps, step ?? '') || rest.length > 0) {
    process.stderr.write(`Usage: npm test [-- --only ${Object.keys(steps).join('|')}]\n`);
    process.exit(2);
  }
  return step === 'e2e' ? ['pages', 'e2e'] : [step];
}

async function types() {
  const configurations = [
    'tsconfig.json',
    'kiosk-client/tsconfig.json',
    'operator-console/tsconfig.json',
    'certificates/checker/tsconfig.json',
    'sfu-server/client/tsconfig.json',
    'sfu-server/client/frame-gate/worker/tsconfig.json',
    'bench/call/tsconfig.json',
    'e2e/tsconfig.json',
  ].filter((file) => existsSync(path.join(projectFolder, file)));
  const compiler = path.join(projectFolder, 'node_modules/typescript/bin/tsc');
  const done = [];
  for (const configuration of configurations) {
    done.push(await check(`types of ${configuration}`, [compiler, '-p', configuration, '--noEmit']));
  }
  return done;
}

async function layers() {
  return [await check('layers', ['scripts/check-layers.mjs'])];
}

async function lint() {
  const linter = path.join(projectFolder, 'node_modules/oxlint/bin/oxlint');
  const parameters = ['--type-aware', '--deny-warnings', '--report-unused-disable-directives', '--format=unix'];
  return [await check('lint', [linter, ...parameters])];
}

async function pages() {
  heading('pages');
  try {
    await bundlePages();
    return [{ passed: 1, failed: 0, failures: [] }];
  } catch (error) {
    if (!(error instanceof SetUpError)) {
      throw error;
    }
    process.stdout.write(`${error.message}\n`);
    return [{ passed: 0, failed: 1, failures: ['pages'] }];
  }
}

/** One run of mocha per folder: what breaks or leaks in one does not hide the others. */
async function unit() {
  const files = filesBelow('.', '.test.ts');
  const folders = [...new Set(files.map((file) => file.split('/')[0]))];
  if (folders.length === 0) {
    return [noTests('unit tests')];
  }
  const end = Date.now() + deadlines.unit;
  const done = [];
  for (const folder of folders) {
    const inFolder = files.filter((file) => file.startsWith(`${folder}/`));
    done.push(await tests(`unit tests of ${folder}`, inFolder, end - Date.now()));
  }
  return done;
}

async function e2e() {
  const files = filesBelow('e2e', '.e2e.ts');
  return [files.length === 0 ? noTests('end-to-end tests') : await tests('end-to-end tests', files, deadlines.e2e)];
}

function check(name, parameters) {
  heading(name);
  return runCheck({ name, nodeBinary, parameters, environment, deadline: deadlines.check });
}

function tests(name, files, deadline) {
  heading(name);
  return runMocha({ name, nodeBinary, files, environment, deadline });
}

function noTests(name) {
  return { passed: 0, failed: 1, failures: [`${name}: there are none`] };
}

function heading(name) {
  process.stdout.write(`\n${name}\n`);
}

/** Sorted paths from the project folder, with slashes. */
function filesBelow(folder, ending) {
  const full = path.join(projectFolder, folder);
  if (!existsSync(full)) {
    return [];
  }
  const entries = readdirSync(full, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const inside = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      const skipped = entry.name.startsWith('.') || entry.name === 'node_modules' || entry.name === 'dist';
      return skipped ? [] : filesBelow(inside, ending);
    }
    return entry.name.endsWith(ending) ? [inside] : [];
  });
}

function close(all) {
  const passed = all.reduce((sum, result) => sum + result.passed, 0);
  const failed = all.reduce((sum, result) => sum + result.failed, 0);
  const failures = all.flatMap((result) => result.failures);
  if (failures.length > 0) {
    process.stdout.write(`\nFailed:\n${failures.map((failure) => `  ${failure}\n`).join('')}`);
  }
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
