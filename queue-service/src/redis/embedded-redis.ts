import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backoff, delay } from '@videosportello/protocol/rpc/retry-policy.ts';

/** Longest path of a unix socket on Linux, bytes (unix(7)). */
const SOCKET_PATH_MAX = 107;
/** How long Redis may take until it answers, ms: it reads its append-only file first. */
export const REDIS_START_TIMEOUT_MS = 15_000;
/** How long Redis may take to stop, ms. */
const STOP_TIMEOUT_MS = 5_000;

/** The Redis of a one-machine installation: a child process on a unix socket, its append-only file in `dir`. */
export interface EmbeddedRedis extends AsyncDisposable {
  readonly socketPath: string;
  /** The process as it runs now; undefined between an exit and the next start. */
  readonly pid: number | undefined;
  close(): Promise<void>;
}

export interface EmbeddedRedisConfig {
  /** Folder of the data; made when missing, readable by its owner alone. */
  readonly dir: string;
  /** When the append-only file is forced to disk. `everysec` loses at most a second in a power cut, nothing in a crash. */
  readonly fsync: 'everysec' | 'always';
  /** Default: `redis-server` on the path. */
  readonly command?: string;
}

const talk = (socketPath: string, words: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = createConnection(socketPath, () => socket.write(words));
    socket.setTimeout(1_000, () => socket.destroy(new Error('no answer')));
    socket.once('data', (data) => {
      resolve(data.toString('utf8'));
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
const answers = (socketPath: string) =>
  talk(socketPath, 'PING\r\n').then(
    (text) => text.startsWith('+PONG'),
    () => false,
  );

/**
 * Starts Redis and keeps it running: when it exits it is started again.
 * @throws Error with a plain sentence when the program is missing or does not answer within {@link REDIS_START_TIMEOUT_MS}.
 */
export async function startEmbeddedRedis(
  config: EmbeddedRedisConfig,
  deps: { readonly onExit?: (code: number | null) => void } = {},
): Promise<EmbeddedRedis> {
  await mkdir(config.dir, { recursive: true });
  await chmod(config.dir, 0o700);
  const own = join(config.dir, 'redis.sock');
  const shortDir = Buffer.byteLength(own) > SOCKET_PATH_MAX ? await mkdtemp(join(tmpdir(), 'vs-redis-')) : undefined;
  const socketPath = shortDir === undefined ? own : join(shortDir, 's');
  // A Redis that outlived its parent still holds the data: it stops and writes before a new one opens the same files.
  await talk(socketPath, 'SHUTDOWN\r\n').catch(() => undefined);

  const stopping = new AbortController();
  let child: ChildProcess | undefined;
  let failure: Error | undefined;
  const spawnOnce = () =>
    new Promise<number | null>((resolve) => {
      const options = [
        ['--port', '0'],
        ['--unixsocket', socketPath],
        ['--unixsocketperm', '700'],
        ['--dir', config.dir],
        ['--appendonly', 'yes'],
        ['--appendfsync', config.fsync],
        ['--save', ''],
        ['--daemonize', 'no'],
        ['--loglevel', 'warning'],
      ];
      // Its own process group: a Ctrl+C at the terminal reaches only the service, which then stops Redis after its last write.
      child = spawn(config.command ?? 'redis-server', options.flat(), { stdio: 'ignore', detached: true });
      child.once('error', (error) => {
        failure = error;
        resolve(null);
      });
      child.once('exit', resolve);
    });
  const supervised = (async () => {
    const delays = backoff({ firstMs: 50, maxMs: 2_000 }).delays(Math.random)[Symbol.iterator]();
    while (!stopping.signal.aborted) {
      const code = await spawnOnce();
      child = undefined;
      if (stopping.signal.aborted) return;
      deps.onExit?.(code);
      const next = delays.next();
      if (!next.done) await delay(next.value, stopping.signal).catch(() => undefined);
    }
  })();

  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= (async () => {
      stopping.abort();
      const running = child;
      running?.kill('SIGTERM');
      const kill = setTimeout(() => running?.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await supervised;
      clearTimeout(kill);
      if (shortDir !== undefined) await rm(shortDir, { recursive: true, force: true });
    })();
    return closing;
  };

  const deadline = Date.now() + REDIS_START_TIMEOUT_MS;
  while (!(await answers(socketPath))) {
    if (failure || Date.now() > deadline) {
      await close();
      throw new Error(
        failure ? 'redis-server could not be started; install the package redis-server or set REDIS_URL.' : 'redis-server does not answer.',
        { cause: failure },
      );
    }
    await delay(20, stopping.signal).catch(() => undefined);
  }
  return {
    socketPath,
    get pid() {
      return child?.pid;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
