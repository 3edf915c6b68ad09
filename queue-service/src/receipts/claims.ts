import type { OperatorId } from '@videosportello/protocol/ids.ts';
import type { DeskClaim, VisitClaim } from '@videosportello/protocol/receipt.ts';
import type { DeskReading, VisitRecord } from '../redis/records.ts';

/** A verified claim with the town's day, with which labels begin anew. */
export interface Recall<Claim> {
  readonly claim: Claim;
  readonly day: string;
}

/** What is said of a visit as it stands. */
export const visitClaimOf = (visit: VisitRecord): VisitClaim => ({
  visitId: visit.id,
  kioskId: visit.kiosk,
  state: visit.state === 'offered' ? 'waiting' : visit.state,
  fence: { epoch: visit.epoch, counter: visit.counter },
  turn: visit.turn,
  step: visit.step,
  phase: visit.phase,
  language: visit.language,
  needs: visit.needs,
  class: visit.class,
  openedAt: visit.openedAt,
  since: visit.since,
  certificates: visit.certificates,
  label: visit.label,
  plan: visit.plan,
  ...(visit.service === undefined ? {} : { service: visit.service }),
  ...(visit.media === undefined ? {} : { media: visit.media }),
  ...(visit.ticket === undefined ? {} : { ticketId: visit.ticket }),
  ...(visit.shown === undefined || visit.shown === '' ? {} : { shown: visit.shown }),
  ...(visit.order === undefined ? {} : { order: visit.order }),
  // Who is being asked has no right yet.
  ...(visit.operator === undefined || visit.state === 'offered' ? {} : { operator: visit.operator }),
  ...(visit.last === undefined ? {} : { last: visit.last }),
  ...(visit.acceptedAt === undefined ? {} : { acceptedAt: visit.acceptedAt }),
});

/** What a kiosk is told when its visit is over: one change more than it knew. */
export const endedClaim = (claim: VisitClaim): VisitClaim => ({ ...claim, state: 'ended', turn: claim.turn + 1 });

/** What is said of a desk as it stands: offers are not in hand. */
export const deskClaimOf = (operatorId: OperatorId, { operator, visits, now }: DeskReading): DeskClaim => ({
  operatorId,
  at: now,
  presence: operator.presence,
  idleSince: operator.idleSince,
  visits: visits
    .filter(({ slot }) => slot !== 'offered')
    .map(({ visit }) => visitClaimOf(visit))
    .toSorted((a, b) => (a.acceptedAt ?? 0) - (b.acceptedAt ?? 0)),
  ...(operator.reason === undefined ? {} : { reason: operator.reason }),
});

/** A visit's claim as scripts read it: the fields of its record. */
const recordOf = ({ visitId, kioskId, fence, needs, ...claim }: VisitClaim) => {
  const { ticketId, service = '', media = '', shown = '', operator = '', last = '', ...rest } = claim;
  return { ...rest, ...fence, id: visitId, kiosk: kioskId, needs: needs.join(' '), ticket: ticketId ?? '', service, media, shown, operator, last };
};

/** A kiosk's claim as arguments of its hello; none: none. */
export const visitRecall = (recall: Recall<VisitClaim> | undefined) =>
  recall ? { claim: recordOf(recall.claim), day: recall.day } : {};

/** A desk's claim as arguments of its hello; none: none. */
export const deskRecall = (recall: Recall<DeskClaim> | undefined) => {
  if (!recall) return {};
  const { at, presence, idleSince, visits, reason } = recall.claim;
  return { claim: { at, presence, idleSince, reason: presence === 'available' ? '' : (reason ?? 'break'), visits: visits.map(recordOf) }, day: recall.day };
};
