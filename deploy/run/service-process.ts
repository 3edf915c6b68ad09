import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** What every service says over IPC when it serves. */
const readyMessage = z.looseObject({ ready: z.literal(true), url: z.string() });
export type ReadyMessage = z.output<typeof readyMessage>;

/** One running service of the town. */
export interface ServiceProcess extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  readonly ready: ReadyMessage;
  /** Resolves with a plain sentence when the process ends without having been asked to. */
  readonly died: Promise<string>;
  /** SIGTERM, then SIGKILL after ten seconds; safe to call twice. */
  close(): Promise<void>;
}

/** How long a service may take to serve, and to end, ms. */
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

/**
 * Starts a service's `main.ts` as a process of its own and waits until it serves.
 * @throws Error with the last lines of its standard error when it ends first, or when it takes more than a minute.
 */
export async function startServiceProcess(options: {
  readonly name: string;
  /** Absolute path of the service's main.ts. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  /** Further options of Node's command line. Default: none. */
  readonly nodeOptions?: readonly string[] | undefined;
  /** Hears every line of standard output (the service's log). */
  readonly onLog: (line: string) => void;
}): Promise<ServiceProcess> {
  const { name } = options;
  const child = fork(options.script, [], {
    env: { ...inherited(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning', ...(options.nodeOptions ?? [])],
  });
  const errors: string[] = [];
  const { stdout, stderr, pid } = child;
  if (!stdout || !stderr || pid === undefined) throw new Error(`${name} could not be started.`);
  createInterface({ input: stdout }).on('line', options.onLog);
  createInterface({ input: stderr }).on('line', (line) => {
    errors.push(line);
    if (errors.length > 20) errors.shift();
  });
  const ended = once(child, 'exit').then(([code, signal]) => `${name} ended (${String(signal ?? code)}): ${errors.join(' | ')}`);

  const ready = await new Promise<ReadyMessage>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${name} did not start within a minute: ${errors.join(' | ')}`));
    }, START_TIMEOUT_MS);
    void ended.then((why) => {
      clearTimeout(timer);
      reject(new Error(why));
    });
    child.on('message', (message) => {
      const read = readyMessage.safeParse(message);
      if (!read.success) return;
      clearTimeout(timer);
      resolve(read.data);
    });
  });

  let stopping: Promise<void> | undefined;
  const close = () =>
    (stopping ??= (async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(timer);
    })());
  return {
    name,
    pid,
    ready,
    died: ended.then((why) => (stopping ? new Promise<string>(() => {}) : why)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Only what programs need of the surroundings; settings of one service never leak into another. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'XDG_RUNTIME_DIR', 'MEDIASOUP_WORKER_BIN'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}
