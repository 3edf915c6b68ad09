import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createClient } from 'redis';

/** The Redis of a city: a real one on a unix socket, which can be killed, started again on its disk, and emptied. */
export interface StoreProcess extends AsyncDisposable {
  /** As `REDIS_URL` has it. */
  readonly url: string;
  readonly isUp: boolean;
  start(): Promise<void>;
  /** Ends it at once (SIGKILL); what it had written to its disk stays. */
  kill(): Promise<void>;
  /** Everything is gone, also from its disk; the process runs on. */
  empty(): Promise<void>;
  command(args: readonly string[]): Promise<unknown>;
}

/** What the city itself asks of Redis. */
interface StoreClient {
  readonly isOpen: boolean;
  destroy(): void;
  sendCommand(args: string[]): Promise<unknown>;
}

const START_TIMEOUT_MS = 15_000;

export function createStoreProcess(dir: string): StoreProcess {
  const socketPath = join(dir, 's');
  let child: ChildProcess | undefined;
  let client: StoreClient | undefined;
  const connect = async (): Promise<StoreClient> => {
    const deadline = performance.now() + START_TIMEOUT_MS;
    for (;;) {
      const next = createClient({ socket: { path: socketPath, tls: false, reconnectStrategy: false } });
      next.on('error', () => undefined);
      try {
        await next.connect();
        await next.ping();
        return next;
      } catch (cause) {
        if (next.isOpen) next.destroy();
        if (performance.now() > deadline) throw new Error('redis-server does not answer.', { cause });
        await new Promise((resolve) => void setTimeout(resolve, 10));
      }
    }
  };
  const stop = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (client?.isOpen === true) client.destroy();
    client = undefined;
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    running.kill(signal);
    await once(running, 'exit');
  };
  const speak = async (args: readonly string[]): Promise<unknown> => {
    if (!client) throw new Error('Redis is not there.');
    return client.sendCommand([...args]);
  };
  return {
    url: `unix://${encodeURI(socketPath)}`,
    get isUp() {
      return client !== undefined;
    },
    async start() {
      const options = ['--port', '0', '--unixsocket', socketPath, '--dir', dir, '--appendonly', 'yes'];
      // Each write goes to the file at once; with everysec it may wait for a running fsync, and a killed Redis has lost it.
      const fsync = ['--appendfsync', 'no'];
      child = spawn('redis-server', [...options, ...fsync, '--save', '', '--loglevel', 'warning'], { stdio: 'ignore' });
      child.once('error', () => undefined);
      client = await connect();
    },
    kill: () => stop('SIGKILL'),
    async empty() {
      await speak(['FLUSHALL', 'SYNC']);
      await speak(['FUNCTION', 'FLUSH', 'SYNC']);
    },
    command: speak,
    [Symbol.asyncDispose]: () => stop('SIGTERM'),
  };
}
