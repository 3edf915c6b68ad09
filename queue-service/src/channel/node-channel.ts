import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import { nodeQueue } from '@videosportello/protocol/contract/node-queue.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { NodeId } from '@videosportello/protocol/ids.ts';
import { acceptPeer } from '@videosportello/protocol/rpc/accept.ts';
import { backoff, delay } from '@videosportello/protocol/rpc/retry-policy.ts';
import { webSocketTransport } from '@videosportello/protocol/rpc/transport.ts';
import { isNodeProof } from '../../client/node-proof.ts';
import { kioskKey } from '../kiosk/kiosk-store.ts';
import { EVENT_BATCH } from '../node/event-stream.ts';
import type { NodeKind } from '../node/node-store.ts';
import { closeCodes } from './channel-context.ts';
import type { ChannelContext } from './channel-context.ts';
import type { NodeSocket } from './socket-registry.ts';
import { createRefresher } from './view-lane.ts';

/** Serves one media or certificate node on an open socket (contract node-queue). */
export function serveNode(socket: WebSocket, context: ChannelContext): void {
  const session = randomBytes(12).toString('hex');
  let greeted: { readonly nodeId: NodeId; readonly kind: NodeKind } | undefined;
  let hasTried = false;
  let stored = '0-0';

  const { peer } = acceptPeer({
    contract: nodeQueue,
    transport: webSocketTransport(socket),
    nowMs: context.now(),
    nonceBytes: randomBytes(16),
    timers: context.timers,
    onEvent: (event) => context.log.peer('node', greeted?.nodeId, event),
    serve: ({ peer: mine, nonce }) => ({
      requests: {
        hello: async ({ nodeId, kind, url, proof, eventsAfter }) => {
          if (hasTried) throw new ProtocolError('bad-message');
          hasTried = true;
          if (!isNodeProof(context.nodeSecret, nonce, proof)) throw new ProtocolError('proof-invalid');
          const board = await context.kiosks.readBoard();
          await context.nodes.openSession({ nodeId, kind, url, session, instance: context.instance });
          if (mine.signal.aborted) throw new ProtocolError('link-lost');
          greeted = { nodeId, kind };
          stored = eventsAfter ?? stored;
          context.sockets.nodes.get(nodeId)?.close(closeCodes.replaced);
          context.sockets.nodes.set(nodeId, self(nodeId));
          context.log.opened('node', nodeId);
          mine.admit();
          // After the answer, so that a node knows its keys before its first events.
          setImmediate(giveEvents);
          return {
            grantKeys: context.keys.known,
            kiosks: board.kiosks.filter((kiosk) => !kiosk.revoked).map((kiosk) => ({ kioskId: kiosk.id, publicKey: kioskKey(kiosk) })),
          };
        },
      },
      notifications: {
        load: (load) => {
          if (!greeted) return;
          context.nodes
            .reportLoad({ nodeId: greeted.nodeId, session, ...load })
            .catch((error: unknown) => context.log.failed('node.load', error));
        },
      },
    }),
  });

  /** Gives a certificate node the steps of visits, in order; the next batch follows when one is stored. */
  const giveEvents = createRefresher(
    async () => {
      if (greeted?.kind !== 'certificates') return;
      const delays = backoff({ firstMs: 200, maxMs: 5_000 }).delays(Math.random)[Symbol.iterator]();
      while (!peer.signal.aborted) {
        try {
          const events = await context.events.after(stored);
          if (events.length === 0) return;
          const { lastId } = await peer.request('events.take', { events });
          if (!events.some((event) => event.id === lastId)) throw new ProtocolError('bad-message');
          stored = lastId;
          // What comes from now on is told as any change is.
          if (lastId === events.at(-1)?.id && events.length < EVENT_BATCH) return;
        } catch (error) {
          if (peer.signal.aborted) return;
          context.log.failed('node.events', error);
          const next = delays.next();
          if (!next.done) await delay(next.value, peer.signal, context.timers).catch(() => undefined);
        }
      }
    },
    (error) => context.log.failed('node.events', error),
  );

  const self = (nodeId: NodeId): NodeSocket => ({
    nodeId,
    session,
    visitAccepted: (visitId, fence) => peer.notify('visit.accepted', { visitId, fence }),
    visitEnded: (visitId) => peer.notify('visit.ended', { visitId }),
    kioskEnrolled: (kioskId, publicKey) => peer.notify('kiosk.enrolled', { kioskId, publicKey }),
    kioskRevoked: (kioskId) => peer.notify('kiosk.revoked', { kioskId }),
    keysChanged: (keys) => peer.notify('keys.changed', keys),
    eventsGrew: giveEvents,
    close: (code) => peer.close(code),
  });

  const liveness = context.watch(socket);
  void peer.closed.then(async (code) => {
    liveness.stop();
    if (!greeted) return;
    // The lease runs on: a node that comes back within it keeps its visits.
    if (context.sockets.nodes.get(greeted.nodeId)?.session === session) context.sockets.nodes.delete(greeted.nodeId);
    context.log.closed('node', greeted.nodeId, code);
    const gone = { nodeId: greeted.nodeId, session, silentMs: liveness.silentMs() };
    await context.leases.close(() => context.nodes.closeSession(gone));
  });
}
