import { ProtocolError } from '../error-codes.ts';
import { welcome } from './contract.ts';
import type { Contract, NotificationHandlers, RequestHandlers, Side, Welcome } from './contract.ts';
import { createPeer } from './peer.ts';
import type { Peer, PeerEvent } from './peer.ts';
import { backoff, delay } from './retry-policy.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { webSocketTransport } from './transport.ts';
import type { MessageTransport, WebSocketLike } from './transport.ts';

/** How long opening a socket and getting its welcome may take, ms. */
export const CONNECT_TIMEOUT_MS = 5_000;

/** Every server's first notification; clients add it to what they hear. */
export const withWelcome = <Server extends Side>(server: Server) => ({
  requests: server.requests,
  notifications: { ...server.notifications, welcome },
});

/**
 * Opens a WebSocket and waits until it is open.
 * @throws ProtocolError `link-lost` when refused, `timeout` after {@link CONNECT_TIMEOUT_MS}, `aborted`.
 */
export function openSocket(
  make: () => WebSocketLike,
  { signal, timeoutMs = CONNECT_TIMEOUT_MS }: { signal: AbortSignal; timeoutMs?: number },
): Promise<MessageTransport> {
  const opened = Promise.withResolvers<MessageTransport>();
  if (signal.aborted) return Promise.reject(new ProtocolError('aborted'));
  const socket = make();
  const transport = webSocketTransport(socket);
  const fail = (code: 'link-lost' | 'timeout' | 'aborted') => {
    opened.reject(new ProtocolError(code));
    socket.close();
  };
  const timer = setTimeout(() => fail('timeout'), timeoutMs);
  const abort = () => fail('aborted');
  signal.addEventListener('abort', abort, { once: true });
  socket.addEventListener('open', () => opened.resolve(transport));
  socket.addEventListener('error', () => fail('link-lost'));
  socket.addEventListener('close', () => opened.reject(new ProtocolError('link-lost')));
  return opened.promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  });
}

export interface ConnectOptions<Client extends Side, Server extends Side> {
  readonly contract: Contract<Client, Server>;
  readonly open: (signal: AbortSignal) => Promise<MessageTransport>;
  readonly requests: RequestHandlers<Server>;
  readonly notifications: NotificationHandlers<Server>;
  readonly signal: AbortSignal;
  readonly onEvent?: (event: PeerEvent) => void;
}

/**
 * Opens one connection and waits for the server's welcome. The caller says hello.
 * @throws ProtocolError `timeout`, `link-lost`, `aborted`, or `version-unsupported`.
 */
export async function connect<Client extends Side, Server extends Side>(
  options: ConnectOptions<Client, Server>,
): Promise<{ peer: Peer<Client>; welcome: Welcome }> {
  const { signal } = options;
  const transport = await options.open(signal);
  const welcomed = Promise.withResolvers<Welcome>();
  const peer: Peer<Client> = createPeer<Client, Side>({
    transport,
    mine: options.contract.client,
    theirs: withWelcome(options.contract.server),
    requests: options.requests,
    notifications: { ...options.notifications, welcome: (value: Welcome) => welcomed.resolve(value) },
    ...(options.onEvent ? { onEvent: options.onEvent } : {}),
  });
  const timer = setTimeout(() => welcomed.reject(new ProtocolError('timeout')), CONNECT_TIMEOUT_MS);
  const abort = () => welcomed.reject(new ProtocolError('aborted'));
  signal.addEventListener('abort', abort, { once: true });
  void peer.closed.then(() => welcomed.reject(new ProtocolError('link-lost')));
  try {
    const said = await welcomed.promise;
    if (!said.versions.includes(options.contract.version)) throw new ProtocolError('version-unsupported');
    return { peer, welcome: said };
  } catch (error) {
    peer.close();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** connecting → open → lost → connecting …; closed at the end. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'closed';

export interface KeepConnectedOptions<Client extends Side, Server extends Side> extends ConnectOptions<Client, Server> {
  /** Says hello and takes the snapshot in; a throw counts as a failed attempt. */
  readonly hello: (peer: Peer<Client>, welcome: Welcome) => Promise<void>;
  readonly onState: (state: ConnectionState) => void;
  /** Whether to stop trying after this failure (a revoked kiosk, a replaced session). Default: never stop. */
  readonly isFinal?: (error: ProtocolError) => boolean;
  readonly policy?: RetryPolicy;
  readonly random?: () => number;
}

/** Keeps one connection alive until the signal is aborted or a failure is final; resolves then. */
export async function keepConnected<Client extends Side, Server extends Side>(
  options: KeepConnectedOptions<Client, Server>,
): Promise<void> {
  const { signal, policy = backoff(), random = Math.random, isFinal = () => false } = options;
  let delays = policy.delays(random)[Symbol.iterator]();
  while (!signal.aborted) {
    options.onState('connecting');
    try {
      const { peer, welcome: said } = await connect(options);
      const closeOnAbort = () => peer.close();
      signal.addEventListener('abort', closeOnAbort, { once: true });
      try {
        await options.hello(peer, said);
        delays = policy.delays(random)[Symbol.iterator]();
        options.onState('open');
        await peer.closed;
      } finally {
        signal.removeEventListener('abort', closeOnAbort);
        peer.close();
      }
    } catch (error) {
      if (error instanceof ProtocolError && isFinal(error)) break;
    }
    if (signal.aborted) break;
    options.onState('lost');
    const next = delays.next();
    if (next.done) break;
    await delay(next.value, signal).catch(() => undefined);
  }
  options.onState('closed');
}

