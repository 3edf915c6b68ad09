import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PeerError } from './peer-error.ts';

/** Directories of daemons that an ordinary user's PATH leaves out on Debian. */
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** How long a program may take to end after SIGTERM before SIGKILL, in milliseconds. */
const STOP_GRACE_MS = 2_000;

/** How often readiness is looked at, in milliseconds. */
const LOOK_EVERY_MS = 10;

/** How much of a program's output is kept for the message of a failed start, in characters. */
const KEPT_OUTPUT = 2_000;

/**
 * The absolute path of an installed program.
 * @throws {PeerError} `program-missing`, naming the Debian package that brings it.
 */
export function findProgram(name: string, debianPackage: string): string {
  for (const directory of [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_DIRECTORIES]) {
    if (directory === '') {
      continue;
    }
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next directory may have it.
    }
  }
  throw new PeerError(
    'program-missing',
    `${name} is not installed; it comes with the Debian package ${debianPackage} (apt-get install ${debianPackage})`,
  );
}

/** A program to run as a peer. */
export interface PeerCommand {
  /** Short name for messages, for example `pcscd`. */
  readonly name: string;
  /** Program and arguments; the child's pid must be the program's own, so wrappers have to `exec`. */
  readonly command: readonly [string, ...string[]];
  /** The whole environment of the program; nothing of ours is passed on unasked. */
  readonly environment: Readonly<Record<string, string>>;
  /** Opens a Node IPC channel as file descriptor 3. Default: none. */
  readonly channel?: boolean;
}

/** A running peer program. */
export interface PeerProcess extends AsyncDisposable {
  readonly pid: number;
  readonly child: ChildProcess;
  /** True until the program has ended. */
  running(): boolean;
  /** The last of what the program wrote on stdout and stderr. */
  output(): string;
  /** Sends a signal to this pid only; without effect once it has ended. */
  signal(name: NodeJS.Signals): void;
  /** Waits until `look` is true. @throws {PeerError} `ended` or `not-ready`; the signal's reason when aborted. */
  readyWhen(look: () => boolean | Promise<boolean>, options: { deadlineMs: number; signal?: AbortSignal }): Promise<void>;
  /** Waits for the next message on the channel. @throws {PeerError} as {@link PeerProcess.readyWhen}. */
  nextMessage(options: { deadlineMs: number; signal?: AbortSignal }): Promise<void>;
  /** SIGTERM, then SIGKILL after two seconds; resolves when the program is gone. May be called twice. */
  stop(): Promise<void>;
}

/**
 * The command that makes the kernel kill `command` when the process that started it dies, so that a killed test run
 * leaves no daemon behind (prctl(2), PR_SET_PDEATHSIG, through setpriv of util-linux).
 */
export function dyingWithParent(command: readonly [string, ...string[]]): readonly [string, ...string[]] {
  return [findProgram('setpriv', 'util-linux'), '--pdeathsig', 'KILL', ...command];
}

/** Starts a program and follows it; it does not wait for readiness (see {@link PeerProcess.readyWhen}). */
export async function startPeerProcess(peer: PeerCommand): Promise<PeerProcess> {
  const [program, ...args] = peer.command;
  const child = spawn(program, args, {
    env: { ...peer.environment },
    stdio: peer.channel === true ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const ended = Promise.withResolvers<void>();
  child.once('exit', () => ended.resolve());
  await once(child, 'spawn');
  const pid = child.pid;
  if (pid === undefined) {
    throw new PeerError('ended', `${peer.name} did not start`);
  }
  const running = (): boolean => child.exitCode === null && child.signalCode === null;

  return {
    pid,
    child,
    running,
    output: () => output,
    signal: (name) => {
      if (running()) {
        child.kill(name);
      }
    },
    nextMessage: async ({ deadlineMs, signal }) => {
      let heard = false;
      const hear = (): void => {
        heard = true;
      };
      child.once('message', hear);
      try {
        await readyWhen(() => heard, { deadlineMs, ...(signal === undefined ? {} : { signal }) });
      } finally {
        child.off('message', hear);
      }
    },
    readyWhen,
    stop,
    [Symbol.asyncDispose]: stop,
  };

  async function readyWhen(
    look: () => boolean | Promise<boolean>,
    { deadlineMs, signal }: { deadlineMs: number; signal?: AbortSignal },
  ): Promise<void> {
    const deadline = performance.now() + deadlineMs;
    while (!(await look())) {
      signal?.throwIfAborted();
      if (!running()) {
        throw new PeerError('ended', `${peer.name} ended before it was ready: ${output.trim()}`);
      }
      if (performance.now() > deadline) {
        throw new PeerError('not-ready', `${peer.name} was not ready within ${deadlineMs} ms: ${output.trim()}`);
      }
      await delay(LOOK_EVERY_MS, undefined, signal === undefined ? {} : { signal });
    }
  }

  async function stop(): Promise<void> {
    if (!running()) {
      return;
    }
    child.kill('SIGTERM');
    const killing = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
    await ended.promise;
    clearTimeout(killing);
  }
}
