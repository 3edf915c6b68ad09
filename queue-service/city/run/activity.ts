import { WebSocket } from 'ws';
import { subscribe } from 'node:diagnostics_channel';
import { randomBytes } from 'node:crypto';
import { connectStore } from '../../src/redis/store-connection.ts';
import type { StoreConnection } from '../../src/redis/store-connection.ts';

/** What a process has in hand, seen from outside of the service that runs in it. */
export interface Activity {
  /** Frames written to the sockets that are open. */
  readonly frames: number;
  /** Messages of other channels than the probe's own. */
  readonly heard: number;
  /** Accepted connections that are open. */
  readonly open: number;
  /** Opens the line to Redis as queue-service does, under watch. */
  readonly connect: typeof connectStore;
  /** Resolves when nothing is in hand and everything published so far was heard. */
  quiet(isStoreUp: boolean): Promise<void>;
}

/** Methods of WebCrypto that queue-service uses; each is a piece of work in another thread. */
const cryptoWork = ['verify', 'digest', 'importKey', 'exportKey'] as const;
/** How long the line to Redis may stay broken while Redis is there, ms of this machine's clock. */
const RETURN_TIMEOUT_MS = 20_000;

/** Whether a command has surely published nothing: reads, sweeps that found nothing due. */
const isSilent = (name: string, answer: unknown): boolean =>
  name.includes('_read_') || (name.endsWith('_sweep_deadlines') && String(answer).includes('"swept":0'));

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** Watches over this process: to be called before the service starts. */
export function watchActivity(): Activity {
  let frames = 0;
  let heard = 0;
  let open = 0;
  let inHand = 0;
  /** Commands that may have published something, and how many of them the last probe came after. */
  let spoken = 0;
  let probed = 0;
  let idle: (() => void) | undefined;
  let line: StoreConnection | undefined;

  const counted = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    inHand += 1;
    try {
      return await work();
    } finally {
      inHand -= 1;
      if (inHand === 0) idle?.();
    }
  };
  const { subtle } = crypto;
  for (const name of cryptoWork) {
    const work = subtle[name].bind(subtle) as (...args: unknown[]) => Promise<unknown>;
    Object.defineProperty(subtle, name, { value: (...args: unknown[]) => counted(() => work(...args)) });
  }
  const written = new WeakMap<WebSocket, number>();
  const count = (socket: WebSocket) => {
    frames += 1;
    const before = written.get(socket);
    written.set(socket, (before ?? 0) + 1);
    if (before === undefined) socket.once('close', () => (frames -= written.get(socket) ?? 0));
  };
  for (const name of ['send', 'ping'] as const) {
    const write = WebSocket.prototype[name] as (this: WebSocket, ...args: unknown[]) => void;
    WebSocket.prototype[name] = function counting(this: WebSocket, ...args: unknown[]) {
      if (this.readyState === WebSocket.OPEN) count(this);
      write.apply(this, args);
    };
  }
  subscribe('net.server.socket', (message) => {
    const { socket } = message as { socket: NodeJS.EventEmitter };
    open += 1;
    socket.once('close', () => (open -= 1));
  });

  const probe = `city-probe-${randomBytes(8).toString('hex')}`;
  let sent = 0;
  let came = 0;
  let onProbe: (() => void) | undefined;
  /** Comes back after everything that was published before it. */
  const roundTrip = async (store: StoreConnection) => {
    sent += 1;
    await store.command(['PUBLISH', probe, String(sent)]);
    const isBack = () => came >= sent || !store.isReady;
    while (!isBack()) {
      await new Promise<void>((resolve) => {
        onProbe = resolve;
        setTimeout(resolve, 100);
      });
    }
  };
  const isDown = () => line !== undefined && !line.isReady;

  return {
    get frames() {
      return frames;
    },
    get heard() {
      return heard;
    },
    get open() {
      return open;
    },
    async connect(address, deps) {
      const store = await connectStore(address, deps);
      await store.subscribe(probe, (text) => {
        came = Number(text);
        onProbe?.();
      });
      line = store;
      const { engine } = store;
      return {
        ...store,
        get isReady() {
          return store.isReady;
        },
        engine: {
          ...engine,
          call: (name, key, args) =>
            counted(async () => {
              const answer = await engine.call(name, key, args);
              if (!isSilent(name, answer)) spoken += 1;
              return answer;
            }),
        },
        command: (args) => {
          if (args[0] === 'PUBLISH') spoken += 1;
          return counted(() => store.command(args));
        },
        subscribe: (channel, hear) =>
          store.subscribe(channel, (text) => {
            heard += 1;
            hear(text);
          }),
        [Symbol.asyncDispose]: () => store.close(),
      };
    },
    async quiet(isStoreUp) {
      const deadline = performance.now() + RETURN_TIMEOUT_MS;
      for (;;) {
        if (inHand > 0) await new Promise<void>((resolve) => (idle = resolve));
        // Two turns: one for what goes on now, one for what that puts off to the next.
        await turn();
        await turn();
        if (inHand > 0) continue;
        if (isDown()) {
          if (!isStoreUp) return;
          if (performance.now() > deadline) throw new Error('The line to Redis did not come back.');
          await new Promise((resolve) => void setTimeout(resolve, 5));
          continue;
        }
        if (!line || spoken === probed) return;
        const upTo = spoken;
        await roundTrip(line).catch(() => undefined);
        probed = upTo;
      }
    },
  };
}
