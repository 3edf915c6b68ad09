import type { PriorityClass } from '@videosportello/protocol/messages/visit.ts';
import { capableFrom } from './picture.ts';
import type { Operator, Picture, Visit } from './picture.ts';
import type { Findings } from './report.ts';
import type { Rule } from './rule.ts';

/** An offer that was made within the last `lagMs`, and who could have been before it. */
interface FreshOffer {
  readonly seq: number;
  readonly at: number;
  readonly operator: Operator;
  readonly visit: Visit;
  readonly class: PriorityClass;
  readonly ticketFromSeq: number;
}

/**
 * Order of offers, each judged by what its operator saw over a whole link, outside the settling of general faults:
 *
 * `overtaking`: a ticket of the same class, opened before this one was asked for, waited throughout and could have been
 * offered to this operator. `class-skipped`: the same with a ticket of a higher class, whatever its age. `wrong-lane`: no
 * plan that the visit may have had opens a lane of this operator yet.
 */
export function createOrder(picture: Picture, findings: Findings): Rule {
  const { header, agenda, faults, waiting } = picture;
  const { lagMs, classes } = header;

  /** Whether `other` waited, fit for this operator, from before the offer until now; the offer's moment is settled. */
  const stoodReady = (other: Visit, offer: FreshOffer): boolean => {
    const before = offer.at - lagMs;
    const kiosk = picture.kiosks.get(other.kioskId);
    if (other.waitingSince === undefined || other.waitingSince >= before || !kiosk || kiosk.link.calmFrom >= before) return false;
    const from = capableFrom(picture, other, offer.operator);
    return from !== undefined && from < before;
  };

  const judge = (offer: FreshOffer): void => {
    if (!faults.isCalmSince(offer.at - lagMs)) return;
    const rank = classes.indexOf(offer.class);
    let older: Visit | undefined;
    let higher: Visit | undefined;
    for (const other of waiting) {
      if (other === offer.visit || other.class === undefined || other.ticket === undefined) continue;
      const isOlder = other.class === offer.class && other.ticket.toSeq < offer.ticketFromSeq;
      const isHigher = classes.indexOf(other.class) < rank;
      if ((!isOlder && !isHigher) || !stoodReady(other, offer)) continue;
      if (isOlder && (!older?.ticket || other.ticket.fromSeq < older.ticket.fromSeq)) older = other;
      if (isHigher) higher ??= other;
    }
    const { visitId } = offer.visit;
    const { operatorId } = offer.operator;
    const accuse = (name: 'overtaking' | 'class-skipped', passed: Visit, why: string): void =>
      findings.add({
        name,
        at: offer.at,
        seqs: [passed.ticket?.toSeq ?? passed.waitingSeq, passed.waitingSeq, offer.ticketFromSeq, offer.seq],
        visitId,
        operatorId,
        sentence: `${visitId} was offered to ${operatorId} while ${passed.visitId}, ${why}, waited for the same hands.`,
      });
    if (older) accuse('overtaking', older, 'older in the same class');
    if (higher) accuse('class-skipped', higher, 'of a higher class');
  };

  const judgeLane = ({ seq, at, operator, visit }: FreshOffer): void => {
    const since = visit.ticket?.sinceLeast;
    if (since === undefined || visit.plans.length === 0 || visit.planSince >= at - lagMs) return;
    const fits = visit.plans.some((plan) => plan.some(({ lane, afterMs }) => operator.lanes.has(lane) && since + afterMs <= at));
    if (fits) return;
    findings.add({
      name: 'wrong-lane',
      at,
      seqs: [visit.ticket?.fromSeq ?? seq, seq],
      visitId: visit.visitId,
      operatorId: operator.operatorId,
      sentence: `${visit.visitId} was offered to ${operator.operatorId}, who serves none of its open lanes.`,
    });
  };

  return {
    before(line) {
      if (line.line !== 'saw' || line.what !== 'offer.made') return;
      const { offer, seq, at } = line;
      const operator = picture.operators.get(line.who);
      const visit = picture.visits.get(offer.visitId);
      if (!operator || !visit?.ticket || visit.ended) return;
      if (operator.offers.has(offer.offerId) || operator.pastOffers.has(offer.offerId)) return;
      const fresh = { seq, at, operator, visit, class: offer.class, ticketFromSeq: visit.ticket.fromSeq };
      judgeLane(fresh);
      const isFresh = offer.remainingMs >= header.policy.offerMs - lagMs;
      if (!isFresh || operator.link.wholeSince === undefined || operator.link.wholeSince > at - lagMs) return;
      agenda.later(at + lagMs, () => judge(fresh));
    },
  };
}
