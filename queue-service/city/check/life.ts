import { compareFences } from '@videosportello/protocol/grant.ts';
import type { HistoryLine, Invoke, VisitView } from '../history/line.ts';
import { SETTLE_MS } from './faults.ts';
import type { Hold, Picture, Visit } from './picture.ts';
import type { Findings } from './report.ts';
import type { Rule } from './rule.ts';

/**
 * `lost-visit`: the service no longer knows a visit that nothing can have ended; nobody takes over from an operator who is
 * gone; or a drained city ends with a visit that never did.
 */
export function createLostVisit(picture: Picture, findings: Findings): Rule {
  const { header, agenda, faults } = picture;
  /** After this the visit of a vanished operator is back in the queue. */
  const { operatorLeaseMs, instanceLeaseMs, sweepMs } = header.policy;
  const noticedMs = Math.max(operatorLeaseMs, instanceLeaseMs) + sweepMs + SETTLE_MS + header.lagMs;

  const accuse = (visit: Visit, seqs: readonly number[], at: number, sentence: string): void =>
    findings.add({ name: 'lost-visit', at, seqs, visitId: visit.visitId, sentence });
  const mayBeOver = (visit: Visit): boolean => visit.ended !== undefined || visit.mayBeOver || visit.endings.size > 0;

  picture.onGone = (visit, seq, at) => {
    if (!mayBeOver(visit)) accuse(visit, [visit.viewSeq, seq], at, `${visit.visitId} was not ended, and its kiosk no longer has it.`);
  };

  const holderOf = (visit: Visit): Hold | undefined => {
    let best: Hold | undefined;
    for (const hold of visit.holds.values()) if (best === undefined || compareFences(best.fence, hold.fence) < 0) best = hold;
    return best;
  };

  /** Watches the visits of an operator who has just gone. */
  const watch = (visit: Visit, hold: Hold, lapseSeq: number, due: number): void =>
    agenda.later(due, () => {
      const link = picture.operators.get(hold.operatorId)?.link;
      const kiosk = picture.kiosks.get(visit.kioskId)?.link;
      const isOver =
        mayBeOver(visit) ||
        link?.lapseSeq !== lapseSeq ||
        link.helloSeq > lapseSeq ||
        link.wholeSince !== undefined ||
        holderOf(visit) !== hold ||
        visit.view.state !== 'with-operator' ||
        compareFences(visit.view.fence, hold.fence) !== 0 ||
        kiosk?.wholeSince === undefined ||
        kiosk.wholeSince > due - noticedMs;
      if (isOver) return;
      const { calmFrom } = faults;
      if (calmFrom === undefined) watch(visit, hold, lapseSeq, due + SETTLE_MS);
      else if (calmFrom > due - noticedMs) watch(visit, hold, lapseSeq, Math.max(due + 1, calmFrom + noticedMs));
      else accuse(visit, [hold.seq, lapseSeq, visit.viewSeq], due, `${visit.visitId} stayed with ${hold.operatorId}, who was gone.`);
    });

  return {
    after(line, request) {
      if (line.line === 'fail' && line.code === 'visit-unknown' && request?.visitId !== undefined) {
        const visit = picture.visits.get(request.visitId);
        const isOwn = visit !== undefined && visit.kioskId === line.who && request.session === picture.kiosks.get(line.who)?.link.session;
        if (isOwn && !mayBeOver(visit) && faults.isCalmSince(request.at)) {
          visit.mayBeOver = true;
          accuse(visit, [visit.viewSeq, line.seq], line.at, `${visit.visitId} was not ended, and the service no longer knows it.`);
        }
      }
      for (const who of line.line === 'fault' ? (line.targets ?? []) : line.line === 'saw' && line.what === 'closed' ? [line.who] : []) {
        const operator = picture.operators.get(who);
        if (operator?.link.lapseSeq !== line.seq) continue;
        for (const visitId of operator.slots.keys()) {
          const visit = picture.visits.get(visitId);
          const hold = visit?.holds.get(who);
          if (visit && hold) watch(visit, hold, line.seq, line.at + noticedMs);
        }
      }
    },
    finish(end) {
      if (!end.drained) return;
      for (const visit of picture.visits.values()) {
        if (mayBeOver(visit) || picture.kiosks.get(visit.kioskId)?.link.wholeSince === undefined) continue;
        accuse(visit, [visit.bornSeq, visit.viewSeq, end.seq], end.at, `${visit.visitId} never ended.`);
      }
    },
  };
}

/** How long after a loss of the store somebody may still bring such a visit, ms. */
const BROUGHT_BACK_MS = 60_000;

/** Requests that only a running visit is granted. An end may be told twice; what is put away may still be looked at. */
const needsLife: readonly string[] = ['visit.step', 'ticket.open', 'ticket.cancel', 'offer.accept', 'visit.hand-over'];

/**
 * `zombie-visit`: after the end of a visit was told to anybody, a request was granted that only a running visit is, or it was
 * offered, or its kiosk or a desk was told that it runs. The same for a visit that nobody opened.
 */
export function createZombieVisit(picture: Picture, findings: Findings): Rule {
  const { lagMs } = picture.header;
  /** Who heard nothing for a while may bring back, after a loss of the store, what has ended and is forgotten here. */
  const mayBeBroughtBack = (visit: Visit | undefined, at: number): boolean =>
    visit === undefined && picture.faults.storeLostSeq > 0 && at - picture.faults.storeLostAt < BROUGHT_BACK_MS;
  const accuse = (visitId: string, visit: Visit | undefined, line: HistoryLine, seqs: readonly number[]): void => {
    if (mayBeBroughtBack(visit, line.at)) return;
    findings.add({
      name: 'zombie-visit',
      at: line.at,
      seqs: [...(visit?.ended ? [visit.ended.seq] : []), ...seqs, line.seq],
      visitId,
      ...(picture.operators.has(line.who) ? { operatorId: line.who } : {}),
      sentence: visit ? `${visitId} went on after its end.` : `${visitId} is no running visit: it ended long ago, or never began.`,
    });
  };

  /** A push may have been on its way when the visit ended, or have waited behind a broken link. */
  const wasPushedAfter = (visit: Visit | undefined, line: HistoryLine): boolean => {
    const link = picture.operators.get(line.who)?.link ?? picture.kiosks.get(line.who)?.link;
    if (link?.wholeSince === undefined || link.wholeSince >= line.at - lagMs) return false;
    return visit === undefined || (visit.ended !== undefined && visit.ended.at < line.at - lagMs);
  };

  const judgeAnswer = (line: Extract<HistoryLine, { line: 'ok' }>, request: Invoke): void => {
    const visitId = request.op === 'offer.accept' ? line.visit?.visitId : request.visitId;
    if (visitId !== undefined && needsLife.includes(request.op)) {
      const visit = picture.visits.get(visitId);
      if (visit === undefined || (visit.ended && visit.ended.seq < request.seq)) accuse(visitId, visit, line, [request.seq]);
    }
    if (request.op !== 'hello') return;
    const inTalk = line.desk?.visits.filter(({ state }) => state === 'with-operator') ?? [];
    const told: readonly VisitView[] = line.visit ? [line.visit] : inTalk;
    for (const { visitId, state } of told) {
      const visit = picture.visits.get(visitId);
      const isFresh = visit === undefined && line.visit !== undefined && (picture.kiosks.get(line.who)?.opens ?? 0) > 0;
      if (state === 'ended' || isFresh) continue;
      if (visit === undefined || (visit.ended && visit.ended.seq < request.seq)) accuse(visitId, visit, line, [request.seq]);
    }
  };

  return {
    before(line, request) {
      if (line.line === 'ok' && request !== undefined) judgeAnswer(line, request);
      if (line.line !== 'saw') return;
      const isRunning = line.what === 'visit.changed' && line.visit.state !== 'ended' ? line.visit.visitId : undefined;
      const isOffered = line.what === 'offer.made' ? line.offer.visitId : undefined;
      const visitId = isRunning ?? isOffered;
      if (visitId === undefined) return;
      const visit = picture.visits.get(visitId);
      if (visit && !visit.ended) return;
      // Who shows a kept ticket may be offered in the same step, before his kiosk has heard of the visit.
      const kioskId = line.what === 'offer.made' ? line.offer.kioskId : line.who;
      const isBeingBorn = visit === undefined && (picture.kiosks.get(kioskId)?.opens ?? 0) > 0;
      if (!isBeingBorn && wasPushedAfter(visit, line)) accuse(visitId, visit, line, []);
    },
  };
}
