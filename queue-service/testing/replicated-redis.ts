import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { START_TIMEOUT_MS, startRedis } from './redis-process.ts';

/** A primary and its replica behind one address, as a house keeps them; a test decides when which of them breaks. */
export interface ReplicatedRedis extends AsyncDisposable {
  /** As `REDIS_URL` has it; after the promotion it leads to the replica. */
  readonly url: string;
  /** Resolves when the replica has everything that the primary has. @throws Error when it does not get it in time. */
  caughtUp(): Promise<void>;
  /** From here on the replica hears nothing of the primary. */
  cutReplica(): void;
  /** The primary dies at once, and the replica takes its place. */
  promote(): Promise<void>;
}

/** A port that leads to another one, until it is turned elsewhere or cut. */
async function openLine(target: number) {
  let to: number | undefined = target;
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    if (to === undefined) return void near.destroy();
    const far = connect(to, '127.0.0.1');
    for (const [one, other] of [[near, far], [far, near]] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.once('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const turnTo = (port: number | undefined) => {
    to = port;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    turnTo,
    async close() {
      turnTo(undefined);
      server.close();
      await once(server, 'close');
    },
  };
}

/** Starts both on free ports, with their files in a temporary folder; resolves when the replica follows. */
export async function startReplicatedRedis(): Promise<ReplicatedRedis> {
  await using opened = new AsyncDisposableStack();
  const folder = async () => {
    const dir = await mkdtemp(join(tmpdir(), 'vs-replica-'));
    opened.defer(() => rm(dir, { recursive: true, force: true }));
    return dir;
  };
  const primary = await startRedis(await folder(), ['--repl-diskless-sync-delay', '0']);
  opened.defer(() => primary.end('SIGKILL'));
  const wire = await openLine(primary.port);
  opened.defer(wire.close);
  const replica = await startRedis(await folder(), ['--repl-diskless-sync-delay', '0', '--replicaof', '127.0.0.1', String(wire.port)]);
  opened.defer(() => replica.end('SIGKILL'));
  const door = await openLine(primary.port);
  opened.defer(door.close);
  const caughtUp = async () => {
    // A write, for WAIT counts from the last one of its connection.
    await primary.command('SET', 'replica:mark', '1');
    if ((await primary.command('WAIT', '1', String(START_TIMEOUT_MS))) !== 1) throw new Error('The replica does not follow.');
  };
  await caughtUp();
  const resources = opened.move();
  return {
    url: `redis://127.0.0.1:${door.port}`,
    caughtUp,
    cutReplica: () => wire.turnTo(undefined),
    async promote() {
      await primary.end('SIGKILL');
      await replica.command('REPLICAOF', 'NO', 'ONE');
      door.turnTo(replica.port);
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
