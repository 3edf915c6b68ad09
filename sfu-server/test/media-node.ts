import { once } from 'node:events';
import { observer } from 'mediasoup';
import type { Transport } from 'mediasoup/types';
import { z } from 'zod';
import { peerSfu } from '@videosportello/protocol/contract/peer-sfu.ts';
import type { MediaSource } from '@videosportello/protocol/contract/peer-sfu.ts';
import { newId, visitId } from '@videosportello/protocol/ids.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import { newHolderKey, signProof } from '@videosportello/protocol/keys.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { RoomAnswer, RoomMessage } from '@videosportello/protocol/messages/room.ts';
import { connect } from '@videosportello/protocol/rpc/connection.ts';
import type { Params, Result } from '@videosportello/protocol/rpc/contract.ts';
import type { Peer, Timers } from '@videosportello/protocol/rpc/peer.ts';
import { acceptConnection } from '../src/channel/accept-connection.ts';
import { createLogger, logEvents } from '../src/events.ts';
import { createWorkerPool } from '../src/media/worker-pool.ts';
import type { WorkerPool } from '../src/media/worker-pool.ts';
import { createRoomRegistry } from '../src/room/room-registry.ts';
import type { RoomRegistry } from '../src/room/room-registry.ts';
import { createGrantAuthority, testNode } from '../testing/grant-authority.ts';
import type { GrantAuthority, GrantWish } from '../testing/grant-authority.ts';
import { memoryTransports } from './memory-transport.ts';

/** A media node with real workers whose pages connect without a network. */
export interface MediaNode extends AsyncDisposable {
  readonly authority: GrantAuthority;
  readonly pool: WorkerPool;
  readonly registry: RoomRegistry;
  /** What the workers have: ids of all producers and consumers of open transports. */
  inventory(): Promise<{ producerIds: string[]; consumerIds: string[] }>;
  open(wish: GrantWish, options?: OpenOptions): Promise<TestPage>;
}

export interface OpenOptions {
  readonly key?: HolderKey;
  /** Signs the proof in place of the grant's holder. */
  readonly provedBy?: HolderKey;
  readonly token?: string;
  readonly answer?: (message: RoomMessage) => Promise<RoomAnswer>;
  /** The node's timers of this connection. */
  readonly timers?: Timers;
  /** The clock by which the node paces this connection. */
  readonly steadyMs?: () => number;
}

type ConsumerOffer = Params<typeof peerSfu.server, 'consumer.create'>;
type Closed = { why: string };

/** A page that speaks the contract and has no media of its own. */
export interface TestPage {
  readonly key: HolderKey;
  readonly peer: Peer<typeof peerSfu.client>;
  readonly hello: Result<typeof peerSfu.client, 'hello'>;
  /** Names of notifications so far, with what they carried. */
  readonly heard: readonly { readonly name: string; readonly params: unknown }[];
  readonly offered: readonly ConsumerOffer[];
  /** The next offer of a consumer of this source, or the one there was. */
  consumerOf(source: MediaSource): Promise<ConsumerOffer>;
  /** The next notification of this name, or the one there was. */
  hears(name: string): Promise<unknown>;
  /** Why the node closed the connection. */
  readonly closedWhy: Promise<string>;
  produce(source: MediaSource, paused?: boolean): Promise<string>;
  ready(): Promise<void>;
  admit(wish: GrantWish): Promise<void>;
}

const transportDump = z.object({ producerIds: z.array(z.string()), consumerIds: z.array(z.string()) });

export const newVisit = (): VisitId => newId(visitId, 'v');

/** What a browser sends, as it was seen once: one Opus stream, one VP8 stream. */
export const sentParameters = {
  microphone: {
    mid: '1',
    codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: { useinbandfec: 1 } }],
    headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4 }],
    encodings: [{ ssrc: 11_111_111 }],
    rtcp: { cname: 'test' },
  },
  camera: {
    mid: '0',
    codecs: [
      { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000, rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }] },
      { mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: { apt: 96 } },
    ],
    headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4 }],
    encodings: [{ ssrc: 22_222_222, rtx: { ssrc: 22_222_223 } }],
    rtcp: { cname: 'test' },
  },
} as const;

/** A certificate's fingerprint as a browser sends it. */
export const someDtls = {
  role: 'client' as const,
  fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, (_, index) => (index + 16).toString(16).toUpperCase()).join(':') }],
};

export async function startMediaNode({ workers = 1 } = {}): Promise<MediaNode> {
  const authority = await createGrantAuthority();
  const events = logEvents(createLogger('silent'));
  const transports: Transport[] = [];
  const onWorker = (worker: Parameters<Parameters<typeof observer.on<'newworker'>>[1]>[0]) =>
    worker.observer.on('newrouter', (router) => router.observer.on('newtransport', (transport) => void transports.push(transport)));
  observer.on('newworker', onWorker);
  const pool = await createWorkerPool({ workers, listenIp: '127.0.0.1', announcedAddress: '127.0.0.1', firstPort: 0 }, events);
  const registry = createRoomRegistry({ pool, events, now: Date.now, onChange: () => undefined });

  const open = async (wish: GrantWish, options: OpenOptions = {}): Promise<TestPage> => {
    const key = options.key ?? (await newHolderKey());
    const grant = options.token ?? (await authority.sign(key.publicKey, wish));
    const [serverEnd, pageEnd] = memoryTransports();
    acceptConnection(serverEnd, {
      nodeId: testNode,
      registry,
      events,
      grantKeys: () => authority.keys,
      now: Date.now,
      random: globalThis.crypto,
      steadyMs: options.steadyMs ?? (() => performance.now()),
      ...(options.timers ? { timers: options.timers } : {}),
    });
    const heard: { name: string; params: unknown }[] = [];
    const offered: ConsumerOffer[] = [];
    const happened = new EventTarget();
    const note = (name: string) => (params: unknown) => {
      heard.push({ name, params });
      happened.dispatchEvent(new Event(name));
    };
    const closedWhy = Promise.withResolvers<string>();
    const { peer, welcome } = await connect({
      contract: peerSfu,
      open: () => Promise.resolve(pageEnd),
      signal: AbortSignal.timeout(5_000),
      requests: {
        'consumer.create': (offer) => {
          offered.push(offer);
          happened.dispatchEvent(new Event('consumer.create'));
          return {};
        },
        'message.deliver': ({ message }) =>
          options.answer ? options.answer(message) : { messageId: message.messageId, outcome: 'done' as const },
      },
      notifications: {
        'consumer.closed': note('consumer.closed'),
        'consumer.paused': note('consumer.paused'),
        'consumer.resumed': note('consumer.resumed'),
        'peer.joined': note('peer.joined'),
        'peer.left': note('peer.left'),
        'room.closed': (closed: Closed) => {
          note('room.closed')(closed);
          closedWhy.resolve(closed.why);
        },
      },
    });
    void peer.closed.then((code) => closedWhy.resolve(`closed ${code}`));
    const proof = await signProof(options.provedBy ?? key, { nonce: welcome.nonce, audience: 'sfu' });
    const hello = await peer.request('hello', { version: 1, grant, proof });
    return {
      key,
      peer,
      hello,
      heard,
      offered,
      closedWhy: closedWhy.promise,
      async consumerOf(source) {
        for (;;) {
          const found = offered.find((offer) => offer.source === source);
          if (found) return found;
          await once(happened, 'consumer.create', { signal: AbortSignal.timeout(5_000) });
        }
      },
      async hears(name) {
        if (!heard.some((one) => one.name === name)) await once(happened, name, { signal: AbortSignal.timeout(5_000) });
        return heard.findLast((one) => one.name === name)?.params;
      },
      async produce(source, paused = false) {
        const kind = source === 'camera' ? ('video' as const) : ('audio' as const);
        const { codecs, ...rest } = structuredClone(sentParameters[source]);
        const said = await peer.request('producer.create', { kind, source, rtpParameters: { ...rest, codecs: [...codecs] }, paused });
        return said.producerId;
      },
      async ready() {
        await peer.request('media.ready', { rtpCapabilities: hello.rtpCapabilities });
      },
      async admit(newWish) {
        await peer.request('grant.update', { grant: await authority.sign(key.publicKey, newWish) });
      },
    };
  };

  return {
    authority,
    pool,
    registry,
    async inventory() {
      const open = transports.filter(({ closed }) => !closed);
      const dumps = await Promise.all(open.map(async (transport) => transportDump.parse(await transport.dump())));
      return { producerIds: dumps.flatMap((dump) => dump.producerIds), consumerIds: dumps.flatMap((dump) => dump.consumerIds) };
    },
    open,
    async [Symbol.asyncDispose]() {
      observer.off('newworker', onWorker);
      registry.closeAll('shutting-down');
      await pool.close();
    },
  };
}
