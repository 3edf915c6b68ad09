import type { FaultLine, HistoryLine } from '../history/line.ts';
import { SETTLE_MS } from './faults.ts';
import { linkOf, stopWaiting, weighIdle } from './picture.ts';
import type { Link, Picture } from './picture.ts';

/** The client is not seen to see everything any more. */
function doubt(picture: Picture, who: string, link: Link, seq: number, at: number): void {
  link.wholeSince = undefined;
  const operator = picture.operators.get(who);
  if (operator) weighIdle(picture, operator, seq, at);
  const visit = picture.kiosks.get(who)?.visit;
  if (visit) stopWaiting(picture, visit);
}

/** The client has been there until now, as far as it knows itself. */
const isThere = ({ isClosed, hits }: Link): boolean => !isClosed && hits.size === 0;

/** The service may think the client gone from here on. */
function breakLink(picture: Picture, who: string, link: Link, seq: number, at: number): void {
  if (link.wholeSince !== undefined || link.lapseSeq === 0) link.lapseAt = at;
  link.lapseSeq = seq;
  doubt(picture, who, link, seq, at);
}

/** Notes what a line says about its client's connection, before anything else is read from it. */
export function readLink(picture: Picture, line: Exclude<HistoryLine, { line: 'fault' | 'end' }>): void {
  const { who, seq, at, session } = line;
  const link = linkOf(picture, who);
  if (link === undefined) return;
  if (line.line === 'invoke' && line.op === 'hello') doubt(picture, who, link, seq, at);
  if (line.line !== 'saw' || session !== link.session) return;
  if (line.what === 'closed') {
    if (isThere(link)) link.goneSince = at;
    link.isClosed = true;
    breakLink(picture, who, link, seq, at);
  } else if (line.what === 'session.replaced' || line.what === 'kiosk.revoked') doubt(picture, who, link, seq, at);
}

/** A hello was answered: from here on this session is the client. */
export function greet(link: Link, session: number, seq: number, at: number): void {
  link.session = Math.max(session, link.session);
  link.helloSeq = seq;
  link.isClosed = false;
  if (link.hits.size === 0) link.wholeSince = at;
}

/** Notes a fault's beginning or end. */
export function readFault(picture: Picture, line: FaultLine): void {
  const { agenda, faults, operators, kiosks } = picture;
  const { begins, fault } = faults.take(line, (who) => operators.has(who) || kiosks.has(who));
  if (begins && (fault.kind === 'amnesia' || fault.kind === 'replica-promoted')) forgetStore(picture);
  if (!begins && fault.targets === undefined) picture.onCalm();
  for (const who of fault.targets ?? []) {
    const link = linkOf(picture, who);
    if (link === undefined) continue;
    if (begins) {
      if (isThere(link)) link.goneSince = line.at;
      link.hits.add(fault.id);
      // A page that crashed takes its socket with it.
      if (fault.kind === 'crash') link.isClosed = true;
      breakLink(picture, who, link, line.seq, line.at);
      continue;
    }
    link.hits.delete(fault.id);
    link.calmFrom = line.at + SETTLE_MS;
    // After a short cut the same socket goes on, and what was held up arrives.
    agenda.later(link.calmFrom, () => {
      if (link.wholeSince !== undefined || link.isClosed || link.hits.size > 0) return;
      link.wholeSince = link.calmFrom;
      const operator = operators.get(who);
      if (operator) weighIdle(picture, operator, line.seq, link.calmFrom);
    });
  }
}

/** The store has lost all or its last second: nothing that it knew is certain. */
function forgetStore(picture: Picture): void {
  for (const operator of picture.operators.values()) {
    for (const slot of operator.slots.values()) slot.isDefinite = false;
  }
  for (const visit of picture.visits.values()) {
    // Who has a ticket for certain has its receipt; the others need not be known again.
    const hasReceipt = visit.ticket !== undefined && visit.leaving.size === 0;
    if (!visit.ended && hasReceipt) continue;
    visit.mayBeOver = true;
    // Somebody who had not heard of the end may bring the visit back.
    visit.ended = undefined;
  }
}
