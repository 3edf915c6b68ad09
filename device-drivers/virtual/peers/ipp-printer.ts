import { once } from 'node:events';
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openPaperPath } from './paper-path.ts';
import { PeerError } from './peer-error.ts';
import { dyingWithParent, findProgram, startPeerProcess } from './peer-process.ts';
import type { PeerProcess } from './peer-process.ts';
import { answersAt, checkSocketPath } from './unix-socket.ts';

const PRINT_COMMAND = fileURLToPath(new URL('./print-command.ts', import.meta.url));
const READY_DEADLINE_MS = 10_000;
const FORM_DEADLINE_MS = 5_000;

/** How often another port is tried when somebody else took the one just found. */
const PORT_ATTEMPTS = 3;

/** A real IPP printer (ippeveprinter of CUPS) with a tray, a paper path that can jam, and an output tray. */
export interface IppPrinterPeer extends AsyncDisposable {
  /** The address for the driver. */
  readonly uri: string;
  /** Where the printer keeps the documents it was given, byte by byte, as `JOB-NAME.pdf`. */
  readonly spool: string;
  /** Puts so many sheets of A4 into the tray, 0 to 250; printing takes them out. */
  setPaper(sheets: number): Promise<void>;
  /** Sheets left in the tray. */
  paper(): number;
  /** The next sheet that moves gets stuck, and the printer says so. */
  jam(): void;
  jammed(): boolean;
  /** Takes the stuck sheet out; it is fed again, or with `recover: false` the printer gives the job up. */
  clearJam(options?: { recover: boolean }): void;
  /** What lies in the output tray, oldest first. */
  printedPages(): { jobId: number; sheets: number; path: string }[];
  /** Takes everything out of the output tray; the printer's copies in the spool go too. */
  takePaper(): Promise<void>;
  /** The printer hangs: connections stand, nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** Pulls the plug: the printer is gone, and forgets its jobs. */
  powerCut(): Promise<void>;
  /** Switches it on again at the same address. */
  powerOn(): Promise<void>;
}

/**
 * Starts ippeveprinter with a D-Bus of its own, which it does not start without. Loopback only.
 *
 * @param options.directory - short existing directory; the caller removes it.
 * @param options.sheetMs - time a sheet takes, in milliseconds. Default: 400.
 * @param options.signal - gives up starting.
 * @throws {PeerError} `program-missing`, `path-too-long`, `ended`, `not-ready`.
 */
export async function startIppPrinter(options: {
  directory: string;
  sheetMs?: number;
  signal?: AbortSignal;
}): Promise<IppPrinterPeer> {
  const { directory, sheetMs = 400, signal } = options;
  const ready = { deadlineMs: READY_DEADLINE_MS, ...(signal === undefined ? {} : { signal }) };
  const bus = join(directory, 'bus');
  const spool = join(directory, 'spool');
  const command = join(directory, 'print-command');
  const paperDirectory = join(directory, 'paper');
  checkSocketPath(bus);
  const program = findProgram('ippeveprinter', 'cups-ipp-utils');
  const busProgram = findProgram('dbus-daemon', 'dbus-daemon');
  await mkdir(spool, { recursive: true });
  const paper = openPaperPath(paperDirectory);
  // ippeveprinter runs one program with the document as its only argument.
  const words = [process.execPath, PRINT_COMMAND, paperDirectory, String(sheetMs)];
  await writeFile(command, `#!/bin/sh\nexec ${words.map(quote).join(' ')} "$1"\n`);
  await chmod(command, 0o755);

  await using started = new AsyncDisposableStack();
  const busProcess = started.use(
    await startPeerProcess({
      name: 'dbus-daemon',
      command: dyingWithParent([busProgram, '--session', '--nofork', '--nopidfile', `--address=unix:path=${bus}`]),
      environment: {},
    }),
  );
  await busProcess.readyWhen(() => answersAt(bus), ready);

  let printer: PeerProcess | undefined;
  started.defer(async () => printer?.stop());
  const port = await startOnFreePort();
  await setPaper(250);
  const kept = started.move();

  return {
    uri: `ipp://localhost:${port}/ipp/print`,
    spool,
    setPaper,
    paper: paper.sheets,
    jam: paper.jam,
    jammed: paper.jammed,
    clearJam: ({ recover } = { recover: true }) => paper.clearJam(recover),
    printedPages: paper.delivered,
    takePaper: async () => {
      paper.take();
      for (const name of await readdir(spool)) {
        await rm(join(spool, name), { force: true });
      }
    },
    freeze: () => printer?.signal('SIGSTOP'),
    thaw: () => printer?.signal('SIGCONT'),
    powerCut: async () => {
      printer?.signal('SIGKILL');
      await printer?.stop();
      printer = undefined;
    },
    powerOn: async () => {
      await printer?.stop();
      await start(port);
      await setPaper(paper.sheets());
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };

  async function startOnFreePort(): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      const free = await findFreePort();
      try {
        await start(free);
        return free;
      } catch (error) {
        if (attempt === PORT_ATTEMPTS || !(error instanceof PeerError && error.code === 'ended')) {
          throw error;
        }
      }
    }
  }

  async function start(at: number): Promise<void> {
    const next = await startPeerProcess({
      name: 'ippeveprinter',
      command: dyingWithParent([
        program,
        ...['-r', 'off', '-n', 'localhost', '-p', String(at), '-d', spool, '-k', '-2', '-s', '20,0'],
        ...['-f', 'application/pdf', '-c', command, 'Kiosk_A4'],
      ]),
      environment: { PATH: '/usr/bin:/bin', DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${bus}` },
    });
    printer = next;
    await next.readyWhen(() => answersForm(at), ready);
  }

  async function setPaper(sheets: number): Promise<void> {
    if (!Number.isInteger(sheets) || sheets < 0 || sheets > 250) {
      throw new RangeError(`the tray takes 0 to 250 sheets, not ${sheets}`);
    }
    paper.setSheets(sheets);
    // The tray of envelopes stays filled: with all trays empty the printer's own form breaks.
    const form = new URLSearchParams([
      ['size1', 'iso_a4_210x297mm'],
      ['type1', 'stationery'],
      ['level1', String(sheets)],
      ['size3', 'na_number-10_4.125x9.5in'],
      ['type3', 'envelope'],
      ['level3', '-2'],
    ]);
    const answer = await fetch(`http://localhost:${port}/media?${form.toString()}`, {
      signal: AbortSignal.timeout(FORM_DEADLINE_MS),
    });
    await answer.arrayBuffer();
    if (!answer.ok) {
      throw new PeerError('not-ready', `the printer did not take the paper (HTTP ${answer.status})`);
    }
  }
}

async function answersForm(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://localhost:${port}/`, { signal: AbortSignal.timeout(FORM_DEADLINE_MS) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

async function findFreePort(): Promise<number> {
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

/** One word for sh(1). */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
