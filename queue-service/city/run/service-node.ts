import { nodeQueue } from '@videosportello/protocol/contract/node-queue.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { nodeId } from '@videosportello/protocol/ids.ts';
import { nodeProof } from '../../client/node-proof.ts';
import type { CityContext } from './city-context.ts';
import { nodeFor } from './city-context.ts';
import { openLink } from './link.ts';

const AGAIN_MS = 500;

/** Registers a media or a certificate node, and keeps it registered; it takes the steps of visits in and forgets them. */
export function createServiceNode(
  who: { readonly kind: 'media' | 'certificates'; readonly id: string; readonly url: string; readonly secret: string; readonly home: number },
  city: Pick<CityContext, 'stage' | 'nodes'>,
) {
  const { stage } = city;
  let lastId: string | undefined;
  const connect = async (): Promise<void> => {
    const done = stage.busy();
    try {
      const node = nodeFor(city.nodes, who.home);
      if (!node) throw new ProtocolError('link-lost');
      const link = await openLink(stage, node, {
        contract: nodeQueue,
        path: '/node',
        headers: {},
        requests: {
          'events.take': async ({ events }) => {
            lastId = events.at(-1)?.id ?? lastId ?? '0-0';
            return { lastId };
          },
        },
        notifications: {
          'keys.changed': () => {},
          'visit.accepted': () => {},
          'visit.ended': () => {},
          'kiosk.enrolled': () => {},
          'kiosk.revoked': () => {},
        },
        onGone: () => void stage.after(AGAIN_MS, () => void connect()),
      });
      await link.request('hello', {
        version: 1,
        nodeId: nodeId.parse(who.id),
        kind: who.kind,
        url: who.url,
        proof: nodeProof(who.secret, link.welcome.nonce),
        ...(lastId === undefined ? {} : { eventsAfter: lastId }),
      });
    } catch {
      stage.after(AGAIN_MS, () => void connect());
    } finally {
      done();
    }
  };
  return { connect };
}
