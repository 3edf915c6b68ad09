import { operatorQueue } from '@videosportello/protocol/contract/operator-queue.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { OfferId, OperatorId, VisitId } from '@videosportello/protocol/ids.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { Desk, OfferView, Presence } from '@videosportello/protocol/messages/visit.ts';
import { minutes, seconds } from '@videosportello/protocol/units.ts';
import { ANSWER_MS, WRAP_UP_MS } from '../world/citizens.ts';
import type { Draws } from '../world/draws.ts';
import type { OperatorPlan } from '../world/operators.ts';
import { nodeFor } from './city-context.ts';
import type { CityContext } from './city-context.ts';
import { openLink } from './link.ts';
import type { Link } from './link.ts';
import { createRecorder, deskLine, deskVisitTold, offerLine } from './recorder.ts';

const AGAIN_MS = seconds(2);
/** How many offers are declined, not answered at all, and how many talks are handed on. */
const DECLINED = 0.02;
const MISSED = 0.01;
const HANDED_OVER = 0.005;
/** How long an operator looks for somebody who is not there. */
const SEARCH_MS = seconds(25);
type Operator = typeof operatorQueue.client;

/** An operator's console, and who sits before it. */
export interface DeskPage {
  readonly operatorId: OperatorId;
  readonly isConnected: boolean;
  /** Begins the shift at its time. */
  begin(): void;
  cut(): void;
  heal(): void;
  crash(backMs: number): void;
  /** The page loads anew in another window: the first one is told so. */
  onConnected: (() => void) | undefined;
}

export function createDeskPage(
  who: {
    readonly operatorId: OperatorId;
    readonly plan: OperatorPlan;
    readonly sessionKey: HolderKey;
    readonly home: number;
    /** A fresh sign-in. */
    readonly cookie: () => string;
    readonly isPerfect: boolean;
  },
  city: CityContext,
  draws: Draws,
): DeskPage {
  const { stage, measures } = city;
  const { operatorId, plan } = who;
  const record = createRecorder(operatorId, stage, city.history);
  let link: Link<Operator> | undefined;
  let isConnecting = false;
  let isCut = false;
  let isCrashed = false;
  let cookie = '';
  /** What he wants to be: available within the shift, outside of pauses. */
  let wanted: Presence = 'not-ready';
  let isOver = false;
  let presence: Presence = 'not-ready';
  const offers = new Set<OfferId>();
  /** Visits in hand, and what is being done about each. */
  const hands = new Map<VisitId, 'talk' | 'wrap-up'>();

  const request = async <Answer>(send: (line: Link<Operator>) => Promise<Answer>): Promise<Answer | 'refused' | 'lost'> => {
    try {
      return link ? await send(link) : 'lost';
    } catch (error) {
      return error instanceof ProtocolError && !error.retryable ? 'refused' : 'lost';
    }
  };
  const setPresence = async () => {
    if (!link || presence === wanted) return;
    const to = wanted;
    const answer = await request((line) =>
      record.request(
        { op: 'presence.set', presence: to },
        () => line.request('presence.set', { presence: to, ...(to === 'available' ? {} : { reason: isOver ? 'end-of-shift' : 'break' }) }),
        (told) => ({ desk: deskLine(told.desk) }),
      ),
    );
    if (typeof answer === 'object') seeDesk(answer.desk);
    else stage.after(AGAIN_MS, () => void setPresence());
  };
  const goHome = () => {
    if (!isOver || hands.size > 0 || offers.size > 0 || presence === 'available' || !link) return;
    const gone = link;
    link = undefined;
    record.saw({ what: 'closed' });
    gone.close();
    measures.presence(operatorId, 'gone', plan.capacity);
  };
  const drop = (visitId: VisitId) => {
    if (!hands.delete(visitId)) return;
    measures.slots(operatorId, hands.size);
    goHome();
  };
  const seeDesk = (desk: Desk) => {
    presence = desk.presence;
    measures.presence(operatorId, presence, plan.capacity);
    const known = new Set(desk.visits.map(({ visitId }) => visitId));
    for (const { visitId, state } of desk.visits) {
      if (state === 'with-operator') talk(visitId);
      else wrapUp(visitId);
    }
    for (const visitId of hands.keys()) if (!known.has(visitId)) drop(visitId);
    // An offer was missed: he comes back to his desk after a while.
    if (presence !== wanted && wanted === 'available') stage.after(draws.between(seconds(10), seconds(60)), () => void setPresence());
    goHome();
  };
  /** Takes a visit in hand, unless it is already. */
  const talk = (visitId: VisitId) => {
    if (hands.has(visitId)) return;
    hands.set(visitId, 'talk');
    measures.slots(operatorId, hands.size);
    const seen = city.present.get(visitId);
    const lengthMs = seen?.isThere === true ? seen.citizen.talkMs : SEARCH_MS;
    if (!who.isPerfect && draws.chance(HANDED_OVER)) stage.after(lengthMs / 2, () => void handOver(visitId));
    stage.after(lengthMs, () => void end(visitId));
  };
  const handOver = async (visitId: VisitId) => {
    if (hands.get(visitId) !== 'talk') return;
    const answer = await request((line) =>
      record.request({ op: 'visit.hand-over', visitId }, () => line.request('visit.hand-over', { visitId }), (told) => ({ desk: deskLine(told.desk) })),
    );
    if (typeof answer === 'object') seeDesk(answer.desk);
  };
  const end = async (visitId: VisitId) => {
    if (hands.get(visitId) !== 'talk') return;
    const answer = await request((line) => record.request({ op: 'visit.end', visitId }, () => line.request('visit.end', { visitId })));
    if (answer === 'lost') stage.after(AGAIN_MS, () => void end(visitId));
    else if (answer === 'refused') drop(visitId);
    else wrapUp(visitId);
  };
  const wrapUp = (visitId: VisitId) => {
    if (hands.get(visitId) === 'wrap-up') return;
    hands.set(visitId, 'wrap-up');
    measures.slots(operatorId, hands.size);
    stage.after(who.isPerfect ? WRAP_UP_MS : draws.logNormal(WRAP_UP_MS, 0.4), () => void finish(visitId));
  };
  const finish = async (visitId: VisitId) => {
    if (hands.get(visitId) !== 'wrap-up') return;
    const answer = await request((line) =>
      record.request({ op: 'wrap-up.done', visitId }, () => line.request('wrap-up.done', { visitId, outcome: 'served' }), (told) => ({ desk: deskLine(told.desk) })),
    );
    if (answer === 'lost') stage.after(AGAIN_MS, () => void finish(visitId));
    else if (answer === 'refused') drop(visitId);
    else seeDesk(answer.desk);
  };

  const seeOffer = (offer: OfferView) => {
    if (offers.has(offer.offerId)) return;
    offers.add(offer.offerId);
    measures.offered(offer.visitId);
    if (who.isPerfect) return void stage.after(1, () => void accept(offer));
    const whim = draws.unit();
    if (whim < MISSED) return;
    const thinkMs = Math.min(draws.exponential(ANSWER_MS - 1_000) + 1_000, seconds(12));
    stage.after(thinkMs, () => void (whim < MISSED + DECLINED ? decline(offer) : accept(offer)));
  };
  const accept = async ({ offerId, visitId }: OfferView) => {
    if (!offers.has(offerId)) return;
    const answer = await request((line) =>
      record.request({ op: 'offer.accept', offerId, visitId }, () => line.request('offer.accept', { offerId }), ({ visit }) => deskVisitTold(visit)),
    );
    offers.delete(offerId);
    if (typeof answer === 'object') talk(answer.visit.visitId);
    goHome();
  };
  const decline = async ({ offerId, visitId }: OfferView) => {
    if (!offers.has(offerId)) return;
    await request((line) => record.request({ op: 'offer.decline', offerId, visitId }, () => line.request('offer.decline', { offerId })));
    offers.delete(offerId);
    goHome();
  };

  const lost = () => {
    record.saw({ what: 'closed' });
    link = undefined;
    offers.clear();
    presence = 'not-ready';
    stage.after(draws.between(250, 1_500), () => void connect());
  };
  const hello = async (node: NonNullable<ReturnType<typeof nodeFor>>) => {
    const opened = await openLink(stage, node, {
      contract: operatorQueue,
      path: '/operator',
      headers: { origin: node.url, host: new URL(node.url).host, cookie },
      requests: { 'message.deliver': async () => Promise.reject(new ProtocolError('peer-absent')) },
      notifications: {
        'desk.changed': (desk) => {
          record.saw({ what: 'desk.changed', desk: deskLine(desk) });
          seeDesk(desk);
        },
        'board.changed': () => {},
        'offer.made': (offer) => {
          record.saw({ what: 'offer.made', offer: offerLine(offer) });
          seeOffer(offer);
        },
        'access.changed': () => {},
        'offer.withdrawn': ({ offerId, why }) => {
          record.saw({ what: 'offer.withdrawn', offerId, why });
          offers.delete(offerId);
        },
        'visit.lost': ({ visitId }) => {
          record.saw({ what: 'visit.lost', visitId });
          drop(visitId);
        },
        'session.replaced': () => record.saw({ what: 'session.replaced' }),
      },
      onGone: () => {
        if (link === opened) lost();
      },
    });
    record.newSession();
    try {
      link = opened;
      const said = await record.request(
        { op: 'hello' },
        () => opened.request('hello', { version: 2, sessionKey: who.sessionKey.publicKey }),
        (told) => ({ desk: deskLine(told.desk), offers: told.offers.map(offerLine) }),
      );
      offers.clear();
      seeDesk(said.desk);
      for (const offer of said.offers) seeOffer(offer);
      self.onConnected?.();
      self.onConnected = undefined;
      await setPresence();
    } catch (error) {
      if (link === opened) link = undefined;
      opened.close();
      throw error;
    }
  };
  const connect = async () => {
    if (link || isConnecting || isCrashed || (isOver && hands.size === 0)) return;
    isConnecting = true;
    const done = stage.busy();
    try {
      const node = isCut ? undefined : nodeFor(city.nodes, who.home);
      if (!node) throw new ProtocolError('link-lost');
      await hello(node);
    } catch (error) {
      if (error instanceof ProtocolError && error.code === 'signed-out') cookie = who.cookie();
      stage.after(draws.between(500, 3_000), () => void connect());
    } finally {
      isConnecting = false;
      done();
    }
  };
  const want = (to: Presence) => {
    wanted = to;
    void setPresence();
  };

  const self: DeskPage = {
    operatorId,
    get isConnected() {
      return link !== undefined && !isCut;
    },
    begin() {
      stage.after(plan.shift.from, () => {
        cookie = who.cookie();
        wanted = 'available';
        void connect();
      });
      for (const { from, to } of plan.breaks) {
        stage.after(from, () => want('not-ready'));
        stage.after(to, () => !isOver && want('available'));
      }
      if (!Number.isFinite(plan.shift.to)) return;
      stage.after(plan.shift.to - minutes(1), () => {
        isOver = true;
        want('not-ready');
        goHome();
      });
    },
    cut() {
      isCut = true;
      link?.cut();
    },
    heal() {
      isCut = false;
      link?.heal();
    },
    crash(backMs) {
      isCrashed = true;
      const gone = link;
      link = undefined;
      offers.clear();
      presence = 'not-ready';
      gone?.crash();
      stage.after(backMs, () => {
        isCrashed = false;
        void connect();
      });
    },
    onConnected: undefined,
  };
  return self;
}
