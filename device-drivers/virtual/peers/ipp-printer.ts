/**
 * The A4 printer: ippeveprinter of cups-ipp-utils, a complete IPP Everywhere printer without an engine. It does not
 * start without a D-Bus, so it gets one of its own.
 *
 *   directory/bus       socket of the private D-Bus
 *   directory/spool     documents as they were received
 *   directory/printed   the output tray
 *   directory/jammed    there while the next sheet gets stuck (ipp-print-command.sh)
 */
import { once } from 'node:events';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PeerError } from './peer-error.ts';
import { dyingWithParent, findProgram, startPeerProcess } from './peer-process.ts';

const PRINT_COMMAND = fileURLToPath(new URL('./ipp-print-command.sh', import.meta.url));
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

/** Longest path of a Unix socket, in bytes (unix(7): 108 with the closing zero). */
const SOCKET_PATH_MAX = 107;
const READY_DEADLINE_MS = 10_000;
const FORM_DEADLINE_MS = 3_000;

/** Sheets the main tray holds. */
const TRAY_SHEETS = 250;

/** Between choosing a free port and taking it another program may be faster. */
const PORT_ATTEMPTS = 3;

/** A printer that prints into a folder. */
export interface IppPrinterPeer extends AsyncDisposable {
  /** Where it takes jobs, on this machine's loopback only. */
  readonly uri: string;
  /** Folder of the documents as they were received, `<job>-<job name>.pdf`; kept until the caller removes it. */
  readonly spool: string;
  readonly paper: 'loaded' | 'out';
  readonly jammed: boolean;
  /**
   * Leaves this many sheets of A4 in the main tray, 0 to 250; the printer does not count them down. A job that finds
   * none stays `processing` with `media-needed` and goes on after the next call with more.
   * @throws {PeerError} `not-ready` when the printer does not take it (stopped or dead).
   */
  setPaper(sheets: number): Promise<void>;
  /** From now on a sheet gets stuck: the running job, or the next, shows `media-jam` until {@link clearJam}. */
  jam(): Promise<void>;
  clearJam(): Promise<void>;
  /** What came out so far, in the order of printing: job number and the document's path. */
  printedPages(): Promise<{ readonly id: string; readonly path: string }[]>;
  /** The printer's pid, undefined once it is dead; to stop (SIGSTOP), continue or kill it in tests. */
  pid(): number | undefined;
}

/**
 * Starts a printer with A4 in its tray. Works as root and as an ordinary user; any number side by side.
 *
 * @param options.directory - short existing directory of this printer alone; the caller removes it.
 * @param options.signal - gives up starting.
 * @throws {PeerError} `program-missing`, `path-too-long`, `ended`, `not-ready`.
 */
export async function startIppPrinter(options: { directory: string; signal?: AbortSignal }): Promise<IppPrinterPeer> {
  const { directory, signal } = options;
  const deadline = { deadlineMs: READY_DEADLINE_MS, ...(signal === undefined ? {} : { signal }) };
  const bus = join(directory, 'bus');
  const spool = join(directory, 'spool');
  const printed = join(directory, 'printed');
  const jamFile = join(directory, 'jammed');
  if (Buffer.byteLength(bus) > SOCKET_PATH_MAX) {
    throw new PeerError('path-too-long', `the directory of the printer is too deep for a Unix socket: ${directory}`);
  }
  const daemon = findProgram('dbus-daemon', 'dbus-daemon');
  const program = findProgram('ippeveprinter', 'cups-ipp-utils');
  findProgram('pdfinfo', 'poppler-utils');
  await mkdir(spool, { recursive: true });
  await mkdir(printed, { recursive: true });
  await rm(jamFile, { force: true });

  await using started = new AsyncDisposableStack();
  const dbus = started.use(
    await startPeerProcess({
      name: 'dbus-daemon',
      command: dyingWithParent([daemon, '--session', '--nofork', '--nopidfile', `--address=unix:path=${bus}`]),
      environment: ENVIRONMENT,
    }),
  );
  await dbus.readyWhen(() => exists(bus), deadline);
  const { printer, port } = await startOnFreePort();
  started.use(printer);

  let paper: IppPrinterPeer['paper'] = 'loaded';
  let jammed = false;
  await setPaper(TRAY_SHEETS);
  const kept = started.move();

  return {
    uri: `ipp://localhost:${port}/ipp/print`,
    spool,
    get paper() {
      return paper;
    },
    get jammed() {
      return jammed;
    },
    setPaper,
    jam: async () => {
      await writeFile(jamFile, '');
      jammed = true;
    },
    clearJam: async () => {
      await rm(jamFile, { force: true });
      jammed = false;
    },
    printedPages: async () => {
      const jobs = (await readdir(printed)).map((name) => Number(name.replace('.pdf', ''))).toSorted((a, b) => a - b);
      return jobs.map((job) => ({ id: String(job), path: join(printed, `${job}.pdf`) }));
    },
    pid: () => (printer.running() ? printer.pid : undefined),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };

  async function startOnFreePort() {
    for (let attempt = 1; ; attempt += 1) {
      const port = await freePort();
      const printer = await startPeerProcess({
        name: 'ippeveprinter',
        command: dyingWithParent([
          program,
          ...['-r', 'off', '-n', 'localhost', '-p', String(port), '-d', spool, '-k', '-2', '-s', '20,0'],
          ...['-f', 'application/pdf,image/jpeg,image/pwg-raster', '-c', PRINT_COMMAND, 'Kiosk_A4'],
        ]),
        environment: { ...ENVIRONMENT, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${bus}` },
      });
      try {
        await printer.readyWhen(() => serves(port), deadline);
        return { printer, port };
      } catch (error) {
        await printer.stop();
        if (attempt === PORT_ATTEMPTS || !(error instanceof PeerError && error.code === 'ended')) throw error;
      }
    }
  }

  async function setPaper(sheets: number): Promise<void> {
    if (!Number.isInteger(sheets) || sheets < 0 || sheets > TRAY_SHEETS) {
      throw new RangeError(`the tray holds 0 to ${TRAY_SHEETS} sheets, not ${sheets}`);
    }
    const form = new URLSearchParams({
      ...{ size1: 'iso_a4_210x297mm', type1: 'stationery', level1: String(sheets) },
      // With all trays empty the printer has no media at all and takes no paper any more: the envelopes stay.
      ...{ size3: 'na_number-10_4.125x9.5in', type3: 'envelope', level3: '-2' },
    });
    let answer: string;
    try {
      const response = await fetch(`http://localhost:${port}/media?${form}`, {
        signal: AbortSignal.timeout(FORM_DEADLINE_MS),
      });
      answer = await response.text();
    } catch (cause) {
      throw new PeerError('not-ready', 'the printer does not answer', { cause });
    }
    if (!answer.includes('Media updated.')) {
      throw new PeerError('not-ready', 'the printer did not take the change of its tray');
    }
    paper = sheets === 0 ? 'out' : 'loaded';
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') {
    throw new PeerError('not-ready', 'no port on the loopback address was free');
  }
  return address.port;
}

const serves = (port: number): Promise<boolean> =>
  fetch(`http://localhost:${port}/`, { signal: AbortSignal.timeout(FORM_DEADLINE_MS) }).then(
    async (response) => (await response.text()).includes('Kiosk_A4'),
    () => false,
  );

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
