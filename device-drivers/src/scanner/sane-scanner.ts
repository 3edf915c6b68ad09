import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readWholePng } from './png.ts';
import { problemOfExit, restAfter } from './sane-status.ts';
import type { ScannerRest, ScanProblem } from './sane-status.ts';

/** Settings of the scanner. */
export interface SaneScannerConfig {
  /** SANE's name of the device, as `scanimage -L` lists it. */
  readonly device: string;
  /** Where SANE's configuration is (`SANE_CONFIG_DIR`). Default: the system's. */
  readonly configDirectory?: string;
  /**
   * Options of this model, as `scanimage -A` lists them; names and values differ between models. For A4 in colour at
   * 300 dpi usually: `--mode Color --resolution 300 -x 210 -y 297`. Default: none.
   */
  readonly options?: readonly string[];
  /** Time for one page in milliseconds, warming up included. Default: 60,000. */
  readonly deadlineMs?: number;
  /** Largest page in bytes. Default: 64 million, twice an A4 page of noise in colour at 300 dpi. */
  readonly maxBytes?: number;
  /** The program. Default: `scanimage`. */
  readonly program?: string;
}

/** A page as it came from the glass; its bytes are the holder's to wipe. */
export interface ScannedPage {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** No page came. Carries nothing of what was on the glass. */
export class ScanError extends Error {
  override readonly name = 'ScanError';
  readonly problem: ScanProblem;

  constructor(problem: ScanProblem) {
    super(`the scanner gave no page: ${problem}`);
    this.problem = problem;
  }
}

/** The scanner at one moment. */
export type ScannerState = ScannerRest | { readonly state: 'scanning' };

/** One document scanner. */
export interface SaneScanner extends AsyncDisposable {
  snapshot(): ScannerState;
  /** Calls `listener` on every change; returns how to stop. */
  subscribe(listener: (state: ScannerState) => void): () => void;
  /**
   * Scans one page. One scan at a time; a second one fails with `device-busy`.
   * @throws {ScanError} with the reason; the signal's reason when aborted. Nothing of the page is kept then.
   */
  scan(options?: { signal?: AbortSignal }): Promise<ScannedPage>;
  /**
   * Opens the device without scanning, to see whether it is there; {@link snapshot} then says so. SANE tells of a jam or an
   * open cover only while scanning: a device that opens is taken for ready again. Changes nothing during a scan; never throws.
   */
  look(): Promise<void>;
  /** Ends a running scan. May be called twice. */
  close(): Promise<void>;
}

const DEADLINE_MS = 60_000;
const MAX_BYTES = 64_000_000;
/** Time for opening the device and asking for its options, in milliseconds. */
const LOOK_DEADLINE_MS = 10_000;

/** How long scanimage may take to bring the scanner to rest after SIGINT before it is killed, in milliseconds. */
const STOP_GRACE_MS = 2_000;

/** Makes the driver of one scanner; it runs scanimage for each page and keeps no file. */
export function createSaneScanner(config: SaneScannerConfig): SaneScanner {
  const { program = 'scanimage', deadlineMs = DEADLINE_MS, maxBytes = MAX_BYTES } = config;
  const listeners = new Set<(state: ScannerState) => void>();
  const closing = new AbortController();
  let state: ScannerState = { state: 'idle' };
  let running: Promise<unknown> | undefined;
  let looking: Promise<void> | undefined;
  const environment = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    ...(config.configDirectory === undefined ? {} : { SANE_CONFIG_DIR: config.configDirectory }),
  };

  return {
    snapshot: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    scan,
    look: () => (looking ??= lookOnce().finally(() => (looking = undefined))),
    close,
    [Symbol.asyncDispose]: close,
  };

  function become(next: ScannerState): void {
    const changed = JSON.stringify(next) !== JSON.stringify(state);
    state = next;
    if (changed) {
      listeners.forEach((listener) => listener(next));
    }
  }

  async function scan({ signal }: { signal?: AbortSignal } = {}): Promise<ScannedPage> {
    signal?.throwIfAborted();
    if (running !== undefined) {
      throw new ScanError('device-busy');
    }
    if (closing.signal.aborted) {
      throw new ScanError('broken');
    }
    become({ state: 'scanning' });
    const before = AbortSignal.any(signal === undefined ? [closing.signal] : [closing.signal, signal]);
    // A device opens for one at a time.
    const attempt = Promise.resolve(looking).then(() => scanOnce(before));
    running = attempt.catch(() => undefined);
    let problem: ScanProblem | undefined;
    try {
      return await attempt;
    } catch (error) {
      problem = error instanceof ScanError ? error.problem : 'canceled';
      throw error;
    } finally {
      running = undefined;
      become(restAfter(problem));
    }
  }

  async function lookOnce(): Promise<void> {
    if (running !== undefined || closing.signal.aborted) {
      return;
    }
    // `--all-options` opens the device and lists what it can do.
    const child = spawn(program, ['--device-name', config.device, '--all-options'], {
      env: environment,
      stdio: 'ignore',
      signal: closing.signal,
      timeout: LOOK_DEADLINE_MS,
      killSignal: 'SIGKILL',
    });
    const problem = await exitCodeOf(child).then(problemOfExit, () => 'broken' as const);
    if (running === undefined && !closing.signal.aborted) {
      become(restAfter(problem));
    }
  }

  async function scanOnce(abort: AbortSignal): Promise<ScannedPage> {
    abort.throwIfAborted();
    const child = spawn(program, ['--device-name', config.device, '--format=png', ...(config.options ?? [])], {
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    let length = 0;
    let stopped: 'timeout' | 'aborted' | 'bad-picture' | undefined;
    let killing: NodeJS.Timeout | undefined;
    const stop = (why: typeof stopped): void => {
      if (stopped === undefined) {
        stopped = why;
        // SIGINT lets the scanner come to rest; a program that hangs in the driver is killed.
        child.kill('SIGINT');
        killing = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
      }
    };
    const onAbort = (): void => stop('aborted');
    const deadline = setTimeout(() => stop('timeout'), deadlineMs);
    abort.addEventListener('abort', onAbort, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        stop('bad-picture');
      } else {
        chunks.push(chunk);
      }
    });
    try {
      const code = await exitCodeOf(child);
      if (stopped === 'aborted') {
        throw abort.reason;
      }
      const problem = stopped ?? problemOfExit(code);
      if (problem !== undefined) {
        throw new ScanError(problem);
      }
      const png = Buffer.concat(chunks);
      const size = readWholePng(png);
      if (size === undefined) {
        png.fill(0);
        throw new ScanError('bad-picture');
      }
      return { png, ...size };
    } finally {
      clearTimeout(deadline);
      clearTimeout(killing);
      abort.removeEventListener('abort', onAbort);
      chunks.forEach((chunk) => chunk.fill(0));
    }
  }

  async function close(): Promise<void> {
    closing.abort(new ScanError('canceled'));
    await running;
    await looking;
    listeners.clear();
  }
}

/** The exit code once the program is gone and all it wrote has been read; -1 when a signal ended it. */
async function exitCodeOf(child: ReturnType<typeof spawn>): Promise<number> {
  try {
    const [code] = await once(child, 'close');
    return typeof code === 'number' ? code : -1;
  } catch {
    // The program could not be started at all.
    throw new ScanError('broken');
  }
}
