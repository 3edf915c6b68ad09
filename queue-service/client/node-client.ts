import type { z } from 'zod';
import { nodeQueue } from '@videosportello/protocol/contract/node-queue.ts';
import type { VisitEvent } from '@videosportello/protocol/contract/node-queue.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { Fence, GrantKeys } from '@videosportello/protocol/grant.ts';
import type { KioskId, NodeId, VisitId } from '@videosportello/protocol/ids.ts';
import type { PublicKey } from '@videosportello/protocol/keys.ts';
import { keepConnected, openSocket } from '@videosportello/protocol/rpc/connection.ts';
import type { ConnectionState } from '@videosportello/protocol/rpc/connection.ts';
import type { Peer, PeerEvent } from '@videosportello/protocol/rpc/peer.ts';
import type { RetryPolicy } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import { nodeProof } from './node-proof.ts';

export type { VisitEvent };
export type NodeLoad = z.output<(typeof nodeQueue.client.notifications)['load']>;

/** How often a node reports its load, ms. */
export const LOAD_EVERY_MS = 2_000;

export interface NodeConfig {
  readonly nodeId: NodeId;
  readonly kind: 'media' | 'certificates';
  /**
   * Where kiosks and operators reach this node: ws or wss with host and port. queue-service hands out the path:
   * `/room` of a media node; `/device` and `/operator` of a certificate node.
   */
  readonly url: string;
  /** The pool's node secret, hex (the content of NODE_SECRET_FILE, trimmed). */
  readonly secret: string;
}

export interface NodeDeps {
  /** Opens the socket: `() => new WebSocket(QUEUE_URL)` from `ws`, url ending in `/node`. */
  readonly makeSocket: () => WebSocketLike;
  /** How busy this node is; asked every {@link LOAD_EVERY_MS} and after each hello. */
  readonly load: () => NodeLoad;
  /** The offer made under this fence was accepted. */
  readonly onVisitAccepted?: (visitId: VisitId, fence: Fence) => void;
  /** A visit is over: close its room, forget its evidence and its fence. */
  readonly onVisitEnded?: (visitId: VisitId) => void;
  /** The kiosk was revoked: close its connections now. It is already gone from `kiosks`. */
  readonly onKioskRevoked?: (kioskId: KioskId) => void;
  /** Certificate nodes: the last stream id the register has; undefined when it has none. */
  readonly lastEventId?: () => Promise<string | undefined>;
  /**
   * Certificate nodes: stores a batch, in order; the same event may come twice (same id). Answer the last id stored.
   * A throw makes queue-service send the batch again.
   */
  readonly onEvents?: (events: readonly VisitEvent[]) => Promise<string>;
  readonly onState?: (state: ConnectionState) => void;
  readonly onEvent?: (event: PeerEvent) => void;
  readonly policy?: RetryPolicy;
}

/** A node's line to queue-service. While the line is down the last keys and kiosks stay: grants are verified offline. */
export interface NodeClient extends AsyncDisposable {
  /** @throws ProtocolError `link-lost` before the first hello was accepted. */
  readonly keys: GrantKeys;
  /** Enrolled kiosks that are not revoked, with their keys. */
  readonly kiosks: ReadonlyMap<KioskId, PublicKey>;
  readonly connection: ConnectionState;
  /** Resolves after the first accepted hello; rejects with `proof-invalid` when the secret is wrong, `aborted` when closed first. */
  readonly ready: Promise<void>;
  /** Tells queue-service at once that the load has changed. */
  reportLoad(): void;
  close(): Promise<void>;
}

const finalCodes: readonly ErrorCode[] = ['proof-invalid', 'version-unsupported'];

/** Registers a node at queue-service and keeps it registered. */
export function createNodeClient(config: NodeConfig, deps: NodeDeps): NodeClient {
  const stop = new AbortController();
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => undefined);
  const kiosks = new Map<KioskId, PublicKey>();
  let keys: GrantKeys | undefined;
  let connection: ConnectionState = 'connecting';
  let peer: Peer<typeof nodeQueue.client> | undefined;

  const reportLoad = () => peer?.notify('load', deps.load());
  const loadTimer = setInterval(reportLoad, LOAD_EVERY_MS);
  loadTimer.unref();

  const done = keepConnected({
    contract: nodeQueue,
    open: (signal) => openSocket(deps.makeSocket, { signal }),
    signal: stop.signal,
    ...(deps.policy ? { policy: deps.policy } : {}),
    ...(deps.onEvent ? { onEvent: deps.onEvent } : {}),
    requests: {
      'events.take': async ({ events }) => {
        if (!deps.onEvents) throw new ProtocolError('unknown-method');
        return { lastId: await deps.onEvents(events) };
      },
    },
    notifications: {
      'keys.changed': (changed) => {
        keys = changed;
      },
      'visit.accepted': ({ visitId, fence }) => deps.onVisitAccepted?.(visitId, fence),
      'visit.ended': ({ visitId }) => deps.onVisitEnded?.(visitId),
      'kiosk.enrolled': ({ kioskId, publicKey }) => void kiosks.set(kioskId, publicKey),
      'kiosk.revoked': ({ kioskId }) => {
        kiosks.delete(kioskId);
        deps.onKioskRevoked?.(kioskId);
      },
    },
    hello: async (connected, welcome) => {
      const eventsAfter = await deps.lastEventId?.();
      const said = await connected.request('hello', {
        version: 1,
        nodeId: config.nodeId,
        kind: config.kind,
        url: config.url,
        proof: nodeProof(config.secret, welcome.nonce),
        ...(eventsAfter === undefined ? {} : { eventsAfter }),
      });
      keys = said.grantKeys;
      const revokedMeanwhile = new Set(kiosks.keys());
      for (const kiosk of said.kiosks) {
        kiosks.set(kiosk.kioskId, kiosk.publicKey);
        revokedMeanwhile.delete(kiosk.kioskId);
      }
      for (const kioskId of revokedMeanwhile) {
        kiosks.delete(kioskId);
        deps.onKioskRevoked?.(kioskId);
      }
      peer = connected;
      reportLoad();
      ready.resolve();
    },
    onState: (state) => {
      connection = state;
      if (state !== 'open') peer = undefined;
      deps.onState?.(state);
    },
    isFinal: (error) => {
      if (!finalCodes.includes(error.code)) return false;
      ready.reject(error);
      return true;
    },
  });
  const close = async () => {
    stop.abort();
    clearInterval(loadTimer);
    await done;
    ready.reject(new ProtocolError('aborted'));
  };

  return {
    get keys() {
      if (!keys) throw new ProtocolError('link-lost');
      return keys;
    },
    kiosks,
    get connection() {
      return connection;
    },
    ready: ready.promise,
    reportLoad,
    close,
    [Symbol.asyncDispose]: close,
  };
}
