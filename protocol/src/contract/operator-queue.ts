import { z } from 'zod';
import { offerId, visitId } from '../ids.ts';
import { publicKey } from '../keys.ts';
import { roomAnswer, roomMessage } from '../messages/room.ts';
import { board, desk, deskVisit, mediaAccess, notReadyReason, offerView, outcome, presence } from '../messages/visit.ts';
import { receiptText } from '../receipt.ts';
import { contract } from '../rpc/contract.ts';
import { socketUrl } from '../units.ts';

/**
 * What an operator holds for a visit: one room grant that serves at the media node and at the certificate node. While no
 * certificate node is there the talk goes on without; its address is told when there is one.
 */
export const visitAccess = z.object({ visitId, media: mediaAccess, certificatesUrl: socketUrl.optional() });

/**
 * The console page at queue-service (`/operator`). The sign-in session cookie came with the upgrade; hello names the page's
 * session key. A second page of the same operator takes the desk over and the first is told so.
 */
export const operatorQueue = contract({
  name: 'operator-queue',
  version: 2,
  client: {
    requests: {
      hello: {
        /** `receipt`: of the newest desk; one that does not count is as none. */
        params: z.object({ version: z.literal(2), sessionKey: publicKey, receipt: receiptText.optional() }),
        result: z.object({ desk, offers: z.array(offerView).max(8), access: z.array(visitAccess).max(8) }),
      },
      /** A sign of life, for a page hears nothing of WebSocket's pings. It keeps nothing alive: neither sign-in nor lease. */
      alive: { params: z.object({}), result: z.object({}) },
      /** From now on the page is told of the house. */
      'board.watch': { params: z.object({}), result: board },
      'presence.set': { params: z.object({ presence, reason: notReadyReason.optional() }), result: z.object({ desk }) },
      /** Without `access` the visit is his all the same: its media node is away, and `access.changed` comes when there is one. */
      'offer.accept': { params: z.object({ offerId }), result: z.object({ visit: deskVisit, access: visitAccess.optional() }) },
      'offer.decline': { params: z.object({ offerId }), result: z.object({}) },
      /** Ends the talk; the visit goes to wrap-up in the operator's hands and is over for the citizen. */
      'visit.end': { params: z.object({ visitId }), result: z.object({}) },
      /**
       * Gives a talk to a colleague: it is offered again first, and not to the operator himself. Refused with
       * `nobody-else-on-duty` while nobody else could take it.
       */
      'visit.hand-over': { params: z.object({ visitId }), result: z.object({ desk }) },
      'wrap-up.done': { params: z.object({ visitId, outcome }), result: z.object({ desk }) },
      'grants.renew': { params: z.object({ visitId }), result: visitAccess },
      'message.send': { params: z.object({ visitId, message: roomMessage }), result: roomAnswer, timeoutMs: 15_000 },
    },
    notifications: {},
  },
  server: {
    requests: {
      'message.deliver': { params: z.object({ visitId, message: roomMessage }), result: roomAnswer, timeoutMs: 12_000 },
    },
    notifications: {
      'desk.changed': desk,
      /** Only tiles that have changed; a kiosk that was revoked keeps its tile. Comes at most twice a second. */
      'board.changed': board,
      /** Comes again, with the same id, when the visit has got another media node. */
      'offer.made': offerView,
      /** Fresh access to a visit in talk: a node of it has changed or come back. Replaces what was held. */
      'access.changed': visitAccess,
      'offer.withdrawn': z.object({ offerId, why: z.enum(['expired', 'citizen-left', 'taken', 'superseded']) }),
      /** The operator's right to this visit lapsed; what he still sends for it is refused. */
      'visit.lost': z.object({ visitId }),
      /** Another window took the desk. The socket closes after it. */
      'session.replaced': z.object({}),
    },
  },
});
