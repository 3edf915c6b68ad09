import { compareFences } from '@videosportello/protocol/grant.ts';
import type { Invoke, Ok, VisitView } from '../history/line.ts';
import { definiteSlots, mayHaveEnded } from './picture.ts';
import type { Hold, Operator, Picture, StandingOffer, Visit } from './picture.ts';
import type { Findings } from './report.ts';
import type { Rule } from './rule.ts';

/** The visits that an answer puts into an operator's hands. */
const handed = (line: Ok, request: Invoke): readonly VisitView[] =>
  request.op === 'offer.accept' ? (line.visit ? [line.visit] : []) : request.op === 'hello' ? (line.desk?.visits ?? []) : [];

/**
 * `double-assignment`: two operators have one visit. Of two rights the one with the lower fence must have ended before the
 * other began; when nothing that could have ended it was seen, both stood. The same fence twice is always one too many.
 */
export function createDoubleAssignment(picture: Picture, findings: Findings): Rule {
  const judge = (visit: Visit, mine: Hold, at: number): void => {
    for (const other of visit.holds.values()) {
      if (other.operatorId === mine.operatorId) continue;
      const order = compareFences(other.fence, mine.fence);
      const lower = order < 0 ? other : mine;
      if (order !== 0 && mayHaveEnded(picture, visit, lower)) continue;
      findings.add({
        name: 'double-assignment',
        at,
        seqs: [other.seq, mine.seq],
        visitId: visit.visitId,
        operatorId: mine.operatorId,
        sentence: `${visit.visitId} was with ${other.operatorId} when ${mine.operatorId} had it too.`,
      });
      visit.holds.delete(lower.operatorId);
    }
  };
  return {
    after(line, request) {
      if (line.line !== 'ok' || request === undefined || !picture.operators.has(line.who)) return;
      for (const { visitId } of handed(line, request)) {
        const visit = picture.visits.get(visitId);
        const mine = visit?.holds.get(line.who);
        if (visit && mine?.seq === line.seq) judge(visit, mine, line.at);
      }
    },
  };
}

/**
 * `capacity-exceeded`: more visits in an operator's hands (talks and wrap-ups, and an offer that he then accepted) than his
 * capacity. A visit counts from the answer that gave it until the request that puts it away.
 */
export function createCapacity(picture: Picture, findings: Findings): Rule {
  const accuse = (operator: Operator, at: number, seqs: readonly number[]): void =>
    findings.add({
      name: 'capacity-exceeded',
      at,
      seqs,
      operatorId: operator.operatorId,
      sentence: `${operator.operatorId} had ${seqs.length} visits in hand, and may have ${operator.capacity}.`,
    });
  let accepted: StandingOffer | undefined;
  return {
    before(line, request) {
      accepted = undefined;
      if (line.line !== 'ok' || request?.op !== 'offer.accept') return;
      accepted = picture.operators.get(line.who)?.offers.get(request.offerId ?? '');
    },
    after(line, request) {
      if (line.line !== 'ok' || request === undefined) return;
      const operator = picture.operators.get(line.who);
      if (!operator || handed(line, request).length === 0) return;
      const seqs = definiteSlots(operator);
      const count = request.op === 'hello' ? (line.desk?.visits.length ?? 0) : seqs.length;
      if (count > operator.capacity) accuse(operator, line.at, request.op === 'hello' ? [line.seq] : seqs);
      else if (accepted !== undefined && accepted.fullSeqs.length > 0) accuse(operator, line.at, [...accepted.fullSeqs, accepted.seq]);
    },
  };
}

/** Requests of an operator that only the one who has the visit may make. */
const rightful: readonly string[] = ['offer.accept', 'visit.end', 'visit.hand-over', 'wrap-up.done', 'grants.renew'];

/**
 * `stale-fence-accepted`: a request was granted whose sender's right was over before he sent it: somebody else had a newer
 * fence, the visit was back in the queue under one, or a newer session of the same client had been greeted.
 */
export function createStaleFence(picture: Picture, findings: Findings): Rule {
  const newest = (visit: Visit, who: string, before: number) => {
    let best: Pick<Hold, 'fence' | 'seq'> | undefined = visit.queued !== undefined && visit.queued.seq < before ? visit.queued : undefined;
    for (const hold of visit.holds.values()) {
      if (hold.operatorId === who || hold.seq > before) continue;
      if (best === undefined || compareFences(best.fence, hold.fence) < 0) best = hold;
    }
    return best;
  };
  return {
    before(line, request) {
      if (line.line !== 'ok' || request === undefined) return;
      const client = picture.operators.get(line.who) ?? picture.kiosks.get(line.who);
      if (client && request.op !== 'hello' && request.session < client.link.session && client.link.helloSeq < request.seq) {
        findings.add({
          name: 'stale-fence-accepted',
          at: line.at,
          seqs: [client.link.helloSeq, request.seq, line.seq],
          ...(request.visitId === undefined ? {} : { visitId: request.visitId }),
          sentence: `${line.who} was granted ${request.op} in session ${request.session} after session ${client.link.session} had begun.`,
        });
      }
      if (!picture.operators.has(line.who) || !rightful.includes(request.op)) return;
      const told = request.op === 'offer.accept' ? line.visit : undefined;
      const visit = picture.visits.get(told?.visitId ?? request.visitId ?? '');
      const other = visit && newest(visit, line.who, request.seq);
      const mine = told?.fence ?? visit?.holds.get(line.who)?.fence;
      if (!visit || !other || mine === undefined || compareFences(mine, other.fence) >= 0) return;
      findings.add({
        name: 'stale-fence-accepted',
        at: line.at,
        seqs: [other.seq, request.seq, line.seq],
        visitId: visit.visitId,
        operatorId: line.who,
        sentence: `${line.who} was granted ${request.op} for ${visit.visitId}, over which a newer fence stood.`,
      });
    },
  };
}
