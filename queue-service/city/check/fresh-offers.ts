import type { HistoryLine, Invoke } from '../history/line.ts';
import { SETTLE_MS } from './faults.ts';
import type { Operator, Picture, Visit } from './picture.ts';
import type { Breach, Findings } from './report.ts';
import type { Rule } from './rule.ts';

/** Somebody has definitely turned a visit down, and need not be asked again until then, ms. */
interface Refusal {
  readonly until: number;
  readonly seq: number;
}

/**
 * What an offer that an operator sees for the first time may not be, whatever else waits:
 *
 * `second-offer`: another one stands before him, unanswered. `refusal-ignored`: he has turned this visit down, or handed it over,
 * and his time has not run out. `absent-citizen`: its kiosk has been gone for longer than the service has to notice.
 */
export function createFreshOffers(picture: Picture, findings: Findings): Rule {
  const { faults, header } = picture;
  const { lagMs, policy } = header;
  /** By visit, then by operator. */
  const refusals = new Map<string, Map<string, Refusal>>();
  /** Visits offered to an operator while he was turning them down: by the request, the line of the offer. */
  const offeredMeanwhile = new Map<string, { readonly visitId: string; readonly operatorId: string; offer: number | undefined }>();
  /** Kiosks that are saying hello: they may be back already. */
  const greeting = new Set<string>();

  const judge = (operator: Operator, visit: Visit, seq: number, at: number): void => {
    const accuse = (name: Breach, proof: number, why: string): void =>
      findings.add({
        name,
        at,
        seqs: [proof, seq],
        visitId: visit.visitId,
        operatorId: operator.operatorId,
        sentence: `${visit.visitId} was offered to ${operator.operatorId}, ${why}.`,
      });
    const other = operator.offers.values().find((offer) => offer.answerSeq === undefined && offer.endsBy > at && offer.at < at - lagMs);
    if (other && faults.isCalmSince(at - lagMs)) accuse('second-offer', other.seq, `who had not answered ${other.offerId} yet`);
    const refusal = refusals.get(visit.visitId)?.get(operator.operatorId);
    if (refusal && at < refusal.until && faults.storeLostSeq < refusal.seq) accuse('refusal-ignored', refusal.seq, 'who had turned it down');
    for (const declining of offeredMeanwhile.values()) {
      if (declining.visitId === visit.visitId && declining.operatorId === operator.operatorId) declining.offer ??= seq;
    }
    const link = picture.kiosks.get(visit.kioskId)?.link;
    const isGone = link?.isClosed === true && link.goneSince + SETTLE_MS + lagMs < at && !greeting.has(visit.kioskId);
    if (link && isGone && faults.isCalmSince(link.goneSince)) accuse('absent-citizen', link.lapseSeq, 'though its kiosk was gone');
  };
  const refuse = (visitId: string | undefined, operatorId: string, until: number, seq: number): void => {
    if (visitId === undefined) return;
    const known = refusals.get(visitId) ?? new Map<string, Refusal>();
    known.set(operatorId, { until, seq });
    refusals.set(visitId, known);
  };

  /** An operator turns a visit down, or his request to do so is answered: the new offer may be told before that answer. */
  const declines = ({ operatorId, offers }: Operator, line: HistoryLine, request: Invoke): void => {
    const visitId = request.visitId ?? offers.get(request.offerId ?? '')?.visitId;
    if (visitId === undefined) return;
    if (line.line === 'invoke') return void offeredMeanwhile.set(request.id, { visitId, operatorId, offer: undefined });
    const offer = offeredMeanwhile.get(request.id)?.offer;
    offeredMeanwhile.delete(request.id);
    if (line.line !== 'ok') return;
    refuse(visitId, operatorId, request.at + policy.refusalMs - lagMs, line.seq);
    if (offer === undefined) return;
    const sentence = `${visitId} was offered to ${operatorId}, who was just turning it down.`;
    findings.add({ name: 'refusal-ignored', at: line.at, seqs: [request.seq, offer, line.seq], visitId, operatorId, sentence });
  };

  return {
    before(line, request) {
      if (line.line === 'invoke' && line.op === 'hello') greeting.add(line.who);
      if (request?.op === 'hello') greeting.delete(line.who);
      // A ticket that is given up, or a talk that begins, wipes out who had turned it down.
      const wanted = line.line === 'invoke' ? line : request;
      if (wanted && ['ticket.cancel', 'ticket.keep', 'visit.end'].includes(wanted.op)) refusals.delete(wanted.visitId ?? '');
      if (line.line === 'invoke' && line.op === 'offer.accept') {
        const offer = picture.operators.get(line.who)?.offers.get(line.offerId ?? '');
        refusals.delete(line.visitId ?? offer?.visitId ?? '');
      }
      const operator = picture.operators.get(line.who);
      if (!operator) return;
      if (wanted?.op === 'offer.decline') declines(operator, line, wanted);
      if (line.line === 'ok' && request?.op === 'visit.hand-over') refuse(request.visitId, line.who, request.at + policy.handOverMs - lagMs, line.seq);
      if (line.line !== 'saw' || line.what !== 'offer.made') return;
      const visit = picture.visits.get(line.offer.visitId);
      if (!visit || operator.offers.has(line.offer.offerId) || operator.pastOffers.has(line.offer.offerId)) return;
      const isWhole = operator.link.wholeSince !== undefined && operator.link.wholeSince <= line.at - lagMs;
      if (isWhole) judge(operator, visit, line.seq, line.at);
    },
  };
}
