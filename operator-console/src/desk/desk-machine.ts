import type { VisitId } from '@videosportello/protocol/ids.ts';
import type { DeskVisit, KioskTile } from '@videosportello/protocol/messages/visit.ts';
import type { OperatorQueueState, StandingOffer } from '@videosportello/queue-service/client/operator-queue-client.ts';
import type { DeskState, Notice, Progress, Problem, Topic, WorkState } from './desk-state.ts';

/**
 * Which page is shown. Pure: from the queue's line alone.
 *
 * ```text
 *   connecting ── hello ──► desk ◄──── (cuts stay on the desk, with a banner)
 *       │                    │
 *       ├── signed-out ──────┼──► signed-out      "Accedi" leads to /sign-in and back to connecting
 *       ├── session-replaced ┼──► replaced        "take it back" leads to connecting
 *       └── other refusal ───┴──► outdated        reload
 * ```
 */
export type DeskPage = 'connecting' | 'desk' | 'signed-out' | 'replaced' | 'outdated';

export function pageOf({ ended, desk }: Pick<OperatorQueueState, 'ended' | 'desk'>): DeskPage {
  if (ended === 'signed-out') return 'signed-out';
  if (ended === 'session-replaced') return 'replaced';
  if (ended !== undefined) return 'outdated';
  return desk ? 'desk' : 'connecting';
}

/** Visits in hand in the order of their acceptance, one just accepted here included. */
export function visitsInHand(state: Pick<DeskState, 'queue' | 'accepted'>): readonly DeskVisit[] {
  const onDesk = state.queue.desk?.visits ?? [];
  const missing = state.accepted.filter(({ visitId }) => !onDesk.some((visit) => visit.visitId === visitId));
  return [...onDesk, ...missing].toSorted((a, b) => a.acceptedAt - b.acceptedAt);
}

/** The visit in front: the chosen one while it is in hand, else the first. */
export function visitInFront(state: Pick<DeskState, 'queue' | 'accepted' | 'chosen'>): DeskVisit | undefined {
  const inHand = visitsInHand(state);
  return inHand.find(({ visitId }) => visitId === state.chosen) ?? inHand[0];
}

/** The offer to be answered next: the one that ends first. */
export const offerInFront = (offers: readonly StandingOffer[]): StandingOffer | undefined =>
  offers.toSorted((a, b) => a.endsAtMs - b.endsAtMs)[0];

const rankOf = ({ state, mine }: KioskTile): number => {
  if (state === 'waiting' || state === 'offered') return 0;
  if (mine) return 1;
  return state === 'with-operator' || state === 'self-service' ? 2 : state === 'free' ? 3 : 4;
};
/**
 * Kiosks in the order of who needs somebody: waiting longest first, then mine, then those in use, free, and out of
 * reach.
 */
export const orderKiosks = (tiles: readonly KioskTile[]): readonly KioskTile[] =>
  tiles.toSorted(
    (a, b) =>
      rankOf(a) - rankOf(b) ||
      (rankOf(a) === 0 ? (a.waitingSince ?? a.since) - (b.waitingSince ?? b.since) : 0) ||
      a.name.localeCompare(b.name, 'it'),
  );

/** Keeps the order of before while pointer or focus is on the list; new kiosks go to the end. */
export function keepOrder(tiles: readonly KioskTile[], before: readonly KioskTile[]): readonly KioskTile[] {
  const place = new Map(before.map(({ kioskId }, index) => [kioskId, index]));
  return orderKiosks(tiles).toSorted(
    (a, b) => (place.get(a.kioskId) ?? Infinity) - (place.get(b.kioskId) ?? Infinity) || 0,
  );
}

/** The lowest frame colour that no visit in hand has, 0 to 7 (a desk has eight visits at most). */
export function freeColour(works: Iterable<WorkState>): number {
  const taken = new Set([...works].map(({ colour }) => colour));
  return [0, 1, 2, 3, 4, 5, 6, 7].find((colour) => !taken.has(colour)) ?? 0;
}

/**
 * Brings a visit to the front. The microphone never opens by it, and closes when another visit had it: two people are
 * never
 * mixed up by one press.
 */
export function choose<State extends Pick<DeskState, 'chosen' | 'onAir'>>(
  state: State,
  visitId: VisitId | undefined,
): State {
  return { ...state, chosen: visitId, onAir: state.onAir === visitId ? state.onAir : undefined };
}

/**
 * What follows when the visits in hand have changed: front and microphone stay only with a visit that is still in talk.
 */
export function settle(state: DeskState): DeskState {
  const front = visitInFront(state);
  const settled = choose(state, front?.visitId);
  return front?.state === 'with-operator' ? settled : { ...settled, onAir: undefined };
}

/** A key was pressed whose answer is awaited. */
export const begun = ({ busy, problems }: Progress, topic: Topic): Progress => ({
  busy: new Set(busy).add(topic),
  problems: { ...problems, [topic]: undefined },
});
/** Its answer came, or what went wrong. */
export function finished({ busy, problems }: Progress, topic: Topic, problem: Problem | undefined): Progress {
  const rest = new Set(busy);
  rest.delete(topic);
  return { busy: rest, problems: { ...problems, [topic]: problem } };
}

/**
 * Words about visits that left the desk by themselves, between two states of the queue. `kioskNames` are those seen so
 * far, of
 * visits and offers; `answered` are offers that went because of an own key. The desk that a new hello brings says only by
 * its silence that the right to a visit lapsed while the line was cut.
 */
export function noticesBetween(
  before: OperatorQueueState,
  after: OperatorQueueState,
  kioskNames: ReadonlyMap<string, string>,
  answered: ReadonlySet<string>,
): readonly Omit<Notice, 'id'>[] {
  const lost = after.lost
    .slice(before.lost.length)
    .map((visitId) => ({ key: 'notice-visit-lost' as const, kiosk: kioskNames.get(visitId) ?? '' }));
  const isNewHello = before.connection !== 'open' && after.desk !== before.desk;
  const gone = (isNewHello ? (before.desk?.visits ?? []) : [])
    .filter(({ visitId, state }) => state === 'with-operator' && !after.desk?.visits.some((visit) => visit.visitId === visitId))
    .map(({ kioskName }) => ({ key: 'notice-visit-gone' as const, kiosk: kioskName }));
  const { withdrawn } = after;
  if (!withdrawn || withdrawn === before.withdrawn || answered.has(withdrawn.offerId)) return [...lost, ...gone];
  return [...lost, ...gone, { key: `notice-offer-${withdrawn.why}` as const, kiosk: kioskNames.get(withdrawn.offerId) ?? '' }];
}

/** Most notices that stand at a time: the desk below them has to stay in sight. */
export const KEPT_NOTICES = 4;
/**
 * Notices that go on standing: of the same word about the same kiosk only the newest, of all only the newest few; a lost
 * visit outlasts the rest. Somebody who asks and gives up over and over fills no screen.
 */
export function keepNotices(notices: readonly Notice[]): readonly Notice[] {
  const newest = notices.filter(
    ({ key, kiosk }, index) => !notices.slice(index + 1).some((later) => later.key === key && later.kiosk === kiosk),
  );
  const rank = ({ key }: Notice) => (key.startsWith('notice-visit') ? 1 : 0);
  const kept = new Set(newest.toSorted((a, b) => rank(b) - rank(a) || b.id - a.id).slice(0, KEPT_NOTICES));
  return newest.filter((notice) => kept.has(notice));
}

/** How many things wait for the operator; shown in the page's title. */
export const attention = (state: Pick<DeskState, 'queue' | 'works'>): number =>
  state.queue.offers.length + [...state.works.values()].filter(({ unread }) => unread > 0).length;

/** Whether what is pressed now does not arrive at the queue. */
export const isCut = ({ cutAtMs, offline }: Pick<DeskState, 'cutAtMs' | 'offline'>): boolean =>
  cutAtMs !== undefined || offline;
