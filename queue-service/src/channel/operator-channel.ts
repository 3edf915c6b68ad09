import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import { operatorQueue } from '@videosportello/protocol/contract/operator-queue.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { OfferId, VisitId } from '@videosportello/protocol/ids.ts';
import type { DeskClaim } from '@videosportello/protocol/receipt.ts';
import { thumbprintOf } from '@videosportello/protocol/keys.ts';
import type { Desk, OfferView } from '@videosportello/protocol/messages/visit.ts';
import { acceptPeer } from '@videosportello/protocol/rpc/accept.ts';
import { webSocketTransport } from '@videosportello/protocol/rpc/transport.ts';
import { deskView } from '../operator/desk-view.ts';
import type { KnownOperator } from '../operator/operator-directory.ts';
import type { DeskReading, SlotReading } from '../redis/records.ts';
import { deskClaimOf } from '../receipts/claims.ts';
import { lanesServed } from '../routing/lanes.ts';
import { deskVisitView, offerViewOf } from '../visit/visit-views.ts';
import { closeCodes } from './channel-context.ts';
import type { ChannelContext } from './channel-context.ts';
import { nodeAddress, placeWord } from './node-address.ts';
import { pacedTransport } from './paced-transport.ts';
import type { OperatorSocket } from './socket-registry.ts';
import { createRefresher, createViewLane } from './view-lane.ts';

/** Changes of the house are gathered for so long before a desk is told, ms. */
const BOARD_PAUSE_MS = 500;

/** The end of a sign-in is looked at so much after it, ms: timers may be early. */
const END_MARGIN_MS = 50;

/** Who is signed in on a page, and until when. */
export interface SignedIn {
  readonly operator: KnownOperator;
  /** Names the sign-in itself. */
  readonly signIn: string;
  readonly endsAtMs: number;
}

/**
 * Serves one console page on an open socket (contract operator-queue). `signedIn` is absent when nobody is. When the sign-in
 * ends nothing new begins; the visits in hand are still finished, then the page has to sign in anew.
 */
export function serveOperator(socket: WebSocket, signedIn: SignedIn | undefined, context: ChannelContext): void {
  const known = signedIn?.operator;
  const isOver = () => signedIn !== undefined && context.now() >= signedIn.endsAtMs;
  const session = randomBytes(12).toString('hex');
  const lane = createViewLane();
  /** What the page has been told: offers by the media node they are for, visits in talk by the nodes of their access. */
  const offers = new Map<OfferId, string>();
  const access = new Map<VisitId, string>();
  let page: string | undefined;
  let hasTried = false;
  let resync = false;
  /** The desk as the page knows it, in JSON; what it knows of the house, and whether it wants to. */
  let deskTold = '';
  let boardVersion = 0;
  let isWatching = false;

  const who = (): { operator: KnownOperator; page: string } => {
    if (!known) throw new ProtocolError('signed-out');
    if (page === undefined) throw new ProtocolError('not-authenticated');
    return { operator: known, page };
  };
  const wordOf = ({ mediaNode, certificatesNode }: SlotReading) =>
    mediaNode ? [mediaNode, ...(certificatesNode ? [certificatesNode] : [])].map(placeWord).join(' ') : '';
  /** For what begins something new. @throws ProtocolError `signed-out` */
  const whoStillMay = () => {
    if (isOver()) throw new ProtocolError('signed-out');
    return who();
  };
  /** The access to a visit in talk; remembers that the page now has it. */
  const accessOf = async (entry: SlotReading) => {
    const { visit, mediaNode, certificatesNode } = entry;
    if (mediaNode === undefined) throw new ProtocolError('no-node');
    const { operator, page: holder } = who();
    const issued = await context.grants.operatorRoom(visit, operator.operatorId, holder);
    access.set(visit.id, wordOf(entry));
    return {
      visitId: visit.id,
      media: { url: nodeAddress(mediaNode.url, 'room'), ...issued },
      ...(certificatesNode ? { certificatesUrl: nodeAddress(certificatesNode.url, 'operator') } : {}),
    };
  };
  const offerOf = async (entry: SlotReading, nowMs: number): Promise<OfferView | undefined> => {
    if (entry.mediaNode === undefined) return undefined;
    const { operator, page: holder } = who();
    const issued = await context.grants.offer(entry.visit, operator.operatorId, holder);
    return offerViewOf(entry, nowMs, { url: nodeAddress(entry.mediaNode.url, 'room'), ...issued });
  };
  /** The offers that the page does not know, or knows for another media node; remembers that it knows them now. */
  const newOffers = async (reading: DeskReading): Promise<OfferView[]> => {
    const fresh: OfferView[] = [];
    for (const entry of reading.visits) {
      const { slot, mediaNode, visit } = entry;
      if (slot !== 'offered' || visit.offer === undefined || mediaNode === undefined) continue;
      const word = placeWord(mediaNode);
      const view = offers.get(visit.offer) === word ? undefined : await offerOf(entry, reading.now);
      if (!view) continue;
      offers.set(visit.offer, word);
      fresh.push(view);
    }
    return fresh;
  };
  /** The desk for an answer or a notice: the page knows it from then on. */
  const deskOf = async (reading: DeskReading): Promise<Desk> => {
    const { operator } = who();
    const view = deskView(operator, reading, context.today());
    const claim = deskClaimOf(operator.operatorId, reading);
    deskTold = wordsOf(view, claim);
    return { ...view, receipt: await context.receipts.forDesk(claim) };
  };
  /** All that a page is told but the moment: a desk that has not changed is not told again. */
  const wordsOf = (view: Desk, claim: DeskClaim) => JSON.stringify([view, { ...claim, at: undefined }]);
  /** What the page does not know of the house; it is told with this. */
  const boardNews = async () => {
    const { view, version } = await context.board.since(boardVersion, who().operator.operatorId);
    boardVersion = version;
    return view;
  };
  const deskRef = () => ({ operatorId: who().operator.operatorId, session });
  /** @throws ProtocolError `link-lost` when another session has the desk: this page is told so. */
  const readDesk = async () => {
    const reading = await context.operators.readDesk(who().operator.operatorId);
    if (reading.operator.session === session) return reading;
    // A notice of it may have been lost on the way between processes.
    peer.close(closeCodes.lapsed, 'another session has the desk');
    throw new ProtocolError('link-lost');
  };
  const inTalk = (reading: DeskReading, visitId: VisitId): SlotReading => {
    const entry = reading.visits.find(({ visit }) => visit.id === visitId);
    if (!entry) throw new ProtocolError('visit-unknown');
    if (entry.slot !== 'in-call') throw new ProtocolError('visit-state');
    return entry;
  };
  const { peer } = acceptPeer({
    contract: operatorQueue,
    transport: pacedTransport(webSocketTransport(socket), context.messagePace, {
      nowMs: context.steadyNow,
      onTooFast() {
        context.log.peer('operator', known?.operatorId, { event: 'too-much' });
        peer.close(closeCodes.tooFast, 'too fast');
      },
    }),
    nowMs: context.now(),
    nonceBytes: randomBytes(16),
    timers: context.timers,
    onEvent: (event) => context.log.peer('operator', known?.operatorId, event),
    serve: ({ peer: mine }) => ({
      requests: {
        hello: async ({ sessionKey, receipt }) => {
          if (!known) throw new ProtocolError('signed-out');
          if (hasTried) throw new ProtocolError('bad-message');
          hasTried = true;
          const { signIn } = signedIn;
          const { operatorId } = known;
          const lanes = lanesServed(context.routing(), known);
          const recall = await context.receipts.ofDesk(operatorId, receipt);
          await context.operators.openSession({ operatorId, session, signIn, instance: context.instance, capacity: known.capacity, lanes, recall });
          page = await thumbprintOf(sessionKey);
          if (mine.signal.aborted) {
            await context.operators.closeSession({ operatorId, session, silentMs: 0 });
            throw new ProtocolError('link-lost');
          }
          context.sockets.operators.get(operatorId)?.replaced();
          context.sockets.operators.set(operatorId, self(known));
          context.log.opened('operator', operatorId);
          mine.admit();
          return lane.run(async () => {
            const reading = await readDesk();
            const offered = await newOffers(reading);
            const talks = reading.visits.filter((entry) => entry.slot === 'in-call' && wordOf(entry) !== '');
            return { desk: await deskOf(reading), offers: offered, access: await Promise.all(talks.map(accessOf)) };
          });
        },
        alive: () => ({}),
        'board.watch': () =>
          lane.run(async () => {
            boardVersion = 0;
            isWatching = true;
            return boardNews();
          }),
        'presence.set': async ({ presence, reason }) => {
          if (presence === 'available') whoStillMay();
          return act(() => context.operators.setPresence(deskRef(), presence, reason), answerDesk);
        },
        'offer.accept': async ({ offerId }) => {
          whoStillMay();
          return act(
            () => context.operators.accept(deskRef(), offerId),
            async ({ desk, visitId }) => {
              offers.delete(offerId);
              const entry = inTalk(desk, visitId);
              return { visit: deskVisitView(entry), ...(wordOf(entry) === '' ? {} : { access: await accessOf(entry) }) };
            },
          );
        },
        'offer.decline': async ({ offerId }) =>
          act(
            () => context.operators.decline(deskRef(), offerId),
            async (reading) => {
              offers.delete(offerId);
              await tell(reading);
              return {};
            },
          ),
        'visit.end': async ({ visitId }) => {
          await act(() => context.visits.endTalk({ visitId, ...deskRef() }), tell);
          return {};
        },
        'visit.hand-over': async ({ visitId }) => act(() => context.operators.handOver(deskRef(), visitId), answerDesk),
        'wrap-up.done': async ({ visitId, outcome }) =>
          act(() => context.operators.finishWrapUp(deskRef(), visitId, outcome), answerDesk),
        'grants.renew': ({ visitId }) => lane.run(async () => accessOf(inTalk(await readDesk(), visitId))),
        'message.send': async ({ visitId, message }) => {
          const { visit, kiosk } = inTalk(await readDesk(), visitId);
          const instance = kiosk.present && kiosk.visit === visitId ? kiosk.instance : undefined;
          if (instance === undefined) throw new ProtocolError('peer-absent');
          return context.relay.deliver({ kioskId: visit.kiosk }, instance, visitId, message);
        },
      },
      notifications: {},
    }),
  });

  const tellBoard = createRefresher(
    () =>
      lane.run(async () => {
        if (page === undefined || peer.signal.aborted) return;
        peer.notify('board.changed', await boardNews());
      }),
    (error) => context.log.failed('operator.board', error),
  );
  /** Tells the access to visits in talk whose nodes are others than the page was told. */
  const tellAccess = async (reading: DeskReading) => {
    const talks = reading.visits.filter(({ slot }) => slot === 'in-call');
    for (const visitId of [...access.keys()]) if (!talks.some(({ visit }) => visit.id === visitId)) access.delete(visitId);
    for (const entry of talks) {
      const told = access.get(entry.visit.id);
      const word = wordOf(entry);
      if (word === '' || word === told) continue;
      peer.notify('access.changed', await accessOf(entry));
    }
  };
  /** Tells the desk when it is another one than the page knows. */
  const tellDesk = async (reading: DeskReading) => {
    const { operator } = who();
    if (deskTold === wordsOf(deskView(operator, reading, context.today()), deskClaimOf(operator.operatorId, reading))) return;
    peer.notify('desk.changed', await deskOf(reading));
  };
  /** Offers first, for they are awaited. */
  const tellOffersAndAccess = async (reading: DeskReading) => {
    for (const offer of await newOffers(reading)) peer.notify('offer.made', offer);
    await tellAccess(reading);
  };
  /** Tells the page what it does not know yet. */
  const tell = async (reading: DeskReading) => {
    await tellOffersAndAccess(reading);
    await tellDesk(reading);
  };
  const answerDesk = async (reading: DeskReading) => {
    await tellOffersAndAccess(reading);
    return { desk: await deskOf(reading) };
  };
  /**
   * Does what changes this desk, and takes what came of it to the page: nobody else does. When that fails the change may have
   * been made all the same, so the page is told as soon as it can be read.
   */
  const act = <Reading, Answer>(change: () => Promise<Reading>, answer: (reading: Reading) => Promise<Answer>): Promise<Answer> =>
    lane.run(async () => {
      try {
        return await answer(await change());
      } catch (error) {
        refresh();
        throw error;
      } finally {
        // The last visit of a sign-in that is over takes the page along.
        if (isOver()) refresh();
      }
    });
  /** The sign-in is over: no offers any more, and the page goes when nothing is in hand. @returns the desk after it. */
  const endShift = async (before: DeskReading) => {
    const reading =
      before.operator.presence === 'available' ? await context.operators.setPresence(deskRef(), 'not-ready', 'end-of-shift') : before;
    if (reading.visits.length === 0) peer.close(closeCodes.signedOut, 'signed out');
    return reading;
  };
  const refresh = createRefresher(
    async () => {
      await lane.run(async () => {
        if (page === undefined || peer.signal.aborted) return;
        const lostNotices = resync;
        resync = false;
        const read = await readDesk();
        const reading = isOver() ? await endShift(read) : read;
        await tell(reading);
        if (!lostNotices) return;
        for (const offerId of [...offers.keys()]) {
          if (reading.visits.some(({ visit }) => visit.offer === offerId)) continue;
          offers.delete(offerId);
          peer.notify('offer.withdrawn', { offerId, why: 'superseded' });
        }
      });
    },
    (error) => context.log.failed('operator.refresh', error),
  );
  let boardTimer: unknown;
  const self = ({ operatorId }: KnownOperator): OperatorSocket => ({
    operatorId,
    session,
    refresh(lostNotices = false) {
      resync ||= lostNotices;
      refresh();
    },
    refreshBoard() {
      if (!isWatching) return;
      boardTimer ??= context.timers.setTimeout(() => {
        boardTimer = undefined;
        tellBoard();
      }, BOARD_PAUSE_MS);
    },
    withdrawn(offerId, why) {
      if (offers.delete(offerId)) peer.notify('offer.withdrawn', { offerId, why });
    },
    lost: (visitId) => peer.notify('visit.lost', { visitId }),
    replaced() {
      peer.notify('session.replaced', {});
      peer.close(closeCodes.replaced, 'replaced');
    },
    deliver: (visitId, message) => peer.request('message.deliver', { visitId, message }),
    close: (code) => peer.close(code),
  });

  const endTimer = signedIn && context.timers.setTimeout(refresh, signedIn.endsAtMs - context.now() + END_MARGIN_MS);
  const liveness = context.watch(socket);
  void peer.closed.then(async (code) => {
    liveness.stop();
    context.timers.clearTimeout(boardTimer);
    context.timers.clearTimeout(endTimer);
    if (!known || page === undefined) return;
    const { operatorId } = known;
    if (context.sockets.operators.get(operatorId)?.session === session) context.sockets.operators.delete(operatorId);
    context.log.closed('operator', operatorId, code);
    const gone = { operatorId, session, silentMs: liveness.silentMs() };
    await context.leases.close(() => context.operators.closeSession(gone));
  });
}
