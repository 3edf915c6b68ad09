import { z } from 'zod';
import { peerId } from '../ids.ts';
import { compactJws } from '../keys.ts';
import { roomAnswer, roomMessage } from '../messages/room.ts';
import { contract } from '../rpc/contract.ts';

/*
 * mediasoup's own structures (RtpCapabilities, RtpParameters, DtlsParameters, IceCandidate …) cross the wire as mediasoup and
 * mediasoup-client define them; both libraries validate them again. Here their outline is checked and their size is bounded by
 * the socket's largest message.
 */
const dtlsParameters = z.looseObject({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z.array(z.object({ algorithm: z.string().max(20), value: z.string().max(200) })).min(1).max(10),
});
const iceParameters = z.looseObject({ usernameFragment: z.string().max(256), password: z.string().max(256) });
const rtpCapabilities = z.looseObject({
  codecs: z.array(z.looseObject({ mimeType: z.string().max(60) })).max(100).optional(),
  headerExtensions: z.array(z.looseObject({ uri: z.string().max(200) })).max(100).optional(),
});
const rtpParameters = z.looseObject({
  codecs: z.array(z.looseObject({ mimeType: z.string().max(60), payloadType: z.number().int().min(0).max(127) })).min(1).max(20),
});
/** One WebRTC transport as the router made it. */
export const transportOptions = z.object({
  id: z.uuid(),
  iceParameters,
  iceCandidates: z.array(z.looseObject({ ip: z.string().max(100), port: z.number().int() })).max(20),
  dtlsParameters,
});
const mediaKind = z.enum(['audio', 'video']);
/** What a producer shows or says; a peer has at most one of each. */
export const mediaSource = z.enum(['camera', 'microphone']);
export type MediaSource = z.output<typeof mediaSource>;
export const roomRole = z.enum(['kiosk', 'operator']);
export type RoomRole = z.output<typeof roomRole>;

/**
 * A page at its media node (`/room`). The grant goes in the first message. With a waiting or offer grant a peer may make
 * transports and paused producers; a room grant (in hello or by `grant.update`) opens consuming and messages.
 */
export const peerSfu = contract({
  name: 'peer-sfu',
  version: 1,
  client: {
    requests: {
      /** One round trip to everything a page needs: capabilities and both transports. */
      hello: {
        params: z.object({ version: z.literal(1), grant: z.string().max(4096), proof: compactJws }),
        result: z.object({
          peerId,
          rtpCapabilities,
          send: transportOptions,
          receive: transportOptions,
          others: z.array(z.object({ peerId, role: roomRole })).max(4),
        }),
      },
      /** A newer grant: renewal, or the step from waiting/offer to room. Proof over this connection's nonce is not repeated: the holder's key must be the same. */
      'grant.update': { params: z.object({ grant: z.string().max(4096) }), result: z.object({}) },
      /** Idempotent: the same parameters again are answered as before. */
      'transport.connect': { params: z.object({ transportId: z.uuid(), dtlsParameters }), result: z.object({}) },
      'transport.restart-ice': { params: z.object({ transportId: z.uuid() }), result: z.object({ iceParameters }) },
      /** What this page can receive; consumers follow once the room is open to it. */
      'media.ready': { params: z.object({ rtpCapabilities }), result: z.object({}) },
      /** Idempotent by source. Born paused until the room grant. */
      'producer.create': {
        params: z.object({ kind: mediaKind, source: mediaSource, rtpParameters, paused: z.boolean() }),
        result: z.object({ producerId: z.uuid() }),
      },
      'producer.pause': { params: z.object({ producerId: z.uuid() }), result: z.object({}) },
      'producer.resume': { params: z.object({ producerId: z.uuid() }), result: z.object({}) },
      'producer.close': { params: z.object({ producerId: z.uuid() }), result: z.object({}) },
      /** To the other side of the visit; answered by it. */
      'message.send': { params: z.object({ message: roomMessage }), result: roomAnswer, timeoutMs: 15_000 },
    },
    notifications: {},
  },
  server: {
    requests: {
      /**
       * The consumer flows at once: pages have a receiver ready for the camera, and waiting for this answer would cost a round trip.
       * Where the page had none, its answer makes the node ask for a key frame.
       */
      'consumer.create': {
        params: z.object({
          consumerId: z.uuid(),
          producerId: z.uuid(),
          peerId,
          role: roomRole,
          kind: mediaKind,
          source: mediaSource,
          rtpParameters,
          producerPaused: z.boolean(),
        }),
        result: z.object({}),
      },
      'message.deliver': { params: z.object({ from: roomRole, message: roomMessage }), result: roomAnswer, timeoutMs: 12_000 },
    },
    notifications: {
      'consumer.closed': z.object({ consumerId: z.uuid() }),
      'consumer.paused': z.object({ consumerId: z.uuid() }),
      'consumer.resumed': z.object({ consumerId: z.uuid() }),
      'peer.joined': z.object({ peerId, role: roomRole }),
      'peer.left': z.object({ peerId, role: roomRole }),
      /** Why the server is about to close this connection. */
      'room.closed': z.object({ why: z.enum(['visit-ended', 'grant-expired', 'fence-stale', 'replaced', 'media-worker-died', 'shutting-down']) }),
    },
  },
});
