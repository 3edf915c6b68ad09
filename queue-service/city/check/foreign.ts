import type { Picture } from './picture.ts';
import type { Findings } from './report.ts';
import type { Rule } from './rule.ts';

/** Requests of an operator about a visit in his hands. */
const inHand: readonly string[] = ['visit.end', 'visit.hand-over', 'wrap-up.done', 'grants.renew'];

/** `foreign-visit`: a kiosk was granted a request about another kiosk's visit, or an operator one about a visit that was never in his hands, or an offer that he was never shown. */
export function createForeignVisit(picture: Picture, findings: Findings): Rule {
  /** Requests about visits that were not in their sender's hands when he sent them. */
  const strange = new Set<string>();
  /** Acceptances under way: request -> operator and visit. What he asks about the visit meanwhile may be done after them. */
  const accepting = new Map<string, string>();
  return {
    before(line, request) {
      if (line.line === 'invoke') {
        const operator = picture.operators.get(line.who);
        const visitId = line.visitId ?? '';
        const isOffers = line.op === 'offer.accept' || line.op === 'offer.decline';
        const wasAsked = line.offerId !== undefined && (operator?.offers.has(line.offerId) === true || operator?.pastOffers.has(line.offerId) === true);
        if (operator && isOffers && !wasAsked) strange.add(line.id);
        const offer = line.op === 'offer.accept' ? operator?.offers.get(line.offerId ?? '') : undefined;
        if (offer) accepting.set(line.id, `${line.who} ${offer.visitId}`);
        // Who had it once may be an operator whose right is over: that is another rule's matter.
        const wasHis = operator?.slots.has(visitId) === true || picture.visits.get(visitId)?.holds.has(line.who) === true;
        const mayBeHis = wasHis || accepting.values().some((taken) => taken === `${line.who} ${visitId}`);
        if (operator && inHand.includes(line.op) && !mayBeHis) strange.add(line.id);
        return;
      }
      if (request === undefined) return;
      accepting.delete(request.id);
      const isStrange = strange.delete(request.id);
      const visit = picture.visits.get(request.visitId ?? '');
      const isAnothers = visit !== undefined && !picture.operators.has(line.who) && visit.kioskId !== line.who;
      if (line.line !== 'ok' || (!isStrange && !isAnothers)) return;
      const visitId = request.visitId ?? line.visit?.visitId;
      findings.add({
        name: 'foreign-visit',
        at: line.at,
        seqs: [request.seq, line.seq],
        ...(visitId === undefined ? {} : { visitId }),
        ...(isStrange ? { operatorId: line.who } : {}),
        sentence: `${line.who} was granted ${request.op} for ${visitId ?? 'an offer'}, which was not his.`,
      });
    },
  };
}
