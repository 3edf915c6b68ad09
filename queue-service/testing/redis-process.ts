import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createClient } from 'redis';

/** How long Redis may take to answer, ms. */
export const START_TIMEOUT_MS = 15_000;

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** One try on a port that was free a moment ago; undefined when somebody else has it by now. */
async function tryRedis(port: number, options: readonly string[]) {
  const child = spawn('redis-server', ['--bind', '127.0.0.1', '--port', String(port), ...options], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  let isGone = false;
  child.once('exit', () => (isGone = true));
  const client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: (tries) => (!isGone && tries * 20 < START_TIMEOUT_MS ? 20 : false) } });
  client.on('error', () => undefined);
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (client.isOpen) client.destroy();
    child.kill(signal);
    await ended;
  };
  const info = await client.connect().then(
    async () => (await client.sendCommand(['INFO', 'server'])) as unknown as string,
    () => '',
  );
  if (!info.includes(`process_id:${child.pid}\r`)) {
    await end('SIGKILL');
    return undefined;
  }
  return { port, command: async (...args: string[]): Promise<unknown> => client.sendCommand(args), end };
}

/** A Redis on a free port of this machine, with what a test says to it. @throws Error when it does not start */
export async function startRedis(dir: string, more: readonly string[]) {
  for (let tries = 0; tries < 3; tries += 1) {
    const redis = await tryRedis(await freePort(), ['--dir', dir, '--save', '', '--loglevel', 'warning', ...more]);
    if (redis) return redis;
  }
  throw new Error('redis-server does not start.');
}
