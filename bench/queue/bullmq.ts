import { createNodeRedisClient, Queue, RedisConnection, Worker } from 'bullmq';
import { createClient } from 'redis';

/** BullMQ on one Redis: a queue and a worker that does nothing but say that it has begun. */
export interface JobLine extends AsyncDisposable {
  /** Adds a job; resolves when a worker has picked it up. */
  pickedUp(): Promise<void>;
}

/**
 * Starts it with BullMQ's own defaults; finished jobs are removed, as nobody asks for them.
 * @param concurrency - how many jobs the worker may have in hand at once.
 */
export async function startJobLine(socketPath: string, concurrency: number): Promise<JobLine> {
  // BullMQ is told nothing of unix sockets; its driver is made here.
  RedisConnection.clientFactory = () => createNodeRedisClient(createClient({ socket: { path: socketPath, tls: false } }));
  const waiting = new Map<string, () => void>();
  let added = 0;
  await using opened = new AsyncDisposableStack();
  const queue = new Queue('bench', { connection: {}, defaultJobOptions: { removeOnComplete: true, removeOnFail: true } });
  opened.defer(() => queue.close());
  const worker = new Worker(
    'bench',
    async (job) => {
      waiting.get(job.name)?.();
      waiting.delete(job.name);
    },
    { connection: {}, concurrency },
  );
  opened.defer(() => worker.close(true));
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  const resources = opened.move();
  return {
    async pickedUp() {
      const name = `job-${(added += 1)}`;
      const begun = Promise.withResolvers<void>();
      waiting.set(name, begun.resolve);
      await queue.add(name, { visitId: 'v_000000000000000000000000' });
      await begun.promise;
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
