import { compareFences } from '@videosportello/protocol/grant.ts';
import type { Completion, Invoke, Ok, Operation, Saw, VisitView } from '../history/line.ts';
import { SETTLE_MS } from './faults.ts';
import { greet } from './links.ts';
import { kioskOf, stopWaiting } from './picture.ts';
import type { Kiosk, Picture, Ticket, Visit } from './picture.ts';

/** How long a visit that has ended, or a kept ticket that has expired, is remembered, ms: what was held up on a network comes earlier. */
export const REMEMBERED_MS = 60_000;

/** Requests whose answer may be the first word of a visit, and those that may take one out of the queue. */
const bearing: readonly Operation[] = ['visit.open', 'ticket.show', 'hello'];
const leaving: readonly Operation[] = ['ticket.cancel', 'ticket.keep', 'visit.end'];

interface Moment {
  readonly seq: number;
  readonly at: number;
}

/** The visit is over for certain; it is forgotten a while later. */
export function endVisit(picture: Picture, visit: Visit, { seq, at }: Moment): void {
  if (visit.ended) return;
  const ended = { seq, at };
  visit.ended = ended;
  stopWaiting(picture, visit);
  const kiosk = kioskOf(picture, visit.kioskId);
  if (kiosk.visit === visit) kiosk.visit = undefined;
  picture.agenda.later(at + REMEMBERED_MS, () => {
    if (visit.ended === ended) picture.visits.delete(visit.visitId);
  });
}

export function invokeKiosk(picture: Picture, line: Invoke): void {
  const kiosk = kioskOf(picture, line.who);
  if (line.op === 'visit.open' || line.op === 'ticket.show') kiosk.opens += 1;
  if (line.op === 'visit.open' || line.op === 'ticket.open') kiosk.showing = undefined;
  if (line.op === 'ticket.show') show(kiosk, line);
  const visit = line.visitId === undefined ? undefined : picture.visits.get(line.visitId);
  if (!visit) return;
  if (line.op === 'ticket.open') {
    visit.opening ??= { seq: line.seq, at: line.at };
    if (visit.ticket === undefined && line.plan !== undefined) visit.plans = [line.plan];
  } else if (leaving.includes(line.op) || (line.op === 'visit.step' && line.plan !== undefined)) {
    visit.leaving.set(line.id, line.session);
    if (line.op === 'visit.end' || line.op === 'ticket.keep') visit.endings.set(line.id, { who: line.who, session: line.session });
    if (line.op === 'visit.step' && line.plan !== undefined) {
      visit.plans = [...visit.plans, line.plan];
      visit.planSince = line.at;
    }
    stopWaiting(picture, visit);
  }
}

/** The citizen takes his place along; it is forgotten a while after nobody may come back with it any more. */
function keepPlace(picture: Picture, { ticket }: Visit, { name, until }: NonNullable<Ok['kept']>): void {
  if (!ticket) return;
  picture.kept.set(name, ticket);
  picture.agenda.later(until + REMEMBERED_MS, () => picture.kept.delete(name));
}

/** A kept ticket is held out: the visit that stands here without one, or the one that is to begin, will have its place. */
function show(kiosk: Kiosk, { kept = '', plan = [], seq, at }: Invoke): void {
  kiosk.showing = { name: kept, plan, seq, at };
  const { visit } = kiosk;
  if (!visit || visit.ticket) return;
  visit.opening ??= kiosk.showing;
  visit.plans = [plan];
}

export function completeKiosk(picture: Picture, line: Completion, request: Invoke): void {
  const kiosk = kioskOf(picture, line.who);
  if (line.line === 'unknown') return;
  const visit = request.visitId === undefined ? undefined : picture.visits.get(request.visitId);
  if (request.op === 'visit.open' || request.op === 'ticket.show') kiosk.opens -= 1;
  visit?.leaving.delete(request.id);
  visit?.endings.delete(request.id);
  if (line.line === 'fail') {
    if (request.op === 'ticket.show') kiosk.showing = undefined;
    if (visit && request.op === 'visit.step' && request.plan !== undefined) {
      visit.plans = visit.plans.filter((plan) => plan !== request.plan);
      visit.planSince = line.at;
    }
    return;
  }
  if (request.op === 'hello') return hello(picture, kiosk, line, request);
  if (line.visit) view(picture, kiosk, line.visit, line, request);
  if (!visit) return;
  if (request.op === 'ticket.keep' && line.kept) keepPlace(picture, visit, line.kept);
  if (request.op === 'visit.end' || request.op === 'ticket.keep') endVisit(picture, visit, line);
  else if (request.op === 'ticket.cancel') giveUp(picture, visit);
  else if (request.op === 'visit.step' || request.op === 'grants.renew') visit.mayBeOver = false;
  if (request.op === 'visit.step' && request.plan !== undefined) {
    visit.plans = [request.plan];
    visit.planSince = line.at;
    if (visit.view.state === 'waiting') wait(picture, kiosk, visit, line);
  }
}

function hello(picture: Picture, kiosk: Kiosk, line: Ok, request: Invoke): void {
  const { link, visit } = kiosk;
  if (visit && link.lapseSeq > link.helloSeq && line.at - link.lapseAt >= picture.header.policy.kioskGraceMs) visit.mayBeOver = true;
  greet(link, line.session, line.seq, line.at);
  // What an older session asked for has been done by now, or never will be.
  if (visit) {
    for (const [id, session] of visit.leaving) if (session < line.session) visit.leaving.delete(id);
  }
  kiosk.opens = 0;
  if (line.visit) view(picture, kiosk, line.visit, line, request);
  else if (visit) miss(picture, visit, line);
}

/** The kiosk was told of no visit. While the store is being rebuilt it may hear of it a little later. */
function miss(picture: Picture, visit: Visit, moment: Moment): void {
  const { agenda, faults } = picture;
  if (faults.isCalmSince(moment.at) || visit.mayBeOver) return gone(picture, visit, moment);
  visit.missingSeq = moment.seq;
  stopWaiting(picture, visit);
  agenda.later(Math.max(faults.calmFrom ?? 0, moment.at + SETTLE_MS), () => {
    if (visit.missingSeq === moment.seq && !visit.ended) miss(picture, visit, { seq: moment.seq, at: agenda.now });
  });
}

function gone(picture: Picture, visit: Visit, moment: Moment): void {
  picture.onGone(visit, moment.seq, moment.at);
  endVisit(picture, visit, moment);
}

export function kioskSaw(picture: Picture, line: Saw): void {
  const kiosk = kioskOf(picture, line.who);
  if (line.what === 'visit.changed') view(picture, kiosk, line.visit, line, undefined);
  // A kiosk that is shut out loses its visit, and does not hear of it.
  if (line.what === 'kiosk.revoked' && kiosk.visit) kiosk.visit.mayBeOver = true;
}

/** The kiosk is told how its visit stands. */
function view(picture: Picture, kiosk: Kiosk, told: VisitView, line: Moment & { session: number }, request: Invoke | undefined): void {
  let visit = picture.visits.get(told.visitId);
  if (visit?.ended) return;
  if (!visit) {
    // A visit that nobody opened is no visit: the rule about zombies has seen it.
    if (told.state === 'ended' || (kiosk.opens === 0 && !(request && bearing.includes(request.op)))) return;
    visit = bear(picture, kiosk, told, line);
  }
  if (kiosk.visit !== visit && kiosk.visit !== undefined) gone(picture, kiosk.visit, line);
  kiosk.visit = visit;
  if (told.state === 'ended') {
    visit.view = told;
    return endVisit(picture, visit, line);
  }
  const was = visit.view;
  visit.view = told;
  visit.viewSeq = line.seq;
  visit.viewAt = line.at;
  visit.missingSeq = undefined;
  visit.mayBeOver = false;
  if (told.ticket) takeTicket(picture, kiosk, visit, told.ticket, line, request);
  else if (told.state === 'alone') giveUp(picture, visit);
  if (told.state === 'waiting' || told.state === 'offered') {
    if (!visit.queued || compareFences(visit.queued.fence, told.fence) < 0) visit.queued = { fence: told.fence, seq: line.seq };
  }
  if (told.state !== 'waiting' || was.ticket?.class !== told.ticket?.class) stopWaiting(picture, visit);
  if (told.state === 'waiting') wait(picture, kiosk, visit, line);
}

/** The citizen goes on alone: his place is gone. */
function giveUp(picture: Picture, visit: Visit): void {
  // A view from before may come while he is asking for his first place: that request still counts.
  if (!visit.ticket) return;
  visit.ticket = undefined;
  visit.opening = undefined;
  visit.class = undefined;
  visit.refusals.clear();
}

/** The visit waits, as far as its kiosk knows; it does so definitely when nothing under way can say otherwise. */
function wait(picture: Picture, kiosk: Kiosk, visit: Visit, { seq, at }: Moment): void {
  if (visit.waitingSince !== undefined || visit.leaving.size > 0 || kiosk.link.wholeSince === undefined || !visit.ticket) return;
  visit.waitingSince = at;
  visit.waitingSeq = seq;
  picture.waiting.add(visit);
  picture.onWaiting(visit);
}

function bear(picture: Picture, kiosk: Kiosk, told: VisitView, { seq, at }: Moment): Visit {
  const visit: Visit = {
    visitId: told.visitId,
    kioskId: kiosk.kioskId,
    bornSeq: seq,
    view: told,
    viewSeq: seq,
    viewAt: at,
    waitingSince: undefined,
    waitingSeq: 0,
    ticket: undefined,
    class: undefined,
    opening: kiosk.showing,
    plans: kiosk.showing ? [kiosk.showing.plan] : [],
    planSince: 0,
    leaving: new Map(),
    endings: new Map(),
    mayBeOver: false,
    missingSeq: undefined,
    ended: undefined,
    holds: new Map(),
    queued: undefined,
    releases: new Map(),
    refusals: new Map(),
  };
  picture.visits.set(visit.visitId, visit);
  return visit;
}

/**
 * A ticket's place is given once and kept: by its name when it is shown again, and over a loss of the store by the visit that has
 * it, whatever its id becomes; unless the kiosk had no receipt to show.
 */
function takeTicket(
  picture: Picture,
  kiosk: Kiosk,
  visit: Visit,
  told: NonNullable<VisitView['ticket']>,
  line: Moment,
  request: Invoke | undefined,
): void {
  visit.class = told.class;
  const was = visit.ticket;
  const isAfterLoss = was !== undefined && picture.faults.storeLostSeq > was.toSeq;
  const hasLostPlace = isAfterLoss && request?.op === 'hello' && request.receipt === false;
  if (was?.ticketId === told.ticketId && !hasLostPlace) return;
  const shown = was === undefined ? picture.kept.get(kiosk.showing?.name ?? '') : undefined;
  const kept = hasLostPlace ? undefined : (shown ?? (isAfterLoss ? was : undefined));
  kiosk.showing = undefined;
  const ticket: Ticket = {
    ticketId: told.ticketId,
    fromSeq: kept?.fromSeq ?? (hasLostPlace ? request.seq : (visit.opening?.seq ?? line.seq)),
    toSeq: kept?.toSeq ?? line.seq,
    sinceLeast: kept?.sinceLeast ?? visit.opening?.at ?? line.at,
    // Who comes back later may begin a new wait, as far as widening goes.
    sinceMost: line.at,
    brokenMs: picture.faults.brokenMs(line.at),
  };
  visit.ticket = ticket;
}
