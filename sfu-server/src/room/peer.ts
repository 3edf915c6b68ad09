import type { Consumer, DtlsParameters, Producer, RtpCapabilities, RtpParameters, WebRtcTransport } from 'mediasoup/types';
import type { peerSfu } from '@videosportello/protocol/contract/peer-sfu.ts';
import type { MediaSource, RoomRole } from '@videosportello/protocol/contract/peer-sfu.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { compareFences } from '@videosportello/protocol/grant.ts';
import type { Fence, GrantClaims } from '@videosportello/protocol/grant.ts';
import type { PeerId } from '@videosportello/protocol/ids.ts';
import type { Peer as Channel } from '@videosportello/protocol/rpc/peer.ts';
import type { PeerPlace, SfuEvents } from '../events.ts';
import { INITIAL_OUTGOING_BITRATE, KEY_FRAME_REQUEST_DELAY_MS, MAX_INCOMING_BITRATE, MIN_OUTGOING_BITRATE } from '../media/codecs.ts';
import type { RoomMedia } from '../media/worker-pool.ts';

export type PeerChannel = Channel<typeof peerSfu.server>;
export type Direction = 'send' | 'receive';

interface OwnProducer {
  readonly parameters: string;
  readonly created: Promise<Producer>;
}

/**
 * One connection of a kiosk or an operator in a room: two transports, at most one producer per source, a consumer for each
 * producer of the others. Directions are the page's: on `send` the page sends.
 */
export class RoomPeer {
  readonly id: PeerId;
  readonly channel: PeerChannel;
  /** RFC 7638 thumbprint of the key that proved this connection; later grants must be for the same. */
  readonly holder: string;
  readonly #transports: Readonly<Record<Direction, WebRtcTransport>>;
  readonly #connects = new Map<string, { parameters: string; done: Promise<void> }>();
  readonly #producers = new Map<MediaSource, OwnProducer>();
  /** Producers their owner wants silent: muted microphone, switched-off camera. */
  readonly #pausedByOwner = new Set<string>();
  /** Consumers of this peer by the producer they follow. */
  readonly #consumers = new Map<string, Promise<Consumer | undefined>>();
  readonly #slotsTaken = new Set<MediaSource>();
  #claims: GrantClaims;
  #accepted: Fence | undefined;
  #rtpCapabilities: RtpCapabilities | undefined;
  #closed = false;

  /** Makes both transports on the room's router at once. */
  static async create(
    media: RoomMedia,
    options: { id: PeerId; channel: PeerChannel; claims: GrantClaims },
    events: SfuEvents,
  ): Promise<RoomPeer> {
    const make = async (direction: Direction) => {
      const transport = await media.router.createWebRtcTransport({
        webRtcServer: media.webRtcServer,
        enableUdp: true,
        enableTcp: true,
        preferUdp: true,
        initialAvailableOutgoingBitrate: INITIAL_OUTGOING_BITRATE,
      });
      if (direction === 'send') await transport.setMaxIncomingBitrate(MAX_INCOMING_BITRATE);
      else await transport.setMinOutgoingBitrate(MIN_OUTGOING_BITRATE);
      return transport;
    };
    const [send, receive] = await Promise.all([make('send'), make('receive')]);
    const peer = new RoomPeer(options, { send, receive });
    peer.#watch(events);
    return peer;
  }

  private constructor(
    { id, channel, claims }: { id: PeerId; channel: PeerChannel; claims: GrantClaims },
    transports: Record<Direction, WebRtcTransport>,
  ) {
    this.id = id;
    this.channel = channel;
    this.holder = claims.cnf.jkt;
    this.#claims = claims;
    this.#transports = transports;
  }

  get role(): RoomRole {
    return this.#claims.role;
  }
  /** Who this is: a kiosk or a pseudonymous operator. */
  get subject(): string {
    return this.#claims.sub;
  }
  get claims(): GrantClaims {
    return this.#claims;
  }
  /** Whether media and messages are open to it: it holds a room grant, or queue-service has said that it has a right to one. */
  get isAdmitted(): boolean {
    return this.#claims.kind === 'room' || this.#isAccepted;
  }
  /** The operator to whom the offer with this fence was made, and the kiosk whose grant is not from after it. */
  get #isAccepted(): boolean {
    if (!this.#accepted) return false;
    const order = compareFences(this.#claims.fence, this.#accepted);
    return this.role === 'operator' ? order === 0 : order <= 0;
  }
  get closed(): boolean {
    return this.#closed;
  }
  get rtpCapabilities(): RtpCapabilities | undefined {
    return this.#rtpCapabilities;
  }
  get place(): PeerPlace {
    return { visitId: this.#claims.visit, peerId: this.id, role: this.role };
  }

  /** What the page needs to make the other end of its transports. */
  transportOptions(direction: Direction) {
    const { id, iceParameters, iceCandidates, dtlsParameters } = this.#transports[direction];
    return { id, iceParameters: { ...iceParameters }, iceCandidates: iceCandidates.map((one) => ({ ...one })), dtlsParameters };
  }

  /** queue-service says that the offer made under this fence was accepted; room grants are on their way to the pages. */
  setAccepted(fence: Fence): void {
    this.#accepted = fence;
  }
  setClaims(claims: GrantClaims): void {
    this.#claims = claims;
  }
  setRtpCapabilities(capabilities: RtpCapabilities): void {
    this.#rtpCapabilities = capabilities;
  }

  /**
   * Connects a transport once. A repeated request (its answer was lost) is answered as the first.
   * @throws ProtocolError `bad-params` for a foreign transport, or other parameters than the first time.
   */
  async connectTransport(transportId: string, dtlsParameters: DtlsParameters): Promise<void> {
    const transport = this.#transport(transportId);
    const parameters = JSON.stringify(dtlsParameters);
    const known = this.#connects.get(transportId);
    if (known && known.parameters !== parameters) throw new ProtocolError('bad-params', { detail: 'already-connected' });
    const done = known?.done ?? transport.connect({ dtlsParameters });
    this.#connects.set(transportId, { parameters, done });
    await done;
  }

  restartIce(transportId: string) {
    return this.#transport(transportId).restartIce();
  }

  /**
   * Makes the producer of a source, paused unless the peer is admitted and wants it heard. The same parameters again are
   * answered with the producer there is; others replace it (a changed camera).
   */
  async produce(
    source: MediaSource,
    options: { kind: 'audio' | 'video'; rtpParameters: RtpParameters; paused: boolean },
  ): Promise<Producer> {
    const parameters = JSON.stringify(options.rtpParameters);
    const known = this.#producers.get(source);
    if (known?.parameters === parameters) return known.created;
    const created = (async () => {
      (await known?.created.catch(() => undefined))?.close();
      return this.#transports.send.produce({
        kind: options.kind,
        rtpParameters: options.rtpParameters,
        paused: options.paused || !this.isAdmitted,
        keyFrameRequestDelay: KEY_FRAME_REQUEST_DELAY_MS,
        appData: { source },
      });
    })();
    this.#producers.set(source, { parameters, created });
    try {
      const producer = await created;
      if (options.paused) this.#pausedByOwner.add(producer.id);
      producer.observer.once('close', () => {
        this.#pausedByOwner.delete(producer.id);
        if (this.#producers.get(source)?.created === created) this.#producers.delete(source);
      });
      return producer;
    } catch (error) {
      if (this.#producers.get(source)?.created === created) this.#producers.delete(source);
      throw error;
    }
  }

  /** Finished producers and their sources. */
  async producers(): Promise<{ source: MediaSource; producer: Producer }[]> {
    const all = await Promise.all(
      [...this.#producers].map(async ([source, { created }]) => ({ source, producer: await created.catch(() => undefined) })),
    );
    return all.flatMap(({ source, producer }) => (producer && !producer.closed ? [{ source, producer }] : []));
  }

  /** @throws ProtocolError `bad-params` when this peer has no such producer. */
  async producer(producerId: string): Promise<Producer> {
    const found = (await this.producers()).find(({ producer }) => producer.id === producerId);
    if (!found) throw new ProtocolError('bad-params', { detail: 'no-such-producer' });
    return found.producer;
  }

  /** The owner's wish; an unpaused producer is heard only while its owner is admitted. */
  async setPaused(producer: Producer, paused: boolean): Promise<void> {
    if (paused) this.#pausedByOwner.add(producer.id);
    else this.#pausedByOwner.delete(producer.id);
    await this.applyPauses();
  }

  /** Brings every producer to what grant and owner say. */
  async applyPauses(): Promise<void> {
    await Promise.all(
      (await this.producers()).map(({ producer }) =>
        this.isAdmitted && !this.#pausedByOwner.has(producer.id) ? producer.resume() : producer.pause(),
      ),
    );
  }

  /**
   * Runs `make` once per producer, however often the room asks; a consumer that is gone may be made again. The first
   * consumer of a camera has the source's name as its MID: pages make a receiver for it in advance.
   */
  consumeOnce(
    producerId: string,
    source: MediaSource,
    make: (transport: WebRtcTransport, mid: { mid?: string }) => Promise<Consumer | undefined>,
  ): void {
    if (this.#consumers.has(producerId)) return;
    const isFirst = !this.#slotsTaken.has(source);
    if (isFirst) this.#slotsTaken.add(source);
    const made = make(this.#transports.receive, isFirst && source === 'camera' ? { mid: source } : {});
    this.#consumers.set(producerId, made);
    const forget = () => {
      if (isFirst) this.#slotsTaken.delete(source);
      if (this.#consumers.get(producerId) === made) this.#consumers.delete(producerId);
    };
    made.then((consumer) => (consumer && !consumer.closed ? consumer.observer.once('close', forget) : forget()), forget);
  }

  /** Closes what this peer receives: it is no longer admitted, or the one it heard is not. */
  async closeConsumers(): Promise<void> {
    const consumers = await Promise.allSettled(this.#consumers.values());
    for (const outcome of consumers) {
      if (outcome.status !== 'fulfilled' || !outcome.value || outcome.value.closed) continue;
      outcome.value.close();
      this.channel.notify('consumer.closed', { consumerId: outcome.value.id });
    }
  }

  /** Closes both transports, and with them producers and consumers. Safe to call twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#transports.send.close();
    this.#transports.receive.close();
  }

  #transport(transportId: string): WebRtcTransport {
    const found = Object.values(this.#transports).find(({ id }) => id === transportId);
    if (!found) throw new ProtocolError('bad-params', { detail: 'no-such-transport' });
    return found;
  }

  #watch(events: SfuEvents): void {
    for (const direction of ['send', 'receive'] as const) {
      this.#transports[direction].on('dtlsstatechange', (state) => {
        if (state === 'connected') events.transportConnected(this.place, direction);
        if (state === 'failed') events.transportFailed(this.place, direction);
      });
    }
  }
}
