import { z } from 'zod';
import { fence, grantKeys } from '../grant.ts';
import { kioskId, nodeId, visitId } from '../ids.ts';
import { publicKey } from '../keys.ts';
import { endReason, outcome, service } from '../messages/visit.ts';
import { contract } from '../rpc/contract.ts';
import { epochMs, socketUrl } from '../units.ts';

/** A step of a visit as it stands on queue-service's stream; nothing personal. The register takes them in, in order. */
export const visitEvent = z.object({
  /** Redis stream id: rises, unique; repeated deliveries carry the same. */
  id: z.string().regex(/^\d+-\d+$/),
  at: epochMs,
  visitId,
  kioskId,
  kind: z.enum(['opened', 'queued', 'offered', 'accepted', 'declined', 'offer-expired', 'operator-lost', 'handed-over', 'requeued', 'restored', 'cancelled', 'ended', 'wrapped-up']),
  /** Pseudonymous operator id where one acted. */
  operator: z.string().max(40).optional(),
  service: service.optional(),
  reason: z.union([endReason, outcome]).optional(),
  fence,
});
export type VisitEvent = z.output<typeof visitEvent>;

/**
 * Media and certificate nodes at queue-service (`/node`). The proof is HMAC-SHA-256 over the nonce under the pool's node
 * secret, so the secret itself never travels.
 */
export const nodeQueue = contract({
  name: 'node-queue',
  version: 1,
  client: {
    requests: {
      hello: {
        params: z.object({
          version: z.literal(1),
          nodeId,
          kind: z.enum(['media', 'certificates']),
          /** Where kiosks and operators reach this node. */
          url: socketUrl,
          proof: z.string().regex(/^[0-9a-f]{64}$/),
          /** Certificate nodes: the last stream id the register has; events after it follow. */
          eventsAfter: z.string().regex(/^\d+-\d+$/).optional(),
        }),
        result: z.object({ grantKeys, kiosks: z.array(z.object({ kioskId, publicKey })).max(5000) }),
      },
    },
    notifications: { load: z.object({ rooms: z.number().int().min(0), capacity: z.number().int().min(0) }) },
  },
  server: {
    requests: {
      /** Answered once stored; the next batch follows then. */
      'events.take': { params: z.object({ events: z.array(visitEvent).min(1).max(200) }), result: z.object({ lastId: z.string() }) },
    },
    notifications: {
      'keys.changed': grantKeys,
      /** The operator who was offered the visit under this fence has it: a media node may open the room before it sees the room grants. */
      'visit.accepted': z.object({ visitId, fence }),
      'visit.ended': z.object({ visitId }),
      'kiosk.enrolled': z.object({ kioskId, publicKey }),
      'kiosk.revoked': z.object({ kioskId }),
    },
  },
});
