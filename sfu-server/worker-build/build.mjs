// Builds the media worker from the mediasoup package's own C++ source, for machines that cannot download the prebuilt one.
//
// In: the package's `worker/` folder, a C++ compiler and the distribution's libraries. Out: one program.
// Plain JavaScript for Node 20: it runs before anything of the project is installed.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const buildFolder = path.dirname(fileURLToPath(import.meta.url));

/**
 * The libsrtp that goes into the worker. The distributions' own package does AES through NSS, which costs the media server
 * more than half of its packets (one core: 62 two-party sessions, against 158 to 186 with OpenSSL); so the same source is
 * built once more, with OpenSSL, and linked statically.
 */
const libsrtp = {
  archive: 'libsrtp2_2.5.0.orig.tar.gz',
  sha256: '8a43ef8e9ae2b665292591af62aa1a4ae41e468b6d98d8258f91478735da4e09',
};

/** Exit status by which a sound worker answers a start without the variables mediasoup passes (worker/src/main.cpp). */
const statusWithoutParent = 41;

/** The build failed, or may not go on; the message is one for people. */
export class WorkerBuildError extends Error {
  name = 'WorkerBuildError';
}

/**
 * Builds the worker and checks that it runs.
 *
 * @param {object} options
 * @param {string} options.workerSource the `worker` folder of the mediasoup package; it is only read
 * @param {string} options.workFolder an empty folder for everything in between; the caller removes it
 * @param {string} options.output where the program goes; it appears there whole or not at all
 * @param {number} options.jobs compilers at work at the same time
 * @param {(line: string) => void} options.report called with a sentence for each step and each tenth of the compilation
 * @throws {WorkerBuildError} when a source cannot be fetched, is not the expected one, or does not build
 */
export async function buildWorker({ workerSource, workFolder, output, jobs, report }) {
  mkdirSync(workFolder, { recursive: true });
  const log = path.join(workFolder, 'build.log');
  writeFileSync(log, '');

  report('fetching the source of libsrtp');
  const archive = path.join(workFolder, libsrtp.archive);
  await fetchLibsrtp(archive, log);

  report('building libsrtp with OpenSSL');
  const srtpPrefix = path.join(workFolder, 'libsrtp');
  await buildLibsrtp({ archive, prefix: srtpPrefix, workFolder, jobs, log });

  const dtlsTransport = path.join(workFolder, 'DtlsTransport.cpp');
  patchDtlsTransport(path.join(workerSource, 'src/RTC/DtlsTransport.cpp'), dtlsTransport);

  report(`compiling the media worker with ${jobs} ${jobs === 1 ? 'core' : 'cores'}; this takes some minutes, once`);
  const build = path.join(workFolder, 'build');
  const environment = { ...process.env, PKG_CONFIG_PATH: path.join(srtpPrefix, 'lib/pkgconfig') };
  const definitions = [`-DWORKER_SOURCE=${workerSource}`, `-DDTLS_TRANSPORT=${dtlsTransport}`];
  await run('cmake', ['-G', 'Ninja', '-S', buildFolder, '-B', build, ...definitions], { environment, log });
  await run('ninja', ['-C', build, `-j${jobs}`], { environment, log, onOutput: reportTenths(report) });

  const built = path.join(build, 'mediasoup-worker');
  await run('strip', [built], { log });
  if (!(await isSoundWorker(built))) {
    throw new WorkerBuildError('The media worker was built, but does not run on this machine.');
  }
  publish(built, output);
}

/**
 * Whether a program is a media worker that this machine can run. Takes a few milliseconds.
 *
 * @param {string} program path of the program
 * @returns {Promise<boolean>}
 */
export async function isSoundWorker(program) {
  const child = spawn(program, { env: {}, stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (status) => resolve(status === statusWithoutParent));
  }).finally(() => clearTimeout(timer));
}

/**
 * Everything that decides what comes out of this folder, as one hash: the worker is built anew when it changes.
 *
 * @returns {string} 16 hexadecimal figures
 */
export function hashOfBuildFiles() {
  const hash = createHash('sha256');
  for (const file of ['CMakeLists.txt', 'build.mjs', ...filesBelow('compat')]) {
    hash.update(`${file}\0`).update(readFileSync(path.join(buildFolder, file))).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

function filesBelow(folder) {
  const entries = readdirSync(path.join(buildFolder, folder), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const file = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(file) : [file];
  });
}

/**
 * Fetches the archive from the folder of the package mirror that apt is configured for, by apt's own means, so that
 * its proxies and mirrors hold here too.
 */
async function fetchLibsrtp(target, log) {
  const listed = await run('apt-get', ['--print-uris', 'download', 'libsrtp2-dev'], { log });
  const address = /^'([^']+)\/[^/']+\.deb'/m.exec(listed)?.[1];
  if (address === undefined) {
    throw new WorkerBuildError('apt knows no package libsrtp2-dev. Run "apt-get update", then try again.');
  }
  await run('/usr/lib/apt/apt-helper', ['download-file', `${address}/${libsrtp.archive}`, target], { log });
  const found = createHash('sha256').update(readFileSync(target)).digest('hex');
  if (found !== libsrtp.sha256) {
    throw new WorkerBuildError(`${libsrtp.archive} is not the expected file: its SHA-256 is ${found}.`);
  }
}

async function buildLibsrtp({ archive, prefix, workFolder, jobs, log }) {
  const source = path.join(workFolder, 'libsrtp-source');
  mkdirSync(source, { recursive: true });
  await run('tar', ['-xzf', archive, '-C', source, '--strip-components=1'], { log });
  await run('./configure', ['--enable-openssl', `--prefix=${prefix}`], { folder: source, log });
  await run('make', [`-j${jobs}`, 'libsrtp2.a'], { folder: source, log });
  await run('make', ['install'], { folder: source, log });
}

/**
 * Writes a copy of DtlsTransport.cpp in which the BIO callback knows a returning call when it sees one.
 *
 * OpenSSL announces the return from an operation as `operation | BIO_CB_RETURN`. The worker compares with the bare
 * `BIO_CB_RETURN`, so it answers 1 to every control call. An OpenSSL with kernel TLS (the distributions', not the one
 * bundled with mediasoup) takes this 1 for "kernel TLS is on", allocates no write buffer, and the worker crashes at the
 * first ClientHello.
 */
function patchDtlsTransport(original, copy) {
  const wrong = '(operationType == BIO_CB_RETURN)';
  const right = '((operationType & BIO_CB_RETURN) != 0)';
  const parts = readFileSync(original, 'utf8').split(wrong);
  if (parts.length !== 2) {
    throw new WorkerBuildError(
      `DtlsTransport.cpp of this mediasoup version has ${parts.length - 1} lines with ${wrong}, not one: ` +
        'check whether its BIO callback still needs the correction made here.',
    );
  }
  writeFileSync(copy, parts.join(right));
}

/** Turns ninja's "[12/240] …" lines into one report per tenth of the work. */
function reportTenths(report) {
  let reported = 0;
  return (text) => {
    for (const [, done, all] of text.matchAll(/^\[(\d+)\/(\d+)\]/gm)) {
      const tenth = Math.floor((10 * Number(done)) / Number(all));
      if (tenth > reported) {
        reported = tenth;
        report(`compiled ${done} of ${all} files of the media worker`);
      }
    }
  };
}

/** A rename within one folder is atomic: nobody ever sees half a program. */
function publish(program, output) {
  mkdirSync(path.dirname(output), { recursive: true });
  const unfinished = `${output}.${process.pid}`;
  copyFileSync(program, unfinished);
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, output);
}

/** Runs a program to its end, keeps its output in the log, and returns what it wrote on stdout. */
async function run(program, parameters, { folder, environment, log, onOutput }) {
  const child = spawn(program, parameters, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    onOutput?.(text);
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const status = await new Promise((resolve, reject) => {
    child.once('error', (error) => {
      reject(new WorkerBuildError(`${program} could not be started: ${error.message}`));
    });
    child.once('close', resolve);
  });
  writeFileSync(log, `$ ${program} ${parameters.join(' ')}\n${output}${errors}\n`, { flag: 'a' });
  if (status !== 0) {
    const lastLines = `${output}\n${errors}`.trim().split('\n').slice(-15).join('\n');
    throw new WorkerBuildError(`${program} did not succeed:\n${lastLines}`);
  }
  return output;
}
