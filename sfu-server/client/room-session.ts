import type { Producer, Transport } from 'mediasoup-client/types';
import { mediaSource, peerSfu } from '@videosportello/protocol/contract/peer-sfu.ts';
import type { MediaSource, RoomRole } from '@videosportello/protocol/contract/peer-sfu.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { signProof } from '@videosportello/protocol/keys.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { RoomAnswer, RoomMessage } from '@videosportello/protocol/messages/room.ts';
import { connect, openSocket } from '@videosportello/protocol/rpc/connection.ts';
import type { Peer } from '@videosportello/protocol/rpc/peer.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import type { DeviceCache } from './device-cache.ts';
import { mediaPathOf } from './media-path.ts';
import type { MediaPath } from './media-path.ts';
export type { MediaPath } from './media-path.ts';
import { createReceiveSlots } from './receive-slots.ts';
import type { ReceiveSlots } from './receive-slots.ts';
import { pictureFirst } from './picture-first.ts';
import type { PictureReceiver } from './picture-first.ts';
import type { GatedSender, Gates } from './frame-gate/gated-sender.ts';
import { watchCuts } from './cut-watch.ts';
import { cameraEncodings, microphoneEncodings, setSending } from './send-encodings.ts';
import { readIceParameters, readRtpCapabilities, readRtpParameters, readTransport } from './wire-parameters.ts';

/** Why a session ended. `lost`: the socket broke, or media could not be kept alive. */
export type SessionEnd = 'lost' | 'closed' | 'visit-ended' | 'grant-expired' | 'fence-stale' | 'replaced' | 'media-worker-died' | 'shutting-down';

/** A picture or a voice of the other side. */
export interface RemoteTrack {
  readonly source: MediaSource;
  readonly role: RoomRole;
  readonly track: MediaStreamTrack;
  /** The other side has muted it or switched it off. */
  readonly paused: boolean;
}

export interface SessionEvents {
  remoteTrack(track: RemoteTrack): void;
  remoteTrackEnded(source: MediaSource): void;
  otherPresent(present: boolean): void;
  mediaPath(path: MediaPath): void;
  /** A message of the other side, to be answered. */
  message(message: RoomMessage, from: RoomRole): Promise<RoomAnswer>;
}

export interface SessionOptions {
  readonly url: string;
  readonly grant: string;
  readonly key: HolderKey;
  readonly role: RoomRole;
  /** Whether the grant opens the room: then what is produced is sent at once. */
  readonly admitted: boolean;
  readonly makeSocket: (url: string) => WebSocketLike;
  readonly devices: DeviceCache;
  readonly gates: Gates;
  readonly events: SessionEvents;
  /** Ends the attempt to open. */
  readonly signal: AbortSignal;
}

/** One connection to the node: its socket, two transports, what is sent and received over them. */
export interface RoomSession {
  readonly grant: string;
  /** Resolves once, when the socket is gone or media died for good. */
  readonly ended: Promise<SessionEnd>;
  /** Both transports are up. @throws ProtocolError `aborted` with the signal. */
  connected(signal: AbortSignal): Promise<void>;
  /** Shows a newer grant; `admitted` starts or stops sending in the same moment. @throws ProtocolError of the node. */
  updateGrant(grant: string, admitted: boolean): Promise<void>;
  /** Sends a track; a second track of the same source takes the place of the first. */
  produce(source: MediaSource, track: MediaStreamTrack, paused: boolean): Promise<void>;
  setPaused(source: MediaSource, paused: boolean): Promise<void>;
  /** Sends a source no more: its device is gone. The other side is told. */
  drop(source: MediaSource): Promise<void>;
  send(message: RoomMessage): Promise<RoomAnswer>;
  /** Reports of both transports (W3C WebRTC statistics). */
  stats(): Promise<{ send: RTCStatsReport; receive: RTCStatsReport }>;
  /** Closes socket and transports; safe to call twice. */
  close(): void;
}

/** How long an ICE restart may take before the session is given up for a new one, ms. */
const RESTART_TIMEOUT_MS = 2_000;

/** Close code of a page that will be back in a moment: the node keeps its media for so long. */
const COMING_BACK = 4_000;

interface Sending {
  readonly producer: Producer;
  /** The node's id of it; mediasoup-client, which is not kept waiting for that, has one of its own. */
  readonly id: string;
}

/**
 * Opens a session: one round trip for TCP, one for the socket's upgrade, one for hello; everything after it is sent without
 * waiting for answers.
 * @throws ProtocolError of the node, or `timeout`, `link-lost`, `aborted`.
 */
export async function openRoomSession(options: SessionOptions): Promise<RoomSession> {
  const { events, signal } = options;
  const ended = Promise.withResolvers<SessionEnd>();
  /** Announced and not closed, shown yet or not: while one waits for its receiver it may be closed, paused or resumed. */
  const consumers = new Map<string, { source: MediaSource; paused: boolean }>();
  const remote = new Map<string, RemoteTrack>();
  let told: SessionEnd | undefined;
  let send: Transport | undefined;
  let receive: Transport | undefined;
  let picture: PictureReceiver | undefined;
  let slots: Promise<ReceiveSlots> | undefined;
  let cuts: ReturnType<typeof watchCuts> | undefined;

  const showPaused = (consumerId: string, paused: boolean) => {
    const announced = consumers.get(consumerId);
    if (announced) announced.paused = paused;
    const track = remote.get(consumerId);
    if (!track) return;
    remote.set(consumerId, { ...track, paused });
    events.remoteTrack({ ...track, paused });
  };

  let session: ReturnType<typeof createSession> | undefined;
  let otherPresent: boolean | undefined;
  const showPresence = (present: boolean) => {
    otherPresent = present;
    events.otherPresent(present);
    session?.setOtherPresent(present);
  };

  const { peer, welcome } = await connect({
    contract: peerSfu,
    open: (opening) => openSocket(() => options.makeSocket(options.url), { signal: opening }),
    signal,
    requests: {
      'consumer.create': async ({ consumerId, producerId, kind, source, role, rtpParameters, producerPaused }) => {
        if (!receive || !slots) throw new ProtocolError('visit-state');
        const announced = { source, paused: producerPaused };
        consumers.set(consumerId, announced);
        const parameters = readRtpParameters(rtpParameters);
        const ready = (await slots).receiver(parameters.mid, parameters);
        if (source === 'microphone') await pictureFirst({ receiver: () => picture, signal: peer.signal, timers: globalThis });
        const { track, rtpReceiver } = ready ?? (await receive.consume({ id: consumerId, producerId, kind, rtpParameters: parameters }));
        if (source === 'camera') {
          picture = rtpReceiver;
          cuts?.forgive();
        }
        if (!consumers.has(consumerId)) return {};
        const shown: RemoteTrack = { source, role, track, paused: announced.paused };
        remote.set(consumerId, shown);
        events.remoteTrack(shown);
        return {};
      },
      'message.deliver': ({ from, message }) => events.message(message, from),
    },
    notifications: {
      'consumer.closed': ({ consumerId }) => {
        const source = consumers.get(consumerId)?.source;
        consumers.delete(consumerId);
        remote.delete(consumerId);
        if (source && ![...consumers.values()].some((one) => one.source === source)) events.remoteTrackEnded(source);
      },
      'consumer.paused': ({ consumerId }) => showPaused(consumerId, true),
      'consumer.resumed': ({ consumerId }) => showPaused(consumerId, false),
      'peer.joined': ({ role }) => role !== options.role && showPresence(true),
      'peer.left': ({ role }) => role !== options.role && showPresence(false),
      'room.closed': ({ why }) => {
        told = why;
      },
    },
  });
  void peer.closed.then(() => ended.resolve(told ?? 'lost'));

  try {
    const proof = await signProof(options.key, { nonce: welcome.nonce, audience: 'sfu' });
    const said = await peer.request('hello', { version: 1, grant: options.grant, proof }, { signal });
    // Who came or went while the answer was on its way was told first, and is the newer truth.
    if (otherPresent === undefined) showPresence(said.others.some(({ role }) => role !== options.role));
    const device = await options.devices(readRtpCapabilities(said.rtpCapabilities));
    const sendOptions = readTransport(said.send);
    // The node plays the DTLS client: its hello leaves with the first ICE check it sees, half a round trip before ours could,
    // and our keys are ready when its last flight arrives (RFC 5763, 5; RFC 6347, 4.2).
    send = device.createSendTransport({ ...sendOptions, dtlsParameters: { ...sendOptions.dtlsParameters, role: 'client' } });
    receive = device.createRecvTransport(readTransport(said.receive));
    session = createSession(options, { peer, send, receive, ended });
    session.setOtherPresent(otherPresent ?? false);
    slots = createReceiveSlots(device, receive);
    peer.request('media.ready', { rtpCapabilities: { ...device.recvRtpCapabilities } }).catch(session.close);
    slots.catch(session.close);
    cuts = watchCuts(session.stats, session.lose);
    void session.ended.then(cuts.stop);
    return session;
  } catch (error) {
    send?.close();
    receive?.close();
    peer.close();
    throw error;
  }
}

function createSession(
  options: SessionOptions,
  { peer, send, receive, ended }: { peer: NodePeer; send: Transport; receive: Transport; ended: PromiseWithResolvers<SessionEnd> },
): RoomSession & { lose(): void; setOtherPresent(present: boolean): void } {
  const sending = new Map<MediaSource, Promise<Sending>>();
  const requests = new Map<MediaSource, ProduceRequest>();
  const negotiations = new Set<Promise<unknown>>();
  const bothUp = Promise.withResolvers<void>();
  // Where the other side may still be waited for, the encoder runs ahead behind a shut gate; see frame-gate/.
  let gate: GatedSender | undefined = options.admitted ? undefined : options.gates.make(() => lose());
  let isGated = false;
  const entered = Promise.withResolvers<false>();
  let { grant, admitted } = options;
  let otherPresent = false;
  let path: MediaPath = 'connecting';

  // The transports stay: the node keeps them for a while, and the picture with them, until the next session has taken over.
  const lose = () => {
    ended.resolve('lost');
    peer.close(COMING_BACK);
  };
  const close = () => {
    ended.resolve('closed');
    peer.close();
    send.close();
    receive.close();
    gate?.close();
  };

  // Chromium forgets which encodings are active when that is changed between an offer and its answer.
  const negotiated = async <T>(negotiation: Promise<T>): Promise<T> => {
    negotiations.add(negotiation);
    try {
      return await negotiation;
    } finally {
      negotiations.delete(negotiation);
    }
  };
  const startOrStop = async (producer: Producer): Promise<void> => {
    await Promise.allSettled(negotiations);
    const ahead = () => isGated && otherPresent && producer.kind === 'video';
    const set = async () => {
      if (producer.rtpSender && !producer.closed) await setSending(producer.rtpSender, admitted || ahead());
    };
    // Refused when something else changed the sender in the same moment (W3C WebRTC, 5.2, setParameters).
    await set().catch(set);
  };

  const startOrStopAll = async (): Promise<void> => {
    // Each by itself: the picture does not wait for a voice that is still being made.
    await Promise.all(
      [...sending.values()].map(async (one) => {
        const made = await one.catch(() => undefined);
        if (made) await startOrStop(made.producer);
      }),
    );
  };

  const restart = async (transport: Transport): Promise<void> => {
    try {
      const asked = await peer.request('transport.restart-ice', { transportId: transport.id }, { timeoutMs: RESTART_TIMEOUT_MS });
      await negotiated(transport.restartIce({ iceParameters: readIceParameters(asked.iceParameters) }));
    } catch {
      lose();
    }
  };
  const showPath = () => {
    const now = mediaPathOf([send, receive]);
    if (now === 'connected') bothUp.resolve();
    if (now === path) return;
    path = now;
    options.events.mediaPath(now);
  };
  for (const transport of [send, receive]) {
    // Answered at once: the node takes the parameters while ICE is already under way; if it does not, DTLS will not come up.
    transport.on('connect', ({ dtlsParameters }, done) => {
      done();
      peer.request('transport.connect', { transportId: transport.id, dtlsParameters }).catch(lose);
    });
    transport.on('connectionstatechange', (state) => {
      showPath();
      // After `failed` a browser tries no more by itself, and it comes some 15 s after a restart that did not help.
      if (state === 'disconnected' || state === 'failed') void restart(transport);
    });
  }
  send.on('produce', ({ kind, rtpParameters, appData }, done) => {
    const source = mediaSource.parse(appData.source);
    const request = requests.get(source);
    done({ id: crypto.randomUUID() });
    if (!request) return;
    const { paused, created } = request;
    peer
      .request('producer.create', { kind, source, rtpParameters: { ...rtpParameters, codecs: rtpParameters.codecs.map((codec) => ({ ...codec })) }, paused })
      .then(({ producerId }) => created.resolve(producerId), created.reject);
  });

  /** Gives the gate up when it cannot be used, or when there is nothing left to wait for. */
  const attachable = async (): Promise<void> => {
    if (!gate || (await Promise.race([gate.ready, entered.promise]))) return;
    gate.close();
    gate = undefined;
  };
  const attach = (to: GatedSender) => (sender: RTCRtpSender) => {
    to.attach(sender);
    isGated = true;
    if (admitted) to.set('open');
  };

  const produce = async (source: MediaSource, track: MediaStreamTrack, paused: boolean): Promise<Sending> => {
    if (source === 'camera') await attachable();
    const created = Promise.withResolvers<string>();
    created.promise.catch(() => undefined);
    requests.set(source, { paused, created });
    const producer = await negotiated(
      send.produce({
        track,
        stopTracks: false,
        encodings: source === 'camera' ? cameraEncodings(options.role) : microphoneEncodings(),
        codecOptions: source === 'camera' ? { videoGoogleStartBitrate: 1_000 } : { opusDtx: true, opusFec: true, opusStereo: false },
        ...(source === 'camera' && gate ? { onRtpSender: attach(gate) } : {}),
        appData: { source },
      }),
    );
    if (paused) producer.pause();
    // Not before the node has its producer: the first key frame would be lost. DTLS takes longer than this answer.
    const id = await created.promise;
    await startOrStop(producer);
    return { producer, id };
  };

  return {
    get grant() {
      return grant;
    },
    ended: ended.promise,
    async connected(signal) {
      const stopped = Promise.withResolvers<never>();
      const abort = () => stopped.reject(new ProtocolError('aborted'));
      signal.addEventListener('abort', abort, { once: true });
      try {
        signal.throwIfAborted();
        await Promise.race([bothUp.promise, stopped.promise]);
      } finally {
        signal.removeEventListener('abort', abort);
      }
    },
    async updateGrant(newer, isAdmitted) {
      grant = newer;
      const changed = admitted !== isAdmitted;
      admitted = isAdmitted;
      const answered = peer.request('grant.update', { grant: newer });
      if (changed) {
        if (admitted) entered.resolve(false);
        gate?.set(admitted ? 'open' : 'shut');
        // A sender that cannot be started is replaced with its session; the answer counts all the same.
        startOrStopAll().catch(lose);
      }
      await answered;
    },
    async produce(source, track, paused) {
      const known = await sending.get(source)?.catch(() => undefined);
      if (known) return known.producer.replaceTrack({ track });
      const made = produce(source, track, paused);
      sending.set(source, made);
      made.catch(() => sending.delete(source));
      await made;
    },
    async setPaused(source, paused) {
      const one = await sending.get(source);
      if (!one) return;
      if (paused) one.producer.pause();
      else one.producer.resume();
      await peer.request(paused ? 'producer.pause' : 'producer.resume', { producerId: one.id });
    },
    async drop(source) {
      const one = await sending.get(source)?.catch(() => undefined);
      sending.delete(source);
      if (!one || one.producer.closed) return;
      one.producer.close();
      await peer.request('producer.close', { producerId: one.id });
    },
    setOtherPresent(present) {
      otherPresent = present;
      // What cannot be started now is started with the visit.
      startOrStopAll().catch(() => undefined);
    },
    send: (message) => peer.request('message.send', { message }),
    stats: async () => ({ send: await send.getStats(), receive: await receive.getStats() }),
    lose,
    close,
  };
}

/** What goes with a track while mediasoup-client makes its media section. */
interface ProduceRequest {
  readonly paused: boolean;
  readonly created: PromiseWithResolvers<string>;
}
type NodePeer = Peer<typeof peerSfu.client>;
