import type { Desk, HistoryLine, Invoke } from '../history/line.ts';
import type { Operator, Picture } from './picture.ts';
import type { Findings } from './report.ts';
import type { Rule } from './rule.ts';

/** How long after a loss of the store desks may be told what they were some time ago, ms. */
const BROUGHT_BACK_MS = 60_000;

/**
 * `presence-ignored`: what an operator said about taking visits did not hold. He was offered one while he was definitely not
 * ready, or his desk changed its presence though he had not asked for it and had missed no offer.
 */
export function createPresence(picture: Picture, findings: Findings): Rule {
  const accuse = (operator: Operator, line: HistoryLine, sentence: string): void =>
    findings.add({ name: 'presence-ignored', at: line.at, seqs: [line.seq], operatorId: operator.operatorId, sentence });
  const deskIn = (line: HistoryLine, request: Invoke | undefined): Desk | undefined =>
    line.line === 'saw' && line.what === 'desk.changed' ? line.desk : line.line === 'ok' && request?.op !== 'hello' ? line.desk : undefined;
  return {
    before(line, request) {
      const operator = picture.operators.get(line.who);
      if (operator && line.line === 'ok' && request?.op === 'hello' && line.desk?.presence === 'not-ready' && (line.offers?.length ?? 0) > 0) {
        accuse(operator, line, `${operator.operatorId} came back to an offer, though he takes no visits.`);
      }
      if (!operator || operator.presence === undefined || operator.asking.size > 0) return;
      const { faults } = picture;
      if (faults.storeLostSeq > 0 && line.at - faults.storeLostAt < BROUGHT_BACK_MS) return;
      const desk = deskIn(line, request);
      const isEnded = line.at >= operator.signedInUntil && desk?.presence === 'not-ready';
      if (desk && desk.presence !== operator.presence && operator.offers.size === 0 && !isEnded) {
        accuse(operator, line, `${operator.operatorId} was ${operator.presence} and is ${desk.presence}, which he did not ask for.`);
      }
      if (line.line !== 'saw' || line.what !== 'offer.made' || operator.presence !== 'not-ready') return;
      const { offerId, visitId } = line.offer;
      if (operator.offers.has(offerId) || operator.pastOffers.has(offerId)) return;
      accuse(operator, line, `${operator.operatorId} was offered ${visitId} while he took no visits.`);
    },
  };
}
