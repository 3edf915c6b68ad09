import { ProtocolError, toProtocolError } from '@videosportello/protocol/error-codes.ts';
import { messageId, newId } from '@videosportello/protocol/ids.ts';
import type { OfferId, VisitId } from '@videosportello/protocol/ids.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { RoomBody } from '@videosportello/protocol/messages/room.ts';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import type { RetryPolicy } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import { createObservable } from '@videosportello/queue-service/client/observable.ts';
import type { Observable } from '@videosportello/queue-service/client/observable.ts';
import { createOperatorQueueClient } from '@videosportello/queue-service/client/operator-queue-client.ts';
import type {
  OperatorQueueClient,
  OperatorQueueState,
} from '@videosportello/queue-service/client/operator-queue-client.ts';
import { systemTimers } from '@videosportello/queue-service/client/renewal.ts';
import type { CallController, CallOptions } from '@videosportello/sfu-server/client/call-controller.ts';
import { ownAbsence } from './call-line.ts';
import { checkStep } from './check-step.ts';
import {
  begun,
  choose,
  finished,
  freeColour,
  keepNotices,
  noticesBetween,
  settle,
  visitInFront,
  visitsInHand,
} from './desk-machine.ts';
import { noProgress } from './desk-state.ts';
import type { DeskActions, DeskState, Topic } from './desk-state.ts';
import { browserMemory } from './scan-pictures.ts';
import type { PictureMemory } from './scan-pictures.ts';
import { createVisitWork } from './visit-work.ts';
import type { VisitWork } from './visit-work.ts';

export interface DeskDeps {
  /** Address of the queue's socket for operators, ending in `/operator`. */
  readonly queueUrl: string;
  readonly sessionKey: HolderKey;
  readonly makeSocket: (url: string) => WebSocketLike;
  readonly createCall: (options: CallOptions) => CallController;
  /**
   * Kiosk and desk stand in one room: microphones stay closed until they are opened by hand, for two open ones howl.
   */
  readonly startsMuted: boolean;
  readonly pictures?: PictureMemory;
  readonly timers?: Timers;
  readonly now?: () => number;
  readonly policy?: RetryPolicy;
}

/** The desk behind the page: the queue's line, and one {@link VisitWork} per visit offered or in hand. */
export interface DeskController extends Observable<DeskState>, DeskActions, AsyncDisposable {
  close(): Promise<void>;
}

const unconnected: OperatorQueueState = {
  connection: 'connecting',
  ended: undefined,
  desk: undefined,
  house: undefined,
  offers: [],
  withdrawn: undefined,
  access: new Map(),
  lost: [],
};

/** Opens the desk. It survives redraws and cuts; a reloaded page says hello anew and finds its visits in hand again. */
export function createDeskController(deps: DeskDeps): DeskController {
  const { timers = systemTimers, now = () => Date.now(), pictures = browserMemory } = deps;
  const works = new Map<VisitId, VisitWork>();
  /** Visits whose acceptance has been asked and not yet answered: what is warm for them stays warm. */
  const accepting = new Set<VisitId>();
  /** Offers answered here: that they go away is no news. */
  const answered = new Set<OfferId>();
  const kioskNames = new Map<string, string>();
  let noticeId = 1;
  let closed = false;
  const store = createObservable<DeskState>({
    queue: unconnected,
    cutAtMs: undefined,
    offline: false,
    works: new Map(),
    accepted: [],
    chosen: undefined,
    onAir: undefined,
    startsMuted: deps.startsMuted,
    soundOn: false,
    notices: [],
    progress: noProgress,
    issued: new Set(),
  });

  /** Takes a state over and makes the microphones follow it: at most one is open, that of the visit on air. */
  const apply = (next: DeskState) => {
    const before = store.state.onAir;
    store.change(next);
    if (before !== next.onAir && before) works.get(before)?.setOnAir(false);
    if (next.onAir) works.get(next.onAir)?.setOnAir(true);
  };
  const change = (patch: Partial<DeskState>) => apply({ ...store.state, ...patch });

  const workOf = (visitId: VisitId): VisitWork => {
    const known = works.get(visitId);
    if (known) return known;
    const work = createVisitWork(visitId, freeColour(store.state.works.values()), {
      sessionKey: deps.sessionKey,
      createCall: deps.createCall,
      makeSocket: deps.makeSocket,
      sendByQueue: (to, body) => sendByQueue(to, body),
      renewGrant: (of) => queue.renewGrant(of),
      isInFront: () => visitInFront(store.state)?.visitId === visitId,
      pictures,
      timers,
      now,
    });
    works.set(visitId, work);
    change({ works: new Map(store.state.works).set(visitId, work.state) });
    work.subscribe((state) => change({ works: new Map(store.state.works).set(visitId, state) }));
    return work;
  };
  const drop = (visitId: VisitId) => {
    works.get(visitId)?.close();
    works.delete(visitId);
    const left = new Map(store.state.works);
    left.delete(visitId);
    change({ works: left });
  };
  const sendByQueue = (visitId: VisitId, body: RoomBody) =>
    queue.sendMessage(visitId, { messageId: newId(messageId, 'm'), body });

  /** Opens, renews and closes the work of visits as the queue's state says. */
  const follow = (state: OperatorQueueState) => {
    // An acceptance still on its way when the desk closes must not open its visit again.
    if (closed) return;
    const before = store.state;
    for (const offer of state.offers) kioskNames.set(offer.offerId, offer.kioskName);
    for (const visit of state.desk?.visits ?? []) kioskNames.set(visit.visitId, visit.kioskName);
    const fresh = noticesBetween(before.queue, state, kioskNames, answered).map((notice) => ({
      ...notice,
      id: noticeId++,
    }));
    const isCut = state.connection !== 'open' && state.desk !== undefined && state.ended === undefined;
    const wasOpen = before.queue.connection === 'open';
    const newDesk = state.desk !== before.queue.desk;
    const inHand = new Set(state.desk?.visits.map(({ visitId }) => visitId));
    change({
      queue: state,
      cutAtMs: isCut ? (before.cutAtMs ?? (wasOpen ? now() : undefined)) : undefined,
      // A desk that comes after the acceptance was answered knows of it, or of what came after it.
      accepted: newDesk ? before.accepted.filter(({ visitId }) => accepting.has(visitId)) : before.accepted,
      notices: keepNotices([...before.notices, ...fresh]),
      issued: new Set([...before.issued].filter((visitId) => inHand.has(visitId))),
    });

    const talks = visitsInHand(store.state).filter((visit) => visit.state === 'with-operator');
    const wanted = new Set<VisitId>([
      ...accepting,
      ...talks.map(({ visitId }) => visitId),
      ...state.offers.map(({ visitId }) => visitId),
    ]);
    if (state.ended !== undefined) wanted.clear();
    for (const visitId of [...works.keys()]) if (!wanted.has(visitId)) drop(visitId);
    const opened = [...wanted].filter((visitId) => !works.has(visitId));
    for (const visitId of opened) workOf(visitId);
    for (const offer of state.offers) works.get(offer.visitId)?.prewarm(offer.media);
    for (const [visitId, access] of state.access) {
      if (opened.includes(visitId) || access !== before.queue.access.get(visitId)) works.get(visitId)?.hold(access);
    }
    apply(settle(store.state));
  };

  let unfollow = () => {};
  const openQueue = (): OperatorQueueClient => {
    unfollow();
    const client = createOperatorQueueClient({
      makeSocket: () => deps.makeSocket(deps.queueUrl),
      sessionKey: deps.sessionKey,
      timers,
      now,
      ...(deps.policy ? { policy: deps.policy } : {}),
      onMessage: async (visitId, { messageId: id, body }) => {
        const work = works.get(visitId);
        if (!work) throw new ProtocolError('visit-unknown');
        return { messageId: id, ...work.hear(body) };
      },
    });
    unfollow = client.subscribe(follow);
    return client;
  };
  let queue = openQueue();

  /** Does something at the queue; what goes wrong is seen under the topic. */
  const attempt = async (topic: Topic, what: () => Promise<unknown>): Promise<void> => {
    if (store.state.progress.busy.has(topic)) return;
    change({ progress: begun(store.state.progress, topic) });
    try {
      await what();
      change({ progress: finished(store.state.progress, topic, undefined) });
    } catch (error) {
      const { code, detail } = toProtocolError(error);
      change({ progress: finished(store.state.progress, topic, { code, detail }) });
    }
  };
  const bringToFront = (visitId: VisitId) => {
    apply(choose(store.state, visitId));
    works.get(visitId)?.seen();
  };

  return {
    get state() {
      return store.state;
    },
    subscribe: store.subscribe,
    setPresence: (presence, reason) => void attempt('presence', () => queue.setPresence(presence, reason)),
    accept(offerId) {
      const offer = queue.state.offers.find((standing) => standing.offerId === offerId);
      if (!offer) return;
      const { visitId } = offer;
      void attempt('offer', async () => {
        accepting.add(visitId);
        answered.add(offerId);
        try {
          const { visit } = await queue.accept(offerId);
          const onDesk = queue.state.desk?.visits.some((known) => known.visitId === visitId) ?? false;
          if (!onDesk) change({ accepted: [...store.state.accepted, visit] });
        } finally {
          accepting.delete(visitId);
          follow(queue.state);
        }
        bringToFront(visitId);
        // To accept is to turn to this person: the microphone is his, unless kiosk and desk would howl.
        if (!deps.startsMuted) change({ onAir: visitId });
      });
    },
    decline(offerId) {
      answered.add(offerId);
      void attempt('offer', () => queue.decline(offerId));
    },
    choose: bringToFront,
    toggleMicrophone() {
      const front = visitInFront(store.state);
      if (front?.state !== 'with-operator') return;
      const call = store.state.works.get(front.visitId)?.call;
      // A microphone that is not there can only be closed.
      if (store.state.onAir !== front.visitId && call && ownAbsence(call, 'microphone') !== undefined) return;
      change({ onAir: store.state.onAir === front.visitId ? undefined : front.visitId });
    },
    toggleCamera: (visitId) => works.get(visitId)?.toggleCamera(),
    write: (visitId, text) => works.get(visitId)?.write(text),
    finishLine: (visitId, text) => works.get(visitId)?.finishLine(text),
    resendLine: (visitId, line) => works.get(visitId)?.resendLine(line),
    showStep: (visitId, step) => works.get(visitId)?.lead({ kind: 'show-step', step }),
    askCard: (visitId) => works.get(visitId)?.lead({ kind: 'ask-card' }),
    askScan: (visitId) => works.get(visitId)?.lead({ kind: 'ask-scan' }),
    discardScan: (visitId, scanId) =>
      void works.get(visitId)?.ask('identity', (client) => client.discardScan(scanId)),
    allowRetry(visitId) {
      const work = works.get(visitId);
      // The kiosk keeps its keypad closed until the card is asked for anew.
      void work
        ?.ask('identity', (client) => client.allowRetry())
        .then((isAllowed) => {
          if (isAllowed) work.lead({ kind: 'ask-card' });
        });
    },
    judgeHolder: (visitId, matches) =>
      void works.get(visitId)?.ask('identity', (client) => client.judgeHolder(matches)),
    workOnCheck: (visitId, work) => void works.get(visitId)?.ask('identity', (client) => checkStep(client, work)),
    prepareDocument: (visitId, request) =>
      void works.get(visitId)?.ask('document', (client) => client.prepareDocument(request)),
    collectCase: (visitId, caseNumber) => void works.get(visitId)?.ask('document', (client) => client.collectCase(caseNumber)),
    reviewDocument: (visitId, documentId) =>
      void works.get(visitId)?.ask('document', (client) => client.reviewDocument(documentId)),
    issueDocument(visitId, documentId) {
      void works
        .get(visitId)
        ?.ask('document', (client) => client.issueDocument(documentId))
        .then((done) => done && change({ issued: new Set(store.state.issued).add(visitId) }));
    },
    reprintDocument: (visitId, documentId) =>
      void works.get(visitId)?.ask('document', (client) => client.reprintDocument(documentId)),
    settleSheet: (visitId, documentId, finding) =>
      void works.get(visitId)?.ask('document', (client) => client.settleSheet(documentId, finding)),
    handOver: (visitId) => void attempt('end', () => queue.handOver(visitId)),
    endVisit: (visitId) => void attempt('end', () => queue.endVisit(visitId)),
    finishWrapUp: (visitId, outcome) => void attempt('wrap-up', () => queue.finishWrapUp(visitId, outcome)),
    takeBack() {
      if (queue.state.ended === undefined) return;
      queue = openQueue();
      follow(queue.state);
    },
    setOffline: (offline) => change({ offline }),
    setSound: (soundOn) => change({ soundOn }),
    dismiss: (id) => change({ notices: store.state.notices.filter((notice) => notice.id !== id) }),
    async close() {
      closed = true;
      unfollow();
      for (const visitId of [...works.keys()]) drop(visitId);
      await queue.close();
    },
    [Symbol.asyncDispose]() {
      return this.close();
    },
  };
}
