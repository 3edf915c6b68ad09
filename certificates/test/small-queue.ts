/** A queue-service for tests, as far as a certificate node sees it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { nodeQueue } from '@videosportello/protocol/contract/node-queue.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { grantKeys } from '@videosportello/protocol/grant.ts';
import type { KioskId } from '@videosportello/protocol/ids.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import { acceptPeer } from '@videosportello/protocol/rpc/accept.ts';
import type { Peer } from '@videosportello/protocol/rpc/peer.ts';
import { webSocketTransport } from '@videosportello/protocol/rpc/transport.ts';
import { watched } from '@videosportello/protocol/testing/watched.ts';
import { isNodeProof } from '@videosportello/queue-service/client/node-proof.ts';

/** What the pool's nodes share. */
export const nodeSecret = 'ab'.repeat(32);

/** Starts it for a town's kiosks; `keys` are the grants' public ones. */
export async function startQueue(kiosks: ReadonlyMap<KioskId, HolderKey>, keys: unknown) {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, path: '/node' });
  const node = watched<Peer<typeof nodeQueue.server> | undefined>(undefined);
  const hellos: { readonly nodeId: string; readonly eventsAfter?: string | undefined }[] = [];
  const loads: number[] = [];
  sockets.on('connection', (socket) => {
    const { peer } = acceptPeer({
      contract: nodeQueue,
      transport: webSocketTransport(socket),
      nowMs: Date.now(),
      nonceBytes: crypto.getRandomValues(new Uint8Array(16)),
      serve: ({ peer: mine, nonce }) => ({
        requests: {
          hello: ({ proof, nodeId: id, eventsAfter }) => {
            if (!isNodeProof(nodeSecret, nonce, proof)) throw new ProtocolError('proof-invalid');
            hellos.push({ nodeId: id, eventsAfter });
            mine.admit();
            setImmediate(() => node.set(mine));
            return {
              grantKeys: grantKeys.parse(keys),
              kiosks: [...kiosks].map(([id, { publicKey }]) => ({ kioskId: id, publicKey })),
            };
          },
        },
        notifications: { load: ({ rooms }) => void loads.push(rooms) },
      }),
    });
    void peer.closed.then(() => node.value === peer && node.set(undefined));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/node`,
    node,
    hellos,
    loads,
    async close() {
      for (const client of sockets.clients) client.terminate();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
