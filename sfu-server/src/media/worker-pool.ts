import { createWorker } from 'mediasoup';
import type { Router, WebRtcServer, Worker } from 'mediasoup/types';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { backoff, delay } from '@videosportello/protocol/rpc/retry-policy.ts';
import { mediaCodecs } from './codecs.ts';

export interface WorkerPoolConfig {
  /** How many workers; one per core is right. */
  readonly workers: number;
  /** Where sockets are bound, and the address pages are told. */
  readonly listenIp: string;
  readonly announcedAddress: string;
  /** UDP and TCP port of worker 0; worker n has the n-th after it. 0: the system picks. */
  readonly firstPort: number;
  /** The worker program; absent: the one mediasoup finds. */
  readonly workerBin?: string;
}

/** What the pool tells its log. */
export interface WorkerPoolEvents {
  workerStarted(index: number, pid: number): void;
  workerDied(index: number, pid: number): void;
  workerStartFailed(index: number, cause: unknown): void;
}

/** Where one room's media live. The router closes with its worker (its `workerclose` event). */
export interface RoomMedia {
  readonly router: Router;
  readonly webRtcServer: WebRtcServer;
}

export interface WorkerPool extends AsyncDisposable {
  /**
   * A router on the worker that carries the fewest. While no worker is alive it waits for one.
   * @throws ProtocolError `media-failed` when none comes within {@link WORKER_WAIT_MS}.
   */
  createRoomMedia(): Promise<RoomMedia>;
  /** Workers that can take a room now. */
  readonly alive: number;
  /** Process ids of the living workers. */
  readonly pids: readonly number[];
  close(): Promise<void>;
}

/** How long a room may wait for a worker that is being replaced, ms. */
export const WORKER_WAIT_MS = 3_000;

interface RunningWorker {
  readonly worker: Worker;
  readonly webRtcServer: WebRtcServer;
  routers: number;
}

/**
 * Starts the workers. A worker that dies is replaced on the same port, at once and then with back-off; its rooms are told by
 * their routers.
 * @throws Error when a worker cannot be started the first time (missing program, port in use).
 */
export async function createWorkerPool(config: WorkerPoolConfig, events: WorkerPoolEvents): Promise<WorkerPool> {
  const running = new Map<number, RunningWorker>();
  const closing = new AbortController();
  let arrived = Promise.withResolvers<void>();

  const start = async (index: number): Promise<void> => {
    const worker = await createWorker({
      logLevel: 'error',
      ...(config.workerBin === undefined ? {} : { workerBin: config.workerBin }),
    });
    try {
      const listen = { ip: config.listenIp, announcedAddress: config.announcedAddress };
      const port = config.firstPort === 0 ? {} : { port: config.firstPort + index };
      const webRtcServer = await worker.createWebRtcServer({
        listenInfos: [
          { protocol: 'udp', ...listen, ...port },
          { protocol: 'tcp', ...listen, ...port },
        ],
      });
      if (closing.signal.aborted) return worker.close();
      running.set(index, { worker, webRtcServer, routers: 0 });
      worker.on('died', () => {
        running.delete(index);
        events.workerDied(index, worker.pid);
        void replace(index);
      });
      events.workerStarted(index, worker.pid);
      const waited = arrived;
      arrived = Promise.withResolvers();
      waited.resolve();
    } catch (error) {
      worker.close();
      throw error;
    }
  };

  const replace = async (index: number): Promise<void> => {
    for (const delayMs of backoff({ firstMs: 100, maxMs: 5_000 }).delays(Math.random)) {
      if (closing.signal.aborted) return;
      try {
        return await start(index);
      } catch (cause) {
        events.workerStartFailed(index, cause);
        await delay(delayMs, closing.signal).catch(() => undefined);
      }
    }
  };

  const pick = async (): Promise<RunningWorker> => {
    const deadline = AbortSignal.any([closing.signal, AbortSignal.timeout(WORKER_WAIT_MS)]);
    for (;;) {
      const [first, ...rest] = running.values();
      if (first) return rest.reduce((least, other) => (other.routers < least.routers ? other : least), first);
      await Promise.race([arrived.promise, aborted(deadline)]);
    }
  };

  const close = async (): Promise<void> => {
    closing.abort();
    for (const { worker } of running.values()) worker.close();
    running.clear();
  };

  const started = await Promise.allSettled(Array.from({ length: config.workers }, (_, index) => start(index)));
  const failed = started.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    await close();
    throw failed.reason;
  }

  return {
    async createRoomMedia() {
      const chosen = await pick();
      chosen.routers += 1;
      try {
        const router = await chosen.worker.createRouter({ mediaCodecs });
        router.observer.on('close', () => (chosen.routers -= 1));
        return { router, webRtcServer: chosen.webRtcServer };
      } catch (cause) {
        chosen.routers -= 1;
        throw new ProtocolError('media-failed', { cause });
      }
    },
    get alive() {
      return running.size;
    },
    get pids() {
      return [...running.values()].map(({ worker }) => worker.pid);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const fail = () => reject(new ProtocolError('media-failed', { detail: 'no-worker' }));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
