// The packages of Debian or Ubuntu that the project needs: three closed lists, and what to do when some are missing.

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { mustRun, runProgram } from './run-program.mjs';
import { SetUpError } from './set-up-error.mjs';

// Each entry names one package, or several of which the first that the distribution has will do.

/** What `npm start` needs. */
export const forRunning = [
  ['redis-server'], // live state of the queue
  ['pcscd'], // smart cards: the service,
  ['vsmartcard-vpcd'], // a reader for virtual cards,
  ['libpcsclite-dev'], // and the headers for Node's binding
  ['iproute2'], // ip: a network of its own for pcscd
  ['cups-ipp-utils'], // ippeveprinter: the A4 printer
  ['dbus-daemon', 'dbus'], // the printer's bus, which it does not start without
  ['sane-utils'], // scanimage: the scanner
  ['poppler-utils'], // pdftoppm: pictures of what was printed
  ['python3'], // with the next two: building Node's native bindings
  ['make'],
  ['g++'],
];

/** What building the media worker needs, where the prebuilt one cannot be had. */
export const forWorkerBuild = [
  ['cmake'],
  ['ninja-build'],
  ['make'],
  ['g++'],
  ['pkg-config', 'pkgconf'],
  ['libuv1-dev'],
  ['libssl-dev'],
  ['libabsl-dev'],
  ['libflatbuffers-dev'],
  ['flatbuffers-compiler'],
];

/** What `npm test` needs on top of running. */
export const forTests = [
  ['chromium', 'chromium-browser'], // both pages, with a fake camera
  ['fonts-dejavu-core'], // text in headless pictures
  ['qpdf'], // a second opinion on the PDF files
  ['zbar-tools'], // a second opinion on the printed stamp
  ['postgresql'], // the register on its other database
  ['openssl'], // a second opinion on seals and certificates, and a time-stamp authority
  ['libnss3-tools'], // certutil: whom pdfsig trusts
  ['softhsm2'], // a PKCS#11 token
  ['opensc'], // foreign readers of the virtual cards: the health card,
  ['libeac-dev'], // PACE,
  ['libssl-dev'],
  ['mrtdreader'], // and BAC,
  ['libnfc-dev'], // which is put on a PC/SC reader
];

let agreedToInstall = false;

/**
 * Installs what is missing of a list of packages, if that is allowed: on a terminal it asks, once per run of set-up; without
 * one it installs when it may (as root, or by sudo without a password).
 *
 * @param {string[][]} wanted one of the lists above, or several joined
 * @param {object} options
 * @param {string[][]} [options.likelyNext] packages that a later step may ask for: they are in the line that a person is told to
 *   run, so that he runs one line only
 * @param {(sentence: string) => void} options.report
 * @throws {SetUpError} when packages are missing and may not be installed; the message holds the one line to run
 */
export async function ensureSystemPackages(wanted, { likelyNext = [], report }) {
  const missing = await missingOf(wanted);
  if (missing.length === 0) {
    return;
  }
  const names = await installable(missing);
  const asRoot = process.getuid() === 0;
  const onTerminal = process.stdin.isTTY && process.stdout.isTTY;
  if (!(await mayInstall(names, { asRoot, onTerminal }))) {
    const all = await installable([...missing, ...(await missingOf(likelyNext))]);
    const line = `${asRoot ? '' : 'sudo '}apt-get install --no-install-recommends --yes ${all.join(' ')}`;
    throw new SetUpError(`System packages are missing. Run this line, then start again:\n\n  ${line}\n`);
  }
  report(`installing system packages: ${names.join(' ')}`);
  await install(names, { asRoot, onTerminal });
  const stillMissing = await missingOf(wanted);
  if (stillMissing.length > 0) {
    throw new SetUpError(`apt-get ended well, but these packages are not installed: ${stillMissing.join(' ')}`);
  }
}

/** The entries of a list of which no package is installed, as dpkg sees it. */
async function missingOf(wanted) {
  if (wanted.length === 0) {
    return [];
  }
  const { output } = await dpkgQuery(['-W', '-f', '${db:Status-Abbrev} ${Package}\\n', ...wanted.flat()]);
  const installed = new Set();
  for (const [, name] of output.matchAll(/^[a-z]i. +(\S+)$/gm)) {
    installed.add(name);
  }
  return wanted.filter((alternatives) => !alternatives.some((name) => installed.has(name)));
}

async function dpkgQuery(parameters) {
  try {
    return await runProgram('dpkg-query', parameters);
  } catch {
    throw new SetUpError(`Set-up knows Debian and Ubuntu; this is ${systemName()}, which has no dpkg.`);
  }
}

function systemName() {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform;
  } catch {
    return process.platform;
  }
}

/** Of each entry the first package that this distribution offers; the first of all when apt knows none of them yet. */
async function installable(entries) {
  const { output } = await runProgram('apt-cache', ['policy', ...entries.flat()]);
  const offered = new Set();
  for (const [, name] of output.matchAll(/^(\S+):\n {2}Installed: .*\n {2}Candidate: (?!\(none\))/gm)) {
    offered.add(name);
  }
  const chosen = entries.map((alternatives) => alternatives.find((name) => offered.has(name)) ?? alternatives[0]);
  return [...new Set(chosen)];
}

async function mayInstall(names, { asRoot, onTerminal }) {
  if (agreedToInstall) {
    return true;
  }
  if (onTerminal) {
    agreedToInstall = await ask(`Install these system packages now? ${names.join(' ')}`);
  } else {
    agreedToInstall = asRoot || (await sudoWithoutPassword());
  }
  return agreedToInstall;
}

async function ask(question) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${question} [Y/n] `);
    return /^(y(es)?|s[iì]?)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

async function sudoWithoutPassword() {
  try {
    return (await runProgram('sudo', ['-n', 'true'])).ok;
  } catch {
    return false;
  }
}

async function install(names, { asRoot, onTerminal }) {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { environment, stdin: onTerminal ? 'inherit' : 'ignore' };
  const root = asRoot ? [] : ['sudo', ...(onTerminal ? [] : ['-n']), '--preserve-env=DEBIAN_FRONTEND'];
  const [updater, ...updateParameters] = [...root, 'apt-get', 'update'];
  // A list that cannot be renewed (no network, one dead source) may still know the packages: apt-get install decides.
  await runProgram(updater, updateParameters, options);
  const [program, ...parameters] = [...root, 'apt-get', 'install', '--no-install-recommends', '--yes', ...names];
  await mustRun('The system packages could not be installed', program, parameters, options);
}
