import { createClient } from 'redis';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { delay } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { ScriptEngine } from './scripts.ts';
import { CONNECT_TIMEOUT_MS, createLocator } from './store-address.ts';
import type { StoreAddress, StoreEndpoint } from './store-address.ts';
import { createSemaphore } from './semaphore.ts';

/** How long one command may take before it is answered with `store-unavailable`, ms. */
export const STORE_TIMEOUT_MS = 2_000;
/** How long the first connection may take, ms. */
export const STORE_CONNECT_TIMEOUT_MS = 15_000;
/**
 * How many commands are under way at once: Redis does one at a time, and sends a client no more than 64 kB between two rounds. What
 * is sent beyond that waits there, is done, and comes too late for whoever asked, who asks again.
 */
const UNDER_WAY_MOST = 32;
/** A line that has held for so long is tried again without a pause that grows, ms. */
const HELD_MS = 1_000;

/** The line to Redis: one connection for commands, one for what others publish. */
export interface StoreConnection extends AsyncDisposable {
  readonly engine: ScriptEngine;
  readonly isReady: boolean;
  /** Called after each reconnection of both lines, when commands are answered again: what was published meanwhile is lost. */
  onReady(run: () => Promise<void>): void;
  /** @throws ProtocolError `store-unavailable` */
  command(args: readonly string[]): Promise<unknown>;
  subscribe(channel: string, hear: (text: string) => void): Promise<void>;
  /** @throws ProtocolError `store-unavailable` when Redis does not answer a PING. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const reconnectDelay = (attempt: number): number => Math.min(1_000, 25 * 2 ** Math.min(attempt, 6)) * (0.5 + Math.random() / 2);

/** Failures of Redis itself that pass: it is starting, a replica, busy or full. Any other reply is a defect of ours and stays as it is. */
const passing = /^(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|MOVED|ASK|TRYAGAIN|BUSY|MISCONF|OOM)/;
/** Those that say that another server is the one to speak to. */
const elsewhere = /^(?:READONLY|MASTERDOWN|CLUSTERDOWN|MOVED|ASK)/;
const isReply = (error: unknown): error is Error => error instanceof Error && /^[A-Z]+ /.test(error.message);

const clientAt = (endpoint: StoreEndpoint) =>
  createClient({
    ...('url' in endpoint ? { url: endpoint.url } : {}),
    socket: {
      ...('socketPath' in endpoint ? { path: endpoint.socketPath, tls: false as const } : {}),
      // A lost line is opened anew from the beginning: where to is asked again.
      reconnectStrategy: false,
      connectTimeout: CONNECT_TIMEOUT_MS,
    },
    disableOfflineQueue: true,
    // Each command has its deadline here (bounded); the client's own would make a signal and an exception for each of them.
    commandOptions: { timeout: 0 },
    pingInterval: 1_000,
    commandsQueueMaxLength: 50_000,
  });

/** Both connections to one server. */
interface Line {
  readonly commands: ReturnType<typeof clientAt>;
  readonly listener: ReturnType<typeof clientAt>;
  /** Resolves with the cause when one of the two is gone. */
  readonly lost: Promise<unknown>;
  end(): void;
}

/** @throws Error what keeps one of the two from opening */
async function openLine(endpoint: StoreEndpoint, heard: ReadonlyMap<string, (text: string) => void>, onError: (error: unknown) => void): Promise<Line> {
  const [commands, listener] = [clientAt(endpoint), clientAt(endpoint)];
  const lost = Promise.withResolvers<unknown>();
  for (const client of [commands, listener]) {
    client.on('error', (error: unknown) => (client.isReady ? onError(error) : lost.resolve(error)));
    client.on('end', () => lost.resolve(new Error('The line to Redis was ended.')));
  }
  const end = () => {
    for (const client of [commands, listener]) if (client.isOpen) client.destroy();
    lost.resolve(new Error('The line to Redis was ended.'));
  };
  try {
    await Promise.all([commands.connect(), listener.connect()]);
    for (const [channel, hear] of heard) await listener.subscribe(channel, hear);
    return { commands, listener, lost: lost.promise, end };
  } catch (error) {
    end();
    throw error;
  }
}

/**
 * Connects to Redis and stays connected: opening → serving → (lost) → opening → serving …, until it is closed.
 * @throws Error with a plain sentence when the first connection does not come about within {@link STORE_CONNECT_TIMEOUT_MS}.
 */
export async function connectStore(
  address: StoreAddress,
  deps: {
    readonly onError?: (error: unknown) => void;
    readonly onDown?: () => void;
    /** Done after each reconnection before the first command is let through. */
    readonly beforeServing?: () => Promise<void>;
  } = {},
): Promise<StoreConnection> {
  const { onError = () => undefined } = deps;
  const locate = createLocator(address);
  const stop = new AbortController();
  const heard = new Map<string, (text: string) => void>();
  const readyHandlers: (() => Promise<void>)[] = [];
  let serving: Line | undefined;

  /** Tries until a line is open; `prepare` is done on it before. @throws the last failure when `signal` is aborted */
  const open = async (signal: AbortSignal, firstAttempt: number, prepare: () => Promise<void> | undefined): Promise<Line> => {
    for (let attempt = firstAttempt; ; attempt += 1) {
      let line: Line | undefined;
      try {
        if (attempt > 0) await delay(reconnectDelay(attempt), signal);
        line = await openLine(await locate(signal), heard, onError);
        await prepare();
        signal.throwIfAborted();
        return line;
      } catch (error) {
        line?.end();
        if (signal.aborted) throw error;
        onError(error);
      }
    }
  };
  const keep = async (first: Line): Promise<void> => {
    let attempts = 0;
    for (let line = first; ; ) {
      const since = performance.now();
      const cause = await line.lost;
      serving = undefined;
      line.end();
      if (stop.signal.aborted) return;
      deps.onDown?.();
      onError(cause);
      // A server that lets us in and sends us away again is not asked without a pause.
      attempts = performance.now() - since < HELD_MS ? attempts + 1 : 0;
      line = await open(stop.signal, attempts, () => deps.beforeServing?.());
      serving = line;
      for (const run of readyHandlers) run().catch(onError);
    }
  };

  const semaphore = createSemaphore(UNDER_WAY_MOST);
  const bounded = async <Value>(ask: (line: Line) => Promise<Value>): Promise<Value> => {
    const line = serving;
    if (!line) throw new ProtocolError('store-unavailable');
    let isOverdue = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const overdue = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        isOverdue = true;
        reject(new ProtocolError('store-unavailable'));
      }, STORE_TIMEOUT_MS);
    });
    const inTurn = async () => {
      // Over a newer line it would go under an epoch that is not the newest.
      if (isOverdue || line !== serving) throw new ProtocolError('store-unavailable');
      return ask(line);
    };
    try {
      return await Promise.race([semaphore(inTurn), overdue]);
    } catch (error) {
      if (error instanceof ProtocolError || (isReply(error) && !passing.test(error.message))) throw error;
      if (isReply(error) && elsewhere.test(error.message)) line.end();
      throw new ProtocolError('store-unavailable', { cause: error });
    } finally {
      clearTimeout(timer);
    }
  };

  const first = await open(AbortSignal.any([stop.signal, AbortSignal.timeout(STORE_CONNECT_TIMEOUT_MS)]), 0, () => undefined).catch((cause: unknown) => {
    throw new Error('Redis could not be reached; is it running, and is its address right?', { cause });
  });
  serving = first;
  const kept = keep(first).catch((error: unknown) => {
    // Waiting for the next line ends with the abort of `stop`; anything else would leave this process without Redis for good.
    if (!stop.signal.aborted) throw error;
  });
  const close = async () => {
    stop.abort();
    serving?.end();
    serving = undefined;
    await kept;
  };

  return {
    engine: {
      call: (name, key, args) => bounded(({ commands }) => commands.fCall(name, { keys: [key], arguments: [...args] })),
      load: (library) => bounded(({ commands }) => commands.functionLoad(library, { REPLACE: true })),
      isUnknownFunction: (error) => isReply(error) && error.message.includes('Function not found'),
    },
    get isReady() {
      return serving !== undefined;
    },
    onReady: (run) => void readyHandlers.push(run),
    command: (args) => bounded(({ commands }) => commands.sendCommand([...args])),
    async subscribe(channel, hear) {
      if (heard.has(channel)) throw new TypeError('subscribed already');
      heard.set(channel, hear);
      await bounded(async ({ listener }) => listener.subscribe(channel, hear));
    },
    ping: async () => void (await bounded(({ commands }) => commands.ping())),
    close,
    [Symbol.asyncDispose]: close,
  };
}
