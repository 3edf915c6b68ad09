import { WebSocket } from 'ws';
import type { KioskId, VisitId } from '@videosportello/protocol/ids.ts';
import { createNodeClient } from '@videosportello/queue-service/client/node-client.ts';
import type { SfuConfig } from '../src/config.ts';
import { createLogger } from '../src/events.ts';
import { createSfuServer } from '../src/service.ts';
import type { SfuDeps, SfuServer } from '../src/service.ts';
import { createGrantAuthority, testNode } from './grant-authority.ts';
import type { GrantAuthority } from './grant-authority.ts';

export interface RunningSfu extends AsyncDisposable {
  /** The room socket. */
  readonly roomUrl: string;
  readonly httpUrl: string;
  readonly workerPids: readonly number[];
  readonly authority: GrantAuthority;
  /** What queue-service would say. */
  endVisit(visitId: VisitId): void;
  revokeKiosk(kioskId: KioskId): void;
  close(): Promise<void>;
}

type Changes = Partial<SfuConfig> & { now?: () => number };

const startOnLoopback = ({ now = Date.now, ...config }: Changes, connectQueue: SfuDeps['connectQueue']): Promise<SfuServer> =>
  createSfuServer(
    {
      nodeId: testNode,
      listen: { host: '127.0.0.1', port: 0 },
      allowedOrigins: ['http://kiosk.localhost:*', 'http://console.localhost:*'],
      rtc: { listenIp: '127.0.0.1', announcedAddress: '127.0.0.1', firstPort: 0 },
      workers: 1,
      logLevel: 'silent',
      ...config,
    },
    { connectQueue, log: createLogger(config.logLevel ?? process.env.LOG_LEVEL ?? 'silent'), now, random: globalThis.crypto },
  );

/** A media node on loopback that registers at a running queue-service; `queue.url` ends in `/node`. */
export const startSfuAt = (queue: { readonly url: string; readonly secret: string }, changes: Changes = {}): Promise<SfuServer> =>
  startOnLoopback(changes, ({ url, ...handlers }) =>
    createNodeClient(
      { nodeId: testNode, kind: 'media', url, secret: queue.secret },
      { makeSocket: () => new WebSocket(queue.url), ...handlers },
    ),
  );

/** A media node on loopback with real workers; in the place of queue-service a grant authority of its own. */
export async function startSfu(changes: Changes = {}): Promise<RunningSfu> {
  const authority = await createGrantAuthority(changes.now);
  let says: { onVisitEnded: (id: VisitId) => void; onKioskRevoked: (id: KioskId) => void } | undefined;
  const server = await startOnLoopback(changes, (node) => {
    says = node;
    return {
      keys: authority.keys,
      connection: 'open',
      ready: Promise.resolve(),
      reportLoad: () => undefined,
      close: () => Promise.resolve(),
    };
  });
  return {
    roomUrl: `${server.url}/room`,
    httpUrl: server.url.replace(/^ws/, 'http'),
    get workerPids() {
      return server.workerPids;
    },
    authority,
    endVisit: (visitId) => says?.onVisitEnded(visitId),
    revokeKiosk: (id) => says?.onKioskRevoked(id),
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  };
}
