import { createClient } from 'redis';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ScriptEngine } from './scripts.ts';

/** How long one command may take before it is answered with `store-unavailable`, ms. */
export const STORE_TIMEOUT_MS = 2_000;
/** How long the first connection may take, ms. */
export const STORE_CONNECT_TIMEOUT_MS = 15_000;

/** How soon the return is tried again when `beforeServing` failed, ms. */
const RETURN_RETRY_MS = 1_000;

/** Where Redis is: a URL (`redis://`, `rediss://`) or the path of a unix socket. */
export type StoreAddress = { readonly url: string } | { readonly socketPath: string };

/** The address of a REDIS_URL; `unix:///path` is a unix socket. */
export const storeAddress = (url: string): StoreAddress =>
  url.startsWith('unix:') ? { socketPath: decodeURIComponent(new URL(url).pathname) } : { url };

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
const passing = /^(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|MISCONF|OOM)/;
const isReply = (error: unknown): error is Error => error instanceof Error && /^[A-Z]+ /.test(error.message);

/**
 * Connects to Redis and stays connected.
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
  const options = {
    ...('url' in address ? { url: address.url } : {}),
    socket: {
      ...('socketPath' in address ? { path: address.socketPath, tls: false as const } : {}),
      reconnectStrategy: reconnectDelay,
      connectTimeout: 2_000,
    },
    disableOfflineQueue: true,
    // Each command has its deadline here (bounded); the client's own would make a signal and an exception for each of them.
    commandOptions: { timeout: 0 },
    pingInterval: 1_000,
    commandsQueueMaxLength: 50_000,
  };
  const commands = createClient(options);
  const listener = createClient({ ...options, disableOfflineQueue: false });
  const readyHandlers: (() => Promise<void>)[] = [];
  /** first → (both lines ready) → serving → (a line lost) → down → (both ready) → returning → serving */
  let state: 'first' | 'serving' | 'down' | 'returning' = 'first';
  const lose = () => {
    if (state !== 'serving' && state !== 'returning') return;
    if (state === 'serving') deps.onDown?.();
    state = 'down';
  };
  const comeBack = async () => {
    if (state !== 'down' || !commands.isReady || !listener.isReady) return;
    state = 'returning';
    await deps.beforeServing?.();
    // Lost again meanwhile: the next return does it all once more.
    if (!isReturning()) return;
    state = 'serving';
    for (const run of readyHandlers) run().catch((error: unknown) => deps.onError?.(error));
  };
  const isReturning = () => state === 'returning';
  const tryComeBack = () => {
    comeBack().catch((error: unknown) => {
      lose();
      deps.onError?.(error);
      setTimeout(tryComeBack, RETURN_RETRY_MS).unref();
    });
  };
  for (const client of [commands, listener]) {
    client.on('error', (error: unknown) => {
      if (!commands.isReady || !listener.isReady) lose();
      deps.onError?.(error);
    });
    client.on('reconnecting', lose);
    client.on('ready', tryComeBack);
  }

  const bounded = async <Value>(ask: () => Promise<Value>): Promise<Value> => {
    if (state !== 'serving') throw new ProtocolError('store-unavailable');
    let timer: ReturnType<typeof setTimeout> | undefined;
    const overdue = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new ProtocolError('store-unavailable')), STORE_TIMEOUT_MS);
    });
    try {
      return await Promise.race([ask(), overdue]);
    } catch (error) {
      if (error instanceof ProtocolError || (isReply(error) && !passing.test(error.message))) throw error;
      throw new ProtocolError('store-unavailable', { cause: error });
    } finally {
      clearTimeout(timer);
    }
  };

  const close = async () => {
    if (commands.isOpen) commands.destroy();
    if (listener.isOpen) listener.destroy();
  };
  const overdue = setTimeout(() => void close(), STORE_CONNECT_TIMEOUT_MS);
  try {
    await Promise.all([commands.connect(), listener.connect()]);
  } catch (error) {
    await close();
    throw new Error('Redis could not be reached; is it running, and is its address right?', { cause: error });
  } finally {
    clearTimeout(overdue);
  }

  state = 'serving';

  const subscriptions = new Set<string>();
  return {
    engine: {
      call: (name, key, args) => bounded(() => commands.fCall(name, { keys: [key], arguments: [...args] })),
      load: (library) => bounded(() => commands.functionLoad(library, { REPLACE: true })),
      isUnknownFunction: (error) => isReply(error) && error.message.includes('Function not found'),
    },
    get isReady() {
      return state === 'serving';
    },
    onReady: (run) => void readyHandlers.push(run),
    command: (args) => bounded(() => commands.sendCommand([...args])),
    async subscribe(channel, hear) {
      if (subscriptions.has(channel)) throw new TypeError('subscribed already');
      subscriptions.add(channel);
      await bounded(async () => listener.subscribe(channel, hear));
    },
    ping: async () => void (await bounded(() => commands.ping())),
    close,
    [Symbol.asyncDispose]: close,
  };
}
