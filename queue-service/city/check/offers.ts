import type { Operator, Picture, StandingOffer, Visit } from './picture.ts';
import type { Findings } from './report.ts';
import type { Rule } from './rule.ts';
import { IDLE_MS } from './idleness.ts';

/**
 * `offer-past-lease`: an offer was accepted after its end; or it went on standing: neither answered nor withdrawn at the desk,
 * or shown by the kiosk without a change, later than the service's sweep can explain.
 */
export function createOffers(picture: Picture, findings: Findings): Rule {
  const { header, agenda, faults } = picture;
  const slackMs = header.policy.sweepMs + IDLE_MS + header.lagMs;

  /** Judges at `due`; later, when a fault came in between; not at all when `isOver`. */
  const watch = (due: number, isOver: () => boolean, accuse: () => void): void =>
    agenda.later(due, () => {
      if (isOver()) return;
      const { calmFrom } = faults;
      if (calmFrom === undefined) watch(due + 1_000, isOver, accuse);
      else if (calmFrom > due - slackMs) watch(Math.max(calmFrom, due) + slackMs, isOver, accuse);
      else accuse();
    });

  const watchDesk = (operator: Operator, offer: StandingOffer): void => {
    const { session } = operator.link;
    watch(
      offer.endsBy + slackMs,
      () =>
        operator.offers.get(offer.offerId) !== offer ||
        offer.answerSeq !== undefined ||
        // What is left unclear at a desk that said "not now" the kiosk tells.
        operator.asking.size > 0 ||
        operator.link.session !== session ||
        operator.link.wholeSince === undefined ||
        operator.link.wholeSince > offer.at,
      () => {
        if (offer.endsBy + slackMs > agenda.now) return watchDesk(operator, offer);
        findings.add({
          name: 'offer-past-lease',
          at: agenda.now,
          seqs: [offer.seq],
          visitId: offer.visitId,
          operatorId: operator.operatorId,
          sentence: `${offer.offerId} was never withdrawn at the desk of ${operator.operatorId}, although it ended at ${offer.endsBy}.`,
        });
      },
    );
  };

  /** The offer that is being watched, by session and fence: a view comes again with every small change. */
  const watched = new WeakMap<Visit, string>();
  const watchKiosk = (visit: Visit): void => {
    const { fence } = visit.view;
    const seenAt = visit.viewAt;
    const seq = visit.viewSeq;
    const link = picture.kiosks.get(visit.kioskId)?.link;
    const name = `${link?.session} ${fence.epoch} ${fence.counter}`;
    if (watched.get(visit) === name) return;
    watched.set(visit, name);
    watch(
      seenAt + header.policy.offerMs + slackMs,
      () =>
        visit.ended !== undefined ||
        visit.view.state !== 'offered' ||
        visit.view.fence.counter !== fence.counter ||
        visit.view.fence.epoch !== fence.epoch ||
        visit.leaving.size > 0 ||
        visit.endings.size > 0 ||
        link?.wholeSince === undefined ||
        link.wholeSince > seenAt,
      () =>
        findings.add({
          name: 'offer-past-lease',
          at: agenda.now,
          seqs: [seq],
          visitId: visit.visitId,
          sentence: `${visit.visitId} was shown as offered for longer than an offer lasts.`,
        }),
    );
  };

  return {
    before(line, request) {
      if (line.line !== 'ok' || request?.op !== 'offer.accept') return;
      const offer = picture.operators.get(line.who)?.offers.get(request.offerId ?? '');
      if (!offer || request.at < offer.endsBy + header.lagMs || !faults.isCalmSince(offer.at)) return;
      findings.add({
        name: 'offer-past-lease',
        at: line.at,
        seqs: [offer.seq, request.seq, line.seq],
        visitId: offer.visitId,
        operatorId: line.who,
        sentence: `${offer.offerId} was accepted at ${request.at}, after its end at ${offer.endsBy}.`,
      });
    },
    after(line) {
      if (line.line === 'saw' && line.what === 'offer.made') {
        const operator = picture.operators.get(line.who);
        const offer = operator?.offers.get(line.offer.offerId);
        if (operator && offer?.seq === line.seq && operator.link.wholeSince !== undefined) watchDesk(operator, offer);
      }
      if (line.line === 'fault' || line.line === 'end' || line.line === 'invoke' || picture.operators.has(line.who)) return;
      const visit = picture.kiosks.get(line.who)?.visit;
      if (visit?.viewSeq === line.seq && visit.view.state === 'offered') watchKiosk(visit);
    },
  };
}
