import { compareFences } from '@videosportello/protocol/grant.ts';
import type { Completion, Desk, Invoke, Offer, Ok, Saw, VisitView } from '../history/line.ts';
import { greet } from './links.ts';
import { endVisit } from './kiosk-lines.ts';
import { definiteSlots, stopWaiting, weighIdle } from './picture.ts';
import type { Operator, Picture, StandingOffer, Visit } from './picture.ts';

interface Moment {
  readonly seq: number;
  readonly at: number;
}

/** An operator need not be offered this visit again for some time. */
function refuse(picture: Picture, visitId: string, operator: Operator, at: number, forMs: number): void {
  const visit = picture.visits.get(visitId);
  if (!visit) return;
  const until = at + forMs + picture.header.policy.sweepMs + picture.header.lagMs;
  visit.refusals.set(operator.operatorId, Math.max(until, visit.refusals.get(operator.operatorId) ?? 0));
}

/** How long an offer that is over is remembered, ms. */
const REMEMBERED_MS = 60_000;

/** The offer is answered or withdrawn. */
function closeOffer(picture: Picture, operator: Operator, offerId: string, at: number): void {
  operator.offers.delete(offerId);
  operator.pastOffers.add(offerId);
  picture.agenda.later(at + REMEMBERED_MS, () => operator.pastOffers.delete(offerId));
}

function dropOffer(picture: Picture, operator: Operator, offer: StandingOffer, at: number): void {
  closeOffer(picture, operator, offer.offerId, at);
  refuse(picture, offer.visitId, operator, at, picture.header.policy.refusalMs);
}

export function invokeOperator(picture: Picture, operator: Operator, line: Invoke): void {
  const offer = line.offerId === undefined ? undefined : operator.offers.get(line.offerId);
  const visit = line.visitId === undefined ? undefined : picture.visits.get(line.visitId);
  switch (line.op) {
    case 'presence.set':
      operator.presence = undefined;
      operator.asking.add(line.id);
      break;
    case 'offer.accept':
      if (offer) offer.answerSeq ??= line.seq;
      break;
    case 'offer.decline':
      if (!offer) break;
      offer.answerSeq ??= line.seq;
      refuse(picture, offer.visitId, operator, line.at, Infinity);
      break;
    case 'visit.end':
      visit?.endings.set(line.id, { who: line.who, session: line.session });
      visit?.releases.set(operator.operatorId, line.seq);
      break;
    case 'visit.hand-over':
      visit?.releases.set(operator.operatorId, line.seq);
      if (visit && operator.slots.has(visit.visitId)) refuse(picture, visit.visitId, operator, line.at, Infinity);
      release(operator, line);
      break;
    case 'wrap-up.done':
      visit?.releases.set(operator.operatorId, line.seq);
      release(operator, line);
      break;
    default:
      break;
  }
  weighIdle(picture, operator, line.seq, line.at);
}

/** What is being given out of hand is not definitely there any more. */
function release(operator: Operator, line: Invoke): void {
  const slot = operator.slots.get(line.visitId ?? '');
  if (slot) slot.isDefinite = false;
}

export function completeOperator(picture: Picture, operator: Operator, line: Completion, request: Invoke): void {
  if (line.line === 'unknown') return;
  operator.asking.delete(request.id);
  const visit = request.visitId === undefined ? undefined : picture.visits.get(request.visitId);
  if (line.line === 'fail') {
    visit?.endings.delete(request.id);
    if (request.op === 'offer.accept') closeOffer(picture, operator, request.offerId ?? '', line.at);
    if (request.op === 'offer.decline') declined(picture, operator, request, line.at);
    if (visit && request.op === 'visit.hand-over') keep(operator, visit, request);
  } else done(picture, operator, line, request, visit);
  weighIdle(picture, operator, line.seq, line.at);
}

/** A hand-over was refused: the visit stays where it was, and nobody has turned it down; if it was his at all. */
function keep(operator: Operator, visit: Visit, request: Invoke): void {
  if (operator.slots.has(visit.visitId)) visit.refusals.delete(operator.operatorId);
  if (visit.releases.get(operator.operatorId) === request.seq) visit.releases.delete(operator.operatorId);
}

function done(picture: Picture, operator: Operator, line: Ok, request: Invoke, visit: Visit | undefined): void {
  if (request.op === 'hello') return hello(picture, operator, line, request);
  if (line.desk) seeDesk(picture, operator, line.desk, line);
  switch (request.op) {
    case 'offer.accept':
      closeOffer(picture, operator, request.offerId ?? '', line.at);
      if (line.visit) hold(picture, operator, line.visit, request.seq, line);
      break;
    case 'offer.decline':
      declined(picture, operator, request, line.at);
      break;
    case 'visit.end':
      if (!visit) break;
      visit.endings.delete(request.id);
      endVisit(picture, visit, line);
      break;
    case 'visit.hand-over':
      operator.slots.delete(request.visitId ?? '');
      if (visit) settle(picture, visit.visitId, operator, line.at, picture.header.policy.handOverMs);
      break;
    case 'wrap-up.done':
      operator.slots.delete(request.visitId ?? '');
      break;
    default:
      break;
  }
}

function declined(picture: Picture, operator: Operator, request: Invoke, at: number): void {
  const offer = operator.offers.get(request.offerId ?? '');
  if (!offer) return;
  closeOffer(picture, operator, offer.offerId, at);
  settle(picture, offer.visitId, operator, at, picture.header.policy.refusalMs);
}

/** The refusal has begun for certain: from here on its end can be told. */
function settle(picture: Picture, visitId: string, operator: Operator, at: number, forMs: number): void {
  picture.visits.get(visitId)?.refusals.delete(operator.operatorId);
  refuse(picture, visitId, operator, at, forMs);
}

/** The visit is his for certain, since a request of his was answered. */
function hold(picture: Picture, operator: Operator, told: VisitView, fromSeq: number, line: Moment): void {
  operator.slots.set(told.visitId, { isDefinite: operator.link.lapseSeq < fromSeq, seq: line.seq, at: line.at });
  const visit = picture.visits.get(told.visitId);
  if (!visit || told.state !== 'with-operator') return;
  stopWaiting(picture, visit);
  visit.holds.set(operator.operatorId, { operatorId: operator.operatorId, fence: told.fence, fromSeq, seq: line.seq });
}

function hello(picture: Picture, operator: Operator, line: Ok, request: Invoke): void {
  greet(operator.link, line.session, line.seq, line.at);
  operator.presence = line.desk?.presence;
  const until = request.signedInUntil ?? Infinity;
  operator.signedInUntil = until;
  if (until < Infinity) picture.agenda.later(until, () => operator.signedInUntil === until && signInEnds(picture, operator));
  operator.asking.clear();
  const listed = new Set<string>(line.offers?.map(({ offerId }) => offerId));
  for (const offer of operator.offers.values()) if (!listed.has(offer.offerId)) dropOffer(picture, operator, offer, line.at);
  for (const offer of line.offers ?? []) seeOffer(picture, operator, offer, line);
  operator.slots.clear();
  for (const told of line.desk?.visits ?? []) hold(picture, operator, told, request.seq, line);
}

/** From here on he takes nothing new, and his desk says so as soon as it is told. */
function signInEnds(picture: Picture, operator: Operator): void {
  operator.presence = undefined;
  weighIdle(picture, operator, operator.idleSeq, operator.signedInUntil);
}

/** The whole desk as it stood a moment ago: it may not know yet what was answered in this very moment. */
function seeDesk(picture: Picture, operator: Operator, told: Desk, line: Moment): void {
  const isEnding = line.at >= operator.signedInUntil && told.presence === 'available';
  if (operator.asking.size === 0) operator.presence = isEnding ? undefined : told.presence;
  const listed = new Set<string>();
  for (const visit of told.visits) {
    listed.add(visit.visitId);
    if (!operator.slots.has(visit.visitId)) operator.slots.set(visit.visitId, { isDefinite: false, seq: line.seq, at: line.at });
    const known = picture.visits.get(visit.visitId);
    const held = known?.holds.get(operator.operatorId);
    if (known && visit.state === 'with-operator' && (!held || compareFences(held.fence, visit.fence) < 0)) {
      // How he got it was not seen, so any earlier line may have taken it from him.
      known.holds.set(operator.operatorId, { operatorId: operator.operatorId, fence: visit.fence, fromSeq: 0, seq: line.seq });
    }
  }
  for (const [visitId, slot] of operator.slots) {
    if (!listed.has(visitId) && slot.at < line.at - picture.header.lagMs) operator.slots.delete(visitId);
  }
}

/** An offer is in sight; its visit is not definitely waiting any more. */
function seeOffer(picture: Picture, operator: Operator, { offerId, visitId, remainingMs }: Offer, line: Moment): void {
  if (operator.pastOffers.has(offerId)) return;
  const known = operator.offers.get(offerId);
  const endsBy = line.at + remainingMs;
  if (known) known.endsBy = endsBy;
  else {
    const full = definiteSlots(operator);
    const fullSeqs = full.length >= operator.capacity ? full : [];
    operator.offers.set(offerId, { offerId, visitId, seq: line.seq, at: line.at, endsBy, answerSeq: undefined, fullSeqs });
  }
  const visit = picture.visits.get(visitId);
  if (visit) stopWaiting(picture, visit);
}

export function operatorSaw(picture: Picture, operator: Operator, line: Saw): void {
  switch (line.what) {
    case 'offer.made':
      seeOffer(picture, operator, line.offer, line);
      break;
    case 'offer.withdrawn': {
      const offer = operator.offers.get(line.offerId);
      if (offer) dropOffer(picture, operator, offer, line.at);
      else closeOffer(picture, operator, line.offerId, line.at);
      // Who misses an offer is not available any more.
      if (line.why === 'expired') operator.presence = undefined;
      break;
    }
    case 'desk.changed':
      seeDesk(picture, operator, line.desk, line);
      break;
    case 'visit.lost':
      operator.slots.delete(line.visitId);
      picture.visits.get(line.visitId)?.releases.set(operator.operatorId, line.seq);
      break;
    default:
      break;
  }
  weighIdle(picture, operator, line.seq, line.at);
}
