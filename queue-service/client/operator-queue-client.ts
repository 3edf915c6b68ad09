import type { z } from 'zod';
import { operatorQueue, visitAccess } from '@videosportello/protocol/contract/operator-queue.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { OfferId, VisitId } from '@videosportello/protocol/ids.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { RoomAnswer, RoomMessage } from '@videosportello/protocol/messages/room.ts';
import type { Desk, DeskVisit, NotReadyReason, OfferView, Outcome, Presence } from '@videosportello/protocol/messages/visit.ts';
import { keepConnected, openSocket } from '@videosportello/protocol/rpc/connection.ts';
import type { ConnectionState } from '@videosportello/protocol/rpc/connection.ts';
import type { Peer, PeerEvent, Timers } from '@videosportello/protocol/rpc/peer.ts';
import type { RetryPolicy } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import { createObservable } from './observable.ts';
import type { Observable } from './observable.ts';
import { createRenewal, systemTimers } from './renewal.ts';

export type VisitAccess = z.output<typeof visitAccess>;

/** An offer with the local moment it ends, by this page's own clock. */
export interface StandingOffer extends OfferView {
  readonly endsAtMs: number;
}
/** Why an offer went away. */
export interface WithdrawnOffer {
  readonly offerId: OfferId;
  readonly why: 'expired' | 'citizen-left' | 'taken' | 'superseded';
}

/** Everything an operator's page knows from queue-service. After a cut the last of it stays until the next hello. */
export interface OperatorQueueState {
  readonly connection: ConnectionState;
  /** Why the client gave up for good: `session-replaced` (another window has the desk) or `signed-out`. */
  readonly ended: ErrorCode | undefined;
  readonly desk: Desk | undefined;
  readonly offers: readonly StandingOffer[];
  readonly withdrawn: WithdrawnOffer | undefined;
  /** The room grant of each visit in hand, kept fresh; to be handed on to rooms and certificate nodes on every change. */
  readonly access: ReadonlyMap<VisitId, VisitAccess>;
  /** Visits whose right lapsed while they were in hand. */
  readonly lost: readonly VisitId[];
}

export interface OperatorQueueDeps {
  /** Opens the socket: `() => new WebSocket(url)`, url ending in `/operator`; the session cookie goes along. */
  readonly makeSocket: () => WebSocketLike;
  /** The page's own key; all grants are bound to it. */
  readonly sessionKey: HolderKey;
  /** A message of a citizen that came the way round the room. */
  readonly onMessage: (visitId: VisitId, message: RoomMessage) => Promise<RoomAnswer>;
  readonly onEvent?: (event: PeerEvent) => void;
  readonly policy?: RetryPolicy;
  readonly timers?: Timers;
  readonly now?: () => number;
}

/** An operator page's line to queue-service. Requests throw the server's ProtocolError, or `link-lost` while not connected. */
export interface OperatorQueueClient extends Observable<OperatorQueueState>, AsyncDisposable {
  setPresence(presence: Presence, reason?: NotReadyReason): Promise<Desk>;
  accept(offerId: OfferId): Promise<{ visit: DeskVisit; access: VisitAccess }>;
  decline(offerId: OfferId): Promise<void>;
  /** Ends the talk; the visit stays in hand as wrap-up. */
  endVisit(visitId: VisitId): Promise<void>;
  finishWrapUp(visitId: VisitId, outcome: Outcome): Promise<Desk>;
  /** The way round a dead room. */
  sendMessage(visitId: VisitId, message: RoomMessage): Promise<RoomAnswer>;
  /**
   * Has the grant of a visit in talk renewed before its time: a node has refused the one it was shown. The new one comes in
   * `access`. Safe to repeat; of a visit without access, and while not connected, nothing is done.
   */
  renewGrant(visitId: VisitId): void;
  close(): Promise<void>;
}

const finalCodes: readonly ErrorCode[] = ['signed-out', 'session-replaced', 'version-unsupported'];

/** Connects a desk, keeps it connected, finds visits in hand again, and keeps their grants fresh. */
export function createOperatorQueueClient(deps: OperatorQueueDeps): OperatorQueueClient {
  const { timers = systemTimers, now = () => Date.now() } = deps;
  const stop = new AbortController();
  const store = createObservable<OperatorQueueState>({
    connection: 'connecting',
    ended: undefined,
    desk: undefined,
    offers: [],
    withdrawn: undefined,
    access: new Map(),
    lost: [],
  });
  const renewals = new Map<VisitId, ReturnType<typeof createRenewal>>();
  let peer: Peer<typeof operatorQueue.client> | undefined;
  let clockOffsetMs = 0;

  const linked = () => {
    if (!peer) throw new ProtocolError('link-lost');
    return peer;
  };
  const remaining = (access: VisitAccess) => access.media.expiresAt - (now() + clockOffsetMs);
  const standing = (offer: OfferView): StandingOffer => ({ ...offer, endsAtMs: now() + offer.remainingMs });
  const withoutOffer = (offerId: OfferId) => store.state.offers.filter((offer) => offer.offerId !== offerId);

  const dropAccess = (visitId: VisitId) => {
    renewals.get(visitId)?.stop();
    renewals.delete(visitId);
    if (!store.state.access.has(visitId)) return;
    const access = new Map(store.state.access);
    access.delete(visitId);
    store.change({ access });
  };
  const hold = (access: VisitAccess) => {
    store.change({ access: new Map(store.state.access).set(access.visitId, access) });
    let renewal = renewals.get(access.visitId);
    if (!renewal) {
      renewal = createRenewal(async () => {
        try {
          const fresh = await linked().request('grants.renew', { visitId: access.visitId });
          if (!renewals.has(access.visitId)) return undefined;
          store.change({ access: new Map(store.state.access).set(fresh.visitId, fresh) });
          return remaining(fresh);
        } catch (error) {
          if (!(error instanceof ProtocolError) || error.retryable) throw error;
          dropAccess(access.visitId);
          return undefined;
        }
      }, { timers, now });
      renewals.set(access.visitId, renewal);
    }
    renewal.plan(remaining(access));
  };
  /** A desk without a visit in talk has no use for its grants. */
  const takeDesk = (desk: Desk) => {
    store.change({ desk });
    const talking = new Set(desk.visits.filter((visit) => visit.state === 'with-operator').map((visit) => visit.visitId));
    for (const visitId of [...store.state.access.keys()]) if (!talking.has(visitId)) dropAccess(visitId);
  };
  const giveUp = (code: ErrorCode) => {
    store.change({ ended: code });
    stop.abort();
  };
  const stopRenewals = () => {
    for (const renewal of renewals.values()) renewal.stop();
    renewals.clear();
  };

  const done = keepConnected({
    contract: operatorQueue,
    open: (signal) => openSocket(deps.makeSocket, { signal }),
    signal: stop.signal,
    ...(deps.policy ? { policy: deps.policy } : {}),
    ...(deps.onEvent ? { onEvent: deps.onEvent } : {}),
    requests: {
      'message.deliver': ({ visitId, message }) => deps.onMessage(visitId, message),
    },
    notifications: {
      'desk.changed': takeDesk,
      'access.changed': hold,
      'offer.made': (offer) => store.change({ offers: [...withoutOffer(offer.offerId), standing(offer)] }),
      'offer.withdrawn': (withdrawn) => store.change({ offers: withoutOffer(withdrawn.offerId), withdrawn }),
      'visit.lost': ({ visitId }) => {
        dropAccess(visitId);
        store.change({ lost: [...store.state.lost, visitId] });
      },
      'session.replaced': () => giveUp('session-replaced'),
    },
    hello: async (connected, welcome) => {
      clockOffsetMs = welcome.serverTime - now();
      const said = await connected.request('hello', { version: 1, sessionKey: deps.sessionKey.publicKey });
      peer = connected;
      stopRenewals();
      store.change({ desk: said.desk, offers: said.offers.map(standing), access: new Map() });
      for (const access of said.access) hold(access);
    },
    onState: (connection) => {
      if (connection !== 'open') peer = undefined;
      if (connection === 'lost' || connection === 'closed') stopRenewals();
      store.change({ connection });
    },
    isFinal: (error) => {
      if (!finalCodes.includes(error.code)) return false;
      giveUp(error.code);
      return true;
    },
  });
  const close = () => {
    stop.abort();
    stopRenewals();
    return done;
  };

  return {
    get state() {
      return store.state;
    },
    subscribe: store.subscribe,
    async setPresence(presence, reason) {
      const { desk } = await linked().request('presence.set', { presence, ...(reason ? { reason } : {}) });
      takeDesk(desk);
      return desk;
    },
    async accept(offerId) {
      const accepted = await linked().request('offer.accept', { offerId });
      store.change({ offers: withoutOffer(offerId) });
      hold(accepted.access);
      return accepted;
    },
    async decline(offerId) {
      await linked().request('offer.decline', { offerId });
      store.change({ offers: withoutOffer(offerId) });
    },
    async endVisit(visitId) {
      await linked().request('visit.end', { visitId });
      dropAccess(visitId);
    },
    async finishWrapUp(visitId, outcome) {
      const { desk } = await linked().request('wrap-up.done', { visitId, outcome });
      takeDesk(desk);
      return desk;
    },
    sendMessage: async (visitId, message) => linked().request('message.send', { visitId, message }),
    renewGrant: (visitId) => renewals.get(visitId)?.renewNow(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
