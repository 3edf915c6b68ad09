import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { Fence, GrantKeys } from '@videosportello/protocol/grant.ts';
import type { KioskId, RandomSource, VisitId } from '@videosportello/protocol/ids.ts';
import { watchLiveness } from '@videosportello/protocol/rpc/liveness.ts';
import { webSocketTransport } from '@videosportello/protocol/rpc/transport.ts';
import { acceptConnection } from './channel/accept-connection.ts';
import { isAllowedOrigin } from './channel/origin.ts';
import type { SfuConfig } from './config.ts';
import { logEvents } from './events.ts';
import { createHttpApp } from './http/app.ts';
import { createMetrics } from './http/metrics.ts';
import { createWorkerPool } from './media/worker-pool.ts';
import { createRoomRegistry } from './room/room-registry.ts';

/** The line to queue-service, as far as a media node needs it; `queue-service/client/node-client.ts` is one. */
export interface QueueLink {
  /** @throws ProtocolError while none were received. */
  readonly keys: GrantKeys;
  readonly connection: string;
  /** Resolves when queue-service knows this node. */
  readonly ready: Promise<void>;
  reportLoad(): void;
  close(): Promise<void>;
}

export interface SfuDeps {
  /** Registers this node; called once, when it can be reached at `url`. */
  readonly connectQueue: (node: {
    readonly url: string;
    readonly load: () => { rooms: number; capacity: number };
    readonly onVisitAccepted: (visitId: VisitId, fence: Fence) => void;
    readonly onVisitEnded: (visitId: VisitId) => void;
    readonly onKioskRevoked: (kioskId: KioskId) => void;
    readonly onState: (state: string) => void;
  }) => QueueLink;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: RandomSource;
}

export interface SfuServer extends AsyncDisposable {
  /** Where pages find the room socket, without its path `/room`. */
  readonly url: string;
  /** The address it is bound to, for peers on this machine. */
  readonly socketUrl: string;
  /** Process ids of the media workers. */
  readonly workerPids: readonly number[];
  close(): Promise<void>;
}

/**
 * Rooms one worker is meant to carry. Measured on one core: 158 to 186 two-party sessions; a third is kept for bursts of key
 * frames.
 */
export const ROOMS_PER_WORKER = 100;
/** Most sockets that are open and in no room (their hello is still awaited); then pages are to come again. */
export const STRANGERS_MAX = 256;
/** Largest message on a room socket, bytes: RTP capabilities are some 10 KiB. */
const MAX_MESSAGE_BYTES = 131_072;

/**
 * Starts a media node: workers, the room socket, HTTP, and its registration.
 * @throws Error when a worker or the listening socket cannot be opened.
 */
export async function createSfuServer(config: SfuConfig, deps: SfuDeps): Promise<SfuServer> {
  const metrics = createMetrics({ rooms: () => registry.size, peers: () => registry.peers, workers: () => pool.alive });
  const events = metrics.count(logEvents(deps.log));
  const pool = await createWorkerPool(
    {
      workers: config.workers,
      ...config.rtc,
      ...(config.workerBin === undefined ? {} : { workerBin: config.workerBin }),
    },
    events,
  );
  const registry = createRoomRegistry({ pool, events, now: deps.now, onChange: () => link?.reportLoad() });
  let link: QueueLink | undefined;

  const app = createHttpApp({
    isReady: () => pool.alive > 0 && link?.connection === 'open',
    metrics,
    onError: (cause) => deps.log.error({ err: cause }, 'request failed'),
  });
  const http: Server = config.tls
    ? createTlsServer({ cert: readFileSync(config.tls.certFile), key: readFileSync(config.tls.keyFile) }, app.callback())
    : createServer(app.callback());
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });

  http.on('upgrade', (request, socket, head) => {
    // A page that resets while it is being refused must not end the node.
    socket.on('error', () => socket.destroy());
    // A signalling message must not wait for the one before to be acknowledged (Nagle, RFC 896).
    if ('setNoDelay' in socket && typeof socket.setNoDelay === 'function') socket.setNoDelay(true);
    const refuse = (status: string) => socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    if (request.url !== '/room') return refuse('404 Not Found');
    if (!isAllowedOrigin(request.headers.origin, config.allowedOrigins)) return refuse('403 Forbidden');
    if (sockets.clients.size - registry.peers >= STRANGERS_MAX) return refuse('503 Service Unavailable');
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => webSocket.terminate());
      const liveness = watchLiveness(webSocket);
      const { peer } = acceptConnection(webSocketTransport(webSocket), {
        nodeId: config.nodeId,
        registry,
        events,
        grantKeys: () => {
          if (!link) throw new ProtocolError('not-authenticated');
          return link.keys;
        },
        now: deps.now,
        random: deps.random,
        steadyMs: () => performance.now(),
      });
      void peer.closed.then(() => liveness.stop());
    });
  });

  let closed: Promise<void> | undefined;
  const close = () =>
    (closed ??= (async () => {
      registry.closeAll('shutting-down');
      await link?.close();
      await goodbyes(sockets);
      sockets.close();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
      await pool.close();
      events.stopped();
    })());

  try {
    await listen(http, config.listen);
    const { port } = http.address() as AddressInfo;
    const socketUrl = `${config.tls ? 'wss' : 'ws'}://${bracketed(config.listen.host)}:${port}`;
    const url = config.publicUrl ?? socketUrl;
    link = deps.connectQueue({
      url,
      load: () => ({ rooms: registry.size, capacity: pool.alive * ROOMS_PER_WORKER }),
      onVisitAccepted: (visitId, fence) => registry.acceptVisit(visitId, fence),
      onVisitEnded: (visitId) => registry.endVisit(visitId),
      onKioskRevoked: (kioskId) => registry.revokeKiosk(kioskId),
      onState: (state) => events.queueLink(state),
    });
    await link.ready;
    events.listening(url);
    return {
      url,
      socketUrl,
      get workerPids() {
        return pool.pids;
      },
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** How long pages may take to answer a close frame, ms. */
const GOODBYE_MS = 500;

async function goodbyes(sockets: WebSocketServer): Promise<void> {
  const deadline = setTimeout(() => sockets.clients.forEach((client) => client.terminate()), GOODBYE_MS);
  await Promise.all([...sockets.clients].map((client) => new Promise<void>((resolve) => void client.once('close', () => resolve()))));
  clearTimeout(deadline);
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

const listen = (server: Server, { host, port }: { host: string; port: number }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
