import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, START_TIMEOUT_MS, startRedis } from './redis-process.ts';

const SLOTS = 16_384;
const MASTERS = 3;
/** How long a master may be silent until the others take it for gone, ms: short, so that a test need not wait. */
const NODE_TIMEOUT_MS = 1_000;
/** How often the nodes are asked whether they agree, ms: nobody is told of it. */
const LOOK_MS = 50;

/** Three masters, each with a replica, as the least cluster that outlives the loss of a machine. */
export interface RedisCluster extends AsyncDisposable {
  /** As `REDIS_URL` has it: of each master. */
  readonly urls: readonly string[];
  /** Kills the master that has the slot of `key`. */
  killMasterOf(key: string): Promise<void>;
}

const parts = (text: unknown) => (text as string).split('\n').filter((line) => line !== '').map((line) => line.split(' '));

/** Starts it on free ports, with its files in temporary folders; resolves when all six agree. @throws Error when they do not in time */
export async function startRedisCluster(): Promise<RedisCluster> {
  await using opened = new AsyncDisposableStack();
  const start = async () => {
    const dir = await mkdtemp(join(tmpdir(), 'vs-cluster-'));
    opened.defer(() => rm(dir, { recursive: true, force: true }));
    const busPort = await freePort();
    const options = { 'cluster-enabled': 'yes', 'cluster-port': busPort, 'cluster-node-timeout': NODE_TIMEOUT_MS, 'repl-diskless-sync-delay': 0 };
    const redis = await startRedis(dir, Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]));
    opened.defer(() => redis.end('SIGKILL'));
    return { ...redis, busPort, id: (await redis.command('CLUSTER', 'MYID')) as string };
  };
  type Node = Awaited<ReturnType<typeof start>>;
  const masters: Node[] = [];
  for (let number = 0; number < MASTERS; number += 1) masters.push(await start());
  const replicas: Node[] = [];
  for (let number = 0; number < MASTERS; number += 1) replicas.push(await start());
  const all = [...masters, ...replicas];
  const agree = async (what: string, is: (node: Node) => Promise<boolean>) => {
    const deadline = performance.now() + START_TIMEOUT_MS;
    for (const node of all) {
      while (!(await is(node))) {
        if (performance.now() > deadline) throw new Error(`The cluster does not come about: ${what}.`);
        await new Promise((resolve) => void setTimeout(resolve, LOOK_MS));
      }
    }
  };
  for (const [index, master] of masters.entries()) {
    const [from, to] = [index, index + 1].map((part) => Math.floor((part * SLOTS) / MASTERS));
    await master.command('CLUSTER', 'ADDSLOTSRANGE', String(from), String((to ?? 0) - 1));
  }
  const [first] = masters;
  for (const node of all) if (node !== first) await first?.command('CLUSTER', 'MEET', '127.0.0.1', String(node.port), String(node.busPort));
  await agree('all know all', async (node) => parts(await node.command('CLUSTER', 'NODES')).filter((words) => !words[2]?.includes('handshake')).length === all.length);
  for (const [index, replica] of replicas.entries()) await replica.command('CLUSTER', 'REPLICATE', masters[index]?.id ?? '');
  await agree('all slots are served', async (node) => ((await node.command('CLUSTER', 'INFO')) as string).includes('cluster_state:ok'));
  await agree('replicas follow', async (node) => {
    if (!replicas.includes(node)) return true;
    return ((await node.command('INFO', 'replication')) as string).includes('master_link_status:up');
  });
  await agree('all know the replicas', async (node) => parts(await node.command('CLUSTER', 'NODES')).filter((words) => words[2]?.includes('slave')).length === MASTERS);
  const resources = opened.move();
  return {
    urls: masters.map(({ port }) => `redis://127.0.0.1:${port}`),
    async killMasterOf(key) {
      const slot = Number(await first?.command('CLUSTER', 'KEYSLOT', key));
      const index = Math.min(Math.floor((slot * MASTERS) / SLOTS), MASTERS - 1);
      await masters[index]?.end('SIGKILL');
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
