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
import type { CityNode } from './city-node.ts';
import { openLink } from './link.ts';
import type { Link } from './link.ts';
import { createRecorder, deskLine, deskVisitTold, offerLine } from './recorder.ts';
import { anyFirst, lateDeskRequests, sendStrays, strayDeskRequests } from './strays.ts';
import type { DeskKnowledge } from './strays.ts';

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
  /** The node it is connected to. */
  readonly node: CityNode | undefined;
  readonly isAsked: boolean;
  /** The page loads anew in another window, at another node, while the one before goes on to speak. */
  openAnother(): void;
  /** Asks for what he has no right to. */
  stray(): void;
  /** Called when a hello has been answered. */
  onConnected: (() => void) | undefined;
}

export function createDeskPage(
  who: {
    readonly operatorId: OperatorId;
    readonly plan: OperatorPlan;
    readonly sessionKey: HolderKey;
    readonly home: number;
    /** Signs in: the cookie, and until when it counts, simulated ms. */
    readonly signIn: () => { readonly cookie: string; readonly until: number };
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
  let signIn = { cookie: '', until: 0 };
  /** What he wants to be: available within the shift, outside of pauses. */
  let wanted: Presence = 'not-ready';
  let isOver = false;
  let presence: Presence = 'not-ready';
  /** What the page shows with its next hello; a page that is loaded anew has none. */
  let receipt: string | undefined;
  const offers = new Map<OfferId, VisitId>();
  /** Visits in hand, and what is being done about each. */
  const hands = new Map<VisitId, 'talk' | 'wrap-up'>();
  /** Lines of windows that were replaced: nobody sees what comes there. */
  const replaced = new WeakSet<Link<Operator>>();

  const request = async <Answer>(send: (line: Link<Operator>) => Promise<Answer>): Promise<Answer | 'refused' | 'lost'> => {
    try {
      return link ? await send(link) : 'lost';
    } catch (error) {
      return error instanceof ProtocolError && !error.retryable ? 'refused' : 'lost';
    }
  };
  const setPresence = async () => {
    // Whose sign-in has ended is sent away as soon as his hands are empty, and signs in anew.
    if (!link || presence === wanted || (wanted === 'available' && stage.now >= signIn.until)) return;
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
    receipt = desk.receipt ?? receipt;
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
    stage.after(who.isPerfect ? 0 : draws.logNormal(WRAP_UP_MS, 0.4), () => void finish(visitId));
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
    offers.set(offer.offerId, offer.visitId);
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
      headers: { origin: node.url, host: new URL(node.url).host, cookie: signIn.cookie },
      requests: { 'message.deliver': async () => Promise.reject(new ProtocolError('peer-absent')) },
      notifications: {
        'desk.changed': (desk) => {
          if (replaced.has(opened)) return;
          record.saw({ what: 'desk.changed', desk: deskLine(desk) });
          seeDesk(desk);
        },
        'board.changed': () => {},
        'offer.made': (offer) => {
          if (replaced.has(opened)) return;
          record.saw({ what: 'offer.made', offer: offerLine(offer) });
          seeOffer(offer);
        },
        'access.changed': () => {},
        'offer.withdrawn': ({ offerId, why }) => {
          if (replaced.has(opened)) return;
          record.saw({ what: 'offer.withdrawn', offerId, why });
          offers.delete(offerId);
        },
        'visit.lost': ({ visitId }) => {
          if (replaced.has(opened)) return;
          record.saw({ what: 'visit.lost', visitId });
          drop(visitId);
        },
        'session.replaced': () => !replaced.has(opened) && record.saw({ what: 'session.replaced' }),
      },
      onGone: () => {
        if (link === opened) lost();
      },
    });
    record.newSession();
    try {
      link = opened;
      const said = await record.request(
        { op: 'hello', signedInUntil: signIn.until },
        () => opened.request('hello', { version: 2, sessionKey: who.sessionKey.publicKey, ...(receipt === undefined ? {} : { receipt }) }),
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
  const connect = async (nodes = city.nodes) => {
    if (link || isConnecting || isCrashed || (isOver && hands.size === 0)) return;
    isConnecting = true;
    const done = stage.busy();
    try {
      const node = isCut ? undefined : nodeFor(nodes, who.home);
      if (!node) throw new ProtocolError('link-lost');
      await hello(node);
    } catch (error) {
      if (error instanceof ProtocolError && error.code === 'signed-out') signIn = who.signIn();
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

  const knowledge: DeskKnowledge = { hands, offers };
  city.deskPages.push(knowledge);
  const openAnother = async (old: Link<Operator>) => {
    const done = stage.busy();
    const { session } = record;
    replaced.add(old);
    link = undefined;
    await connect(city.nodes.filter((node) => node !== old.node));
    if (self.isConnected) await sendStrays(old, session, anyFirst(lateDeskRequests(knowledge, presence), draws));
    // The other window did not open: with this one the client is gone.
    else session.saw({ what: 'closed' });
    old.close();
    done();
  };
  const stray = async (line: Link<Operator>) => {
    const others = city.deskPages.filter((page) => page !== knowledge);
    // Offers stand for seconds only: who has one is meddled with first.
    const other = others.find((page) => page.offers.size > 0) ?? (others.length > 0 ? draws.one(others) : undefined);
    const done = stage.busy();
    await sendStrays(line, record.session, strayDeskRequests(knowledge, other));
    done();
  };

  const self: DeskPage = {
    operatorId,
    get isConnected() {
      return link !== undefined && !isCut;
    },
    begin() {
      stage.after(plan.shift.from, () => {
        signIn = who.signIn();
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
      receipt = undefined;
      offers.clear();
      presence = 'not-ready';
      gone?.crash();
      stage.after(backMs, () => {
        isCrashed = false;
        void connect();
      });
    },
    get node() {
      return link?.node;
    },
    get isAsked() {
      return offers.size > 0;
    },
    openAnother() {
      if (link && self.isConnected) void openAnother(link);
    },
    stray() {
      if (link && self.isConnected) void stray(link);
    },
    onConnected: undefined,
  };
  return self;
}
