import type { Fence } from '@videosportello/protocol/grant.ts';
import type { PriorityClass } from '@videosportello/protocol/messages/visit.ts';
import type { Header, PlanStep, VisitView } from '../history/line.ts';
import type { Agenda } from './agenda.ts';
import type { Faults } from './faults.ts';

/*
 * What can be known of the queue from the lines so far. "Definite" is what holds whatever an unanswered request did and
 * however late a push came; "possible" is what may hold. Rules accuse with definite things only.
 */

/** The connection of one client. */
export interface Link {
  /** The newest session that was answered its hello; 0 before the first. */
  session: number;
  /** The line of that answer. */
  helloSeq: number;
  /** Since when everything that happens is seen there, ms; undefined while it is not so. */
  wholeSince: number | undefined;
  /** The last line after which the service may have thought the client gone; and when. */
  lapseSeq: number;
  lapseAt: number;
  /** Since when it is gone, ms: since it was cut off or closed when it last was neither. */
  goneSince: number;
  /** Whether the client knows that its socket is closed. */
  isClosed: boolean;
  /** Running faults that harm it. */
  readonly hits: Set<string>;
  /** From when on it counts after a fault of its own, ms. */
  calmFrom: number;
}

/** An operator's right to a visit, as he was told. */
export interface Hold {
  readonly operatorId: string;
  readonly fence: Fence;
  /** The request that brought it, and the line that told it. */
  readonly fromSeq: number;
  readonly seq: number;
}

/** A place in the queue. */
export interface Ticket {
  readonly ticketId: string;
  /** The place was given between these two lines. */
  fromSeq: number;
  toSeq: number;
  /** The wait began between these two moments, ms. */
  readonly sinceLeast: number;
  sinceMost: number;
  /** For how long faults of everybody's had been running by then, ms. */
  readonly brokenMs: number;
}

/** A kept ticket that is being shown at a kiosk. */
export interface Showing {
  readonly name: string;
  readonly plan: readonly PlanStep[];
  readonly seq: number;
  readonly at: number;
}

/** One visit that is running or has just ended. */
export interface Visit {
  readonly visitId: string;
  readonly kioskId: string;
  readonly bornSeq: number;
  /** What the kiosk was told last. */
  view: VisitView;
  viewSeq: number;
  viewAt: number;
  /** Since when it definitely waits, ms; undefined while it may be doing something else. */
  waitingSince: number | undefined;
  waitingSeq: number;
  ticket: Ticket | undefined;
  class: PriorityClass | undefined;
  /** First request for a ticket since there was none. */
  opening: { readonly seq: number; readonly at: number } | undefined;
  /** The plans it may have: one, or two while a change is under way. */
  plans: readonly (readonly PlanStep[])[];
  planSince: number;
  /** Requests of its kiosk without an answer that could take it out of the queue, with their sessions. */
  readonly leaving: Map<string, number>;
  /** Requests without an answer that could end it. */
  readonly endings: Map<string, { readonly who: string; readonly session: number }>;
  /** Whether it may have ended in another way: its kiosk was away for long, or the store lost it. */
  mayBeOver: boolean;
  /** The line at which its kiosk was told of no visit while the store was being rebuilt; it may come back. */
  missingSeq: number | undefined;
  ended: { readonly seq: number; readonly at: number } | undefined;
  readonly holds: Map<string, Hold>;
  /** The newest fence that its kiosk saw while nobody had it. */
  queued: { readonly fence: Fence; readonly seq: number } | undefined;
  /** The last line at which an operator gave it out of his hands. */
  readonly releases: Map<string, number>;
  /** Until when an operator need not be offered it, ms. */
  readonly refusals: Map<string, number>;
}

/** An offer that may stand. */
export interface StandingOffer {
  readonly offerId: string;
  readonly visitId: string;
  readonly seq: number;
  readonly at: number;
  /** It does not stand any longer than this, ms. */
  endsBy: number;
  /** The line with the operator's answer. */
  answerSeq: number | undefined;
  /** Lines of the visits that filled his hands when he saw the offer. */
  readonly fullSeqs: readonly number[];
}

export interface Operator {
  readonly operatorId: string;
  readonly capacity: number;
  readonly lanes: ReadonlySet<string>;
  readonly link: Link;
  /** What he definitely is. */
  presence: 'available' | 'not-ready' | undefined;
  /** When his sign-in ends, ms; from then on the service itself makes him not ready. */
  signedInUntil: number;
  /** Requests to change that without an answer. */
  readonly asking: Set<string>;
  readonly offers: Map<string, StandingOffer>;
  /** Offers that were answered or withdrawn lately: one that is shown afterwards was read before. */
  readonly pastOffers: Set<string>;
  /** Visits that may be in his hands, in talk or wrap-up; the definite ones marked. */
  readonly slots: Map<string, { isDefinite: boolean; readonly seq: number; readonly at: number }>;
  /** Since when he could definitely have been offered something, ms. */
  idleSince: number | undefined;
  idleSeq: number;
}

export interface Kiosk {
  readonly kioskId: string;
  readonly link: Link;
  visit: Visit | undefined;
  /** Requests for a visit that were not refused and brought none. */
  opens: number;
  /** The ticket that was shown here last, until its place is taken. */
  showing: Showing | undefined;
}

/** Everything together. */
export interface Picture {
  readonly header: Header;
  readonly agenda: Agenda;
  readonly faults: Faults;
  readonly operators: ReadonlyMap<string, Operator>;
  readonly kiosks: Map<string, Kiosk>;
  readonly visits: Map<string, Visit>;
  /** Places of those who come back later, by the name of the ticket. */
  readonly kept: Map<string, Ticket>;
  /** Visits that definitely wait. */
  readonly waiting: Set<Visit>;
  /** Called when a visit begins to wait, an operator begins to be idle, or a fault of everybody's has ended. */
  onWaiting(visit: Visit): void;
  /** Called when it does not definitely wait any more. */
  onWaitingOver(visit: Visit): void;
  onIdle(operator: Operator): void;
  onCalm(): void;
  /** Called when a kiosk no longer has its visit, or hears that there is none; before it is forgotten. */
  onGone(visit: Visit, seq: number, at: number): void;
}

export const createLink = (): Link => ({
  session: 0,
  helloSeq: 0,
  wholeSince: undefined,
  lapseSeq: 0,
  lapseAt: 0,
  goneSince: 0,
  isClosed: true,
  hits: new Set(),
  calmFrom: 0,
});

const isOperatorId = (who: string) => who.startsWith('op_');

/** The kiosk of this name, known from now on. */
export function kioskOf(picture: Picture, kioskId: string): Kiosk {
  const known = picture.kiosks.get(kioskId);
  if (known) return known;
  const kiosk: Kiosk = { kioskId, link: createLink(), visit: undefined, opens: 0, showing: undefined };
  picture.kiosks.set(kioskId, kiosk);
  return kiosk;
}

/** The link of a client; undefined for the city itself. */
export const linkOf = (picture: Picture, who: string): Link | undefined =>
  isOperatorId(who) ? picture.operators.get(who)?.link : who === 'city' ? undefined : kioskOf(picture, who).link;

/** The visit does not definitely wait any more. */
export function stopWaiting(picture: Picture, visit: Visit): void {
  if (visit.waitingSince === undefined) return;
  visit.waitingSince = undefined;
  picture.waiting.delete(visit);
  picture.onWaitingOver(visit);
}

/** Notes anew whether an operator could be offered something. */
export function weighIdle(picture: Picture, operator: Operator, seq: number, at: number): void {
  const isIdle =
    operator.link.wholeSince !== undefined &&
    operator.presence === 'available' &&
    operator.offers.size === 0 &&
    operator.slots.size < operator.capacity;
  if (!isIdle) operator.idleSince = undefined;
  else if (operator.idleSince === undefined) {
    operator.idleSince = at;
    operator.idleSeq = seq;
    picture.onIdle(operator);
  }
}

/** The lines of the visits that are definitely in an operator's hands. */
export const definiteSlots = (operator: Operator): number[] =>
  [...operator.slots.values()].filter(({ isDefinite }) => isDefinite).map(({ seq }) => seq);

/**
 * The moment from which an operator definitely may be offered a visit, as far as lanes and refusals go; undefined when none
 * of its lanes is his, or its plan is changing.
 */
export function capableFrom(picture: Picture, visit: Visit, operator: Operator): number | undefined {
  const [plan, other] = visit.plans;
  if (plan === undefined || other !== undefined || visit.ticket === undefined) return undefined;
  const { sweepMs } = picture.header.policy;
  const { lagMs } = picture.header;
  // The service moves its deadlines by the time in which nobody could reach it, and with them the opening of a later lane.
  const lostMs = picture.faults.brokenMs(picture.agenda.now) - visit.ticket.brokenMs;
  let from = Infinity;
  for (const { lane, afterMs } of plan) {
    if (operator.lanes.has(lane)) from = Math.min(from, visit.ticket.sinceMost + (afterMs > 0 ? afterMs + sweepMs + lagMs + lostMs : 0));
  }
  if (from === Infinity) return undefined;
  return Math.max(from, visit.planSince, visit.refusals.get(operator.operatorId) ?? 0);
}

/** Whether an operator's right may have ended: he was gone, gave it away, or the store forgot. */
export function mayHaveEnded(picture: Picture, visit: Visit, hold: Hold): boolean {
  return (
    (picture.operators.get(hold.operatorId)?.link.lapseSeq ?? 0) > hold.fromSeq ||
    (visit.releases.get(hold.operatorId) ?? 0) > hold.fromSeq ||
    picture.faults.storeLostSeq > hold.fromSeq
  );
}
