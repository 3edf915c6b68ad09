import type { z } from 'zod';
import { operatorQueue, visitAccess } from '@videosportello/protocol/contract/operator-queue.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { OfferId, VisitId } from '@videosportello/protocol/ids.ts';
import type { RoomAnswer, RoomMessage } from '@videosportello/protocol/messages/room.ts';
import type { Board, Desk, DeskVisit, KioskTile, NotReadyReason, OfferView, Outcome, Presence } from '@videosportello/protocol/messages/visit.ts';
import type { ConnectionState } from '@videosportello/protocol/rpc/connection.ts';
import { createObservable } from './observable.ts';
import type { Observable } from './observable.ts';
import { createQueueLine } from './queue-line.ts';
import type { LineRenewal, PageDeps, QueueLine } from './queue-line.ts';

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

/** All kiosks, and who waits. */
export interface House {
  readonly kiosks: readonly KioskTile[];
  readonly waiting: number;
  /** Since when the one who waits longest does, by this page's clock, ms; undefined while nobody waits. */
  readonly waitingSinceMs: number | undefined;
}

/** Everything an operator's page knows from queue-service. After a cut the last of it stays until the next hello. */
export interface OperatorQueueState {
  readonly connection: ConnectionState;
  /** Why the client gave up for good: `session-replaced` (another window has the desk) or `signed-out`. */
  readonly ended: ErrorCode | undefined;
  readonly desk: Desk | undefined;
  readonly house: House | undefined;
  readonly offers: readonly StandingOffer[];
  readonly withdrawn: WithdrawnOffer | undefined;
  /** The room grant of each visit in hand, kept fresh; to be handed on to rooms and certificate nodes on every change. */
  readonly access: ReadonlyMap<VisitId, VisitAccess>;
  /** Visits whose right lapsed while they were in hand. */
  readonly lost: readonly VisitId[];
}

/** The socket's address ends in `/operator`; the session cookie goes along. All grants are bound to the session key. */
export type OperatorQueueDeps = PageDeps;

/** An operator page's line to queue-service. Requests throw the server's ProtocolError, or `link-lost` while not connected. */
export interface OperatorQueueClient extends Observable<OperatorQueueState>, AsyncDisposable {
  setPresence(presence: Presence, reason?: NotReadyReason): Promise<Desk>;
  /** Takes the visit; `access` is absent while its media node is away, and comes into the state when there is one. */
  accept(offerId: OfferId): Promise<{ readonly visit: DeskVisit; readonly access?: VisitAccess | undefined }>;
  decline(offerId: OfferId): Promise<void>;
  /** Ends the talk; the visit stays in hand as wrap-up. */
  endVisit(visitId: VisitId): Promise<void>;
  /** Gives a talk to a colleague. @throws ProtocolError `nobody-else-on-duty`; the visit stays in hand then. */
  handOver(visitId: VisitId): Promise<void>;
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
  const { now = () => Date.now() } = deps;
  const store = createObservable<OperatorQueueState>({
    connection: 'connecting',
    ended: undefined,
    desk: undefined,
    house: undefined,
    offers: [],
    withdrawn: undefined,
    access: new Map(),
    lost: [],
  });
  const renewals = new Map<VisitId, LineRenewal>();
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
  const renewalOf = (visitId: VisitId) =>
    line.renewal(
      async () => {
        const before = store.state.access.get(visitId);
        const fresh = await line.peer().request('grants.renew', { visitId });
        // What was told meanwhile is newer than this answer; or nothing is held any more.
        if (!before || store.state.access.get(visitId) !== before) return undefined;
        store.change({ access: new Map(store.state.access).set(visitId, fresh) });
        return fresh.media.expiresAt;
      },
      () => dropAccess(visitId),
    );
  const hold = (access: VisitAccess) => {
    store.change({ access: new Map(store.state.access).set(access.visitId, access) });
    const renewal = renewals.get(access.visitId) ?? renewalOf(access.visitId);
    renewals.set(access.visitId, renewal);
    renewal.planFor(access.media.expiresAt);
  };
  /** A desk without a visit in talk has no use for its grants. */
  const takeDesk = (desk: Desk) => {
    store.change({ desk });
    const talking = new Set(desk.visits.filter((visit) => visit.state === 'with-operator').map((visit) => visit.visitId));
    for (const visitId of [...store.state.access.keys()]) if (!talking.has(visitId)) dropAccess(visitId);
  };
  /** Puts what has changed into what is known; `isWhole`: there is nothing but this. */
  const takeBoard = (told: Board, isWhole: boolean) => {
    const tiles = new Map((isWhole ? [] : (store.state.house?.kiosks ?? [])).map((tile) => [tile.kioskId, tile]));
    for (const tile of told.kiosks) tiles.set(tile.kioskId, tile);
    const waitingSinceMs = told.longestWaitMs === undefined ? undefined : now() - told.longestWaitMs;
    store.change({ house: { kiosks: [...tiles.values()], waiting: told.waiting, waitingSinceMs } });
  };
  /** A page that cannot be told of the house now says hello again in the end, and asks then. */
  const watchBoard = () => {
    line
      .peer()
      .request('board.watch', {})
      .then((told) => takeBoard(told, true))
      .catch(() => undefined);
  };
  const stopRenewals = () => {
    for (const renewal of renewals.values()) renewal.stop();
    renewals.clear();
  };

  const line: QueueLine<typeof operatorQueue.client> = createQueueLine(deps, {
    contract: operatorQueue,
    finalCodes,
    requests: {
      'message.deliver': ({ visitId, message }) => deps.onMessage(visitId, message),
    },
    notifications: {
      'desk.changed': takeDesk,
      'board.changed': (told) => takeBoard(told, false),
      'access.changed': hold,
      'offer.made': (offer) => store.change({ offers: [...withoutOffer(offer.offerId), standing(offer)] }),
      'offer.withdrawn': (withdrawn) => store.change({ offers: withoutOffer(withdrawn.offerId), withdrawn }),
      'visit.lost': ({ visitId }) => {
        dropAccess(visitId);
        store.change({ lost: [...store.state.lost, visitId] });
      },
      'session.replaced': () => line.giveUp('session-replaced'),
    },
    hello: (peer) => {
      const receipt = store.state.desk?.receipt;
      return peer.request('hello', { version: 2, sessionKey: deps.sessionKey.publicKey, ...(receipt === undefined ? {} : { receipt }) });
    },
    askAlive: (peer) => peer.request('alive', {}),
    welcomed: (said) => {
      stopRenewals();
      store.change({ desk: said.desk, offers: said.offers.map(standing), access: new Map() });
      for (const access of said.access) hold(access);
      watchBoard();
    },
    onState: (connection) => {
      if (connection === 'lost' || connection === 'closed') stopRenewals();
      store.change({ connection });
    },
    onGivenUp: (code) => store.change({ ended: code }),
  });
  const close = () => {
    stopRenewals();
    return line.close();
  };

  return {
    get state() {
      return store.state;
    },
    subscribe: store.subscribe,
    async setPresence(presence, reason) {
      const { desk } = await line.peer().request('presence.set', { presence, ...(reason ? { reason } : {}) });
      takeDesk(desk);
      return desk;
    },
    async accept(offerId) {
      const accepted = await line.peer().request('offer.accept', { offerId });
      store.change({ offers: withoutOffer(offerId) });
      if (accepted.access) hold(accepted.access);
      return accepted;
    },
    async decline(offerId) {
      await line.peer().request('offer.decline', { offerId });
      store.change({ offers: withoutOffer(offerId) });
    },
    async endVisit(visitId) {
      await line.peer().request('visit.end', { visitId });
      dropAccess(visitId);
    },
    async handOver(visitId) {
      takeDesk((await line.peer().request('visit.hand-over', { visitId })).desk);
    },
    async finishWrapUp(visitId, outcome) {
      const { desk } = await line.peer().request('wrap-up.done', { visitId, outcome });
      takeDesk(desk);
      return desk;
    },
    sendMessage: async (visitId, message) => line.peer().request('message.send', { visitId, message }),
    renewGrant: (visitId) => renewals.get(visitId)?.renewNow(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
