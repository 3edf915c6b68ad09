import type { Consumer, WebRtcTransport } from 'mediasoup/types';
import type { z } from 'zod';
import type { peerSfu } from '@videosportello/protocol/contract/peer-sfu.ts';
import type { MediaSource, RoomRole } from '@videosportello/protocol/contract/peer-sfu.ts';
import { ProtocolError, toProtocolError } from '@videosportello/protocol/error-codes.ts';
import { compareFences } from '@videosportello/protocol/grant.ts';
import type { Fence, GrantClaims } from '@videosportello/protocol/grant.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import type { RoomAnswer, RoomMessage } from '@videosportello/protocol/messages/room.ts';
import type { CloseReason, SfuEvents } from '../events.ts';
import { climbLayers, firstLayers } from '../media/layer-climb.ts';
import type { RoomMedia } from '../media/worker-pool.ts';
import type { RoomPeer } from './peer.ts';

/** How long a peer's media outlive a socket that broke without a goodbye, ms: the time a page needs to come back. */
export const LINGER_MS = 4_000;

/** Close codes of the room socket (RFC 6455, 7.4.2: 4000 and above are the application's). */
const CLOSE_CODE = 4_001;

type RoomClosedWhy = z.output<(typeof peerSfu.server.notifications)['room.closed']>['why'];

export interface RoomDeps {
  readonly events: SfuEvents;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The room has nobody left. */
  readonly onEmpty: (room: Room) => void;
  readonly onClosed: (room: Room) => void;
}

/**
 * The room of one visit: who is in it, who hears and sees whom. A pair is open while both are admitted; then each gets
 * a consumer for every producer of the other. Who closes whom: CLOSURES.md.
 */
export class Room {
  readonly visitId: VisitId;
  readonly media: RoomMedia;
  readonly #deps: RoomDeps;
  readonly #peers = new Map<string, RoomPeer>();
  readonly #timers = new Map<RoomPeer, { expiry?: NodeJS.Timeout; linger?: NodeJS.Timeout }>();
  #closed = false;

  constructor(visitId: VisitId, media: RoomMedia, deps: RoomDeps) {
    this.visitId = visitId;
    this.media = media;
    this.#deps = deps;
    media.router.on('workerclose', () => this.close('media-worker-died'));
    deps.events.roomOpened(visitId);
  }

  get closed(): boolean {
    return this.#closed;
  }
  get peers(): readonly RoomPeer[] {
    return [...this.#peers.values()];
  }

  /**
   * Takes a peer in. An earlier connection of the same kiosk or operator is replaced; operators with an older fence are out.
   * @throws ProtocolError `visit-unknown` when the room has closed meanwhile.
   */
  join(peer: RoomPeer): void {
    if (this.#closed) throw new ProtocolError('visit-unknown');
    const former = this.#peers.get(peer.subject);
    if (former) this.#remove(former, 'replaced');
    this.#evictOlderOperators(peer.claims.fence);
    for (const other of this.#peers.values()) {
      other.channel.notify('peer.joined', { peerId: peer.id, role: peer.role });
    }
    this.#peers.set(peer.subject, peer);
    this.#timers.set(peer, {});
    this.#planExpiry(peer);
    this.#deps.events.peerJoined(peer.place, peer.claims.kind);
  }

  /** A newer grant of the same holder: renewal, the step into the room, or back out of it. */
  async regrant(peer: RoomPeer, claims: GrantClaims): Promise<void> {
    const wasAdmitted = peer.isAdmitted;
    peer.setClaims(claims);
    this.#evictOlderOperators(claims.fence);
    this.#planExpiry(peer);
    this.#deps.events.peerRegranted(peer.place, claims.kind);
    if (wasAdmitted === peer.isAdmitted) return;
    if (peer.isAdmitted) await this.openMedia();
    else await Promise.all([peer.applyPauses(), ...this.peers.map((one) => one.closeConsumers())]);
  }

  /**
   * queue-service says that the offer made under this fence was accepted. It comes a trip before the pages' room grants, so
   * that their first pictures find the room open. An operator of an earlier acceptance is out before it opens.
   */
  accept(fence: Fence): void {
    this.#evictOlderOperators(fence);
    for (const peer of this.peers) peer.setAccepted(fence);
    // What cannot be opened now is opened with the grants.
    this.openMedia().catch(() => undefined);
  }

  /** Lets admitted peers flow and makes the consumers that are missing between them, all at the same time. Safe to repeat. */
  async openMedia(): Promise<void> {
    const admitted = this.peers.filter((peer) => peer.isAdmitted);
    await Promise.all(
      admitted.map(async (from) => {
        // Before the first packet comes: what arrives for a paused producer is not counted, and a layer without a known
        // bitrate is not chosen.
        await from.applyPauses();
        const producers = await from.producers();
        for (const to of admitted) {
          // Asked again: one of them may have stepped back meanwhile.
          if (to.role === from.role || !to.rtpCapabilities || !from.isAdmitted || !to.isAdmitted) continue;
          for (const { source, producer } of producers) {
            to.consumeOnce(producer.id, source, (transport, mid) =>
              this.#consume({ from, to, source, producerId: producer.id, transport, mid }),
            );
          }
        }
      }),
    );
  }

  /**
   * Hands a message to the other side of the visit and waits for its answer.
   * @throws ProtocolError `visit-state` when the sender is not admitted, `peer-absent` when nobody is there to answer or he
   * left before he did, `timeout` when no answer came in time.
   */
  async relay(from: RoomPeer, message: RoomMessage): Promise<RoomAnswer> {
    if (!from.isAdmitted) throw new ProtocolError('visit-state');
    const to = this.#counterpart(from.role);
    if (!to) throw new ProtocolError('peer-absent');
    try {
      const answer = await to.channel.request('message.deliver', { from: from.role, message });
      if (answer.messageId !== message.messageId) throw new ProtocolError('bad-message');
      return answer;
    } catch (error) {
      const { code, detail } = toProtocolError(error);
      if (code === 'link-lost') throw new ProtocolError('peer-absent');
      throw new ProtocolError(code, detail === undefined ? {} : { detail });
    }
  }

  /** The peer's socket is gone: at once when it said goodbye (RFC 6455 1000, 1001), else after {@link LINGER_MS}. */
  socketClosed(peer: RoomPeer, code: number): void {
    const timers = this.#timers.get(peer);
    if (!timers) return;
    if (code === 1000 || code === 1001) return this.#remove(peer, 'left');
    this.#deps.events.peerSocketLost(peer.place);
    timers.linger = setTimeout(() => this.#remove(peer, 'left'), LINGER_MS);
  }

  /** Puts one kiosk or operator out. */
  evict(subject: string, why: CloseReason): void {
    const peer = this.#peers.get(subject);
    if (peer) this.#remove(peer, why);
  }

  /** Puts everybody out and closes the router. Safe to call twice. */
  close(why: CloseReason): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const peer of this.peers) this.#remove(peer, why);
    this.media.router.close();
    this.#deps.events.roomClosed(this.visitId, why);
    this.#deps.onClosed(this);
  }

  #remove(peer: RoomPeer, why: CloseReason): void {
    const timers = this.#timers.get(peer);
    if (!timers) return;
    clearTimeout(timers.expiry);
    clearTimeout(timers.linger);
    this.#timers.delete(peer);
    this.#peers.delete(peer.subject);
    this.#deps.events.peerLeft(peer.place, why);
    const told = whatPagesHear[why];
    if (told) peer.channel.notify('room.closed', { why: told });
    peer.channel.close(CLOSE_CODE, why);
    peer.close();
    if (this.#closed) return;
    for (const other of this.#peers.values()) other.channel.notify('peer.left', { peerId: peer.id, role: peer.role });
    if (this.#peers.size === 0) this.#deps.onEmpty(this);
  }

  #counterpart(role: RoomRole): RoomPeer | undefined {
    return this.peers.find((peer) => peer.role !== role && peer.isAdmitted && !peer.channel.signal.aborted);
  }

  #evictOlderOperators(fence: Fence): void {
    for (const peer of this.peers) {
      if (peer.role === 'operator' && compareFences(peer.claims.fence, fence) < 0) this.#remove(peer, 'fence-stale');
    }
  }

  #planExpiry(peer: RoomPeer): void {
    const timers = this.#timers.get(peer);
    if (!timers) return;
    clearTimeout(timers.expiry);
    const remainingMs = peer.claims.exp * 1000 - this.#deps.now();
    timers.expiry = setTimeout(() => this.#remove(peer, 'grant-expired'), Math.max(0, remainingMs));
  }

  /**
   * The consumer flows from the start: pages have a receiver ready for its MID, and waiting for their answer would cost a
   * round trip. Where the MID is not such a one the page makes its receiver now, and its answer asks for a key frame.
   */
  async #consume(pair: {
    from: RoomPeer;
    to: RoomPeer;
    source: MediaSource;
    producerId: string;
    transport: WebRtcTransport;
    mid: { mid?: string };
  }): Promise<Consumer | undefined> {
    const { from, to, source, producerId, transport, mid } = pair;
    const rtpCapabilities = to.rtpCapabilities;
    if (!rtpCapabilities || transport.closed || !this.media.router.canConsume({ producerId, rtpCapabilities })) return undefined;
    try {
      const consumer = await transport.consume({ producerId, rtpCapabilities, preferredLayers: firstLayers, ...mid });
      climbLayers(consumer);
      const { id: consumerId, kind } = consumer;
      const closed = () => to.channel.notify('consumer.closed', { consumerId });
      consumer.on('producerclose', closed);
      consumer.on('producerpause', () => to.channel.notify('consumer.paused', { consumerId }));
      consumer.on('producerresume', () => to.channel.notify('consumer.resumed', { consumerId }));
      const rtpParameters = { ...consumer.rtpParameters, codecs: consumer.rtpParameters.codecs.map((codec) => ({ ...codec })) };
      const announced = to.channel.request('consumer.create', {
        consumerId,
        producerId,
        peerId: from.id,
        role: from.role,
        kind,
        source,
        rtpParameters,
        producerPaused: consumer.producerPaused,
      });
      announced.then(
        () => (kind === 'video' && mid.mid === undefined && !consumer.closed ? consumer.requestKeyFrame() : undefined),
        (error: unknown) => {
          this.#deps.events.consumerRefused(to.place, toProtocolError(error).code);
          consumer.close();
        },
      ).catch(() => undefined);
      return consumer;
    } catch (error) {
      this.#deps.events.consumerRefused(to.place, toProtocolError(error).code);
      return undefined;
    }
  }
}

/** What the page is told. A revoked kiosk's grants are as good as expired; who left by itself is told nothing. */
const whatPagesHear: Partial<Record<CloseReason, RoomClosedWhy>> = {
  'visit-ended': 'visit-ended',
  'grant-expired': 'grant-expired',
  'fence-stale': 'fence-stale',
  replaced: 'replaced',
  'media-worker-died': 'media-worker-died',
  'shutting-down': 'shutting-down',
  'kiosk-revoked': 'grant-expired',
};
