import type { DeskVisit, KioskVisit, MediaAccess, OfferView } from '@videosportello/protocol/messages/visit.ts';
import type { KioskReading, LineReading, SlotReading, VisitRecord } from '../redis/records.ts';
import { estimateWait } from '../routing/estimate-wait.ts';

const DAY_MS = 86_400_000;
const fenceOf = (visit: VisitRecord) => ({ epoch: visit.epoch, counter: visit.counter });

const estimateAt = (place: number, { slots, handling }: Pick<KioskReading, 'slots' | 'handling'>) =>
  estimateWait({ place, slots: slots ?? 0, meanMs: handling.mean, talks: handling.count });

/** A waiting visit at another place; undefined when it does not wait, is held back, or nothing has changed for it. */
export function movedView(visit: KioskVisit, places: ReadonlyMap<string, number>, line: LineReading): KioskVisit | undefined {
  const place = places.get(visit.visitId);
  if (visit.state !== 'waiting' || visit.ticket === undefined || place === undefined) return undefined;
  const { estimate: before, ...ticket } = visit.ticket;
  const estimate = estimateAt(place, line);
  if (ticket.place === place && before?.fromMs === estimate?.fromMs && before?.toMs === estimate?.toMs) return undefined;
  return { ...visit, ticket: { ...ticket, place, ...(estimate ? { estimate } : {}) } };
}

/** A visit as its kiosk may see it; `displayNameOf` names an operator. */
export function kioskVisitView(
  visit: VisitRecord,
  reading: Pick<KioskReading, 'place' | 'slots' | 'handling' | 'operatorPresent'>,
  displayNameOf: (operator: string) => string,
): KioskVisit {
  const place = Math.max(reading.place ?? 1, 1);
  const estimate = visit.state === 'waiting' ? estimateAt(place, reading) : undefined;
  const queued = visit.state === 'waiting' || visit.state === 'offered';
  return {
    visitId: visit.id,
    state: visit.state,
    step: visit.step,
    phase: visit.phase,
    language: visit.language,
    fence: fenceOf(visit),
    ...(visit.service === undefined ? {} : { service: visit.service }),
    ...(queued && visit.ticket !== undefined
      ? {
          ticket: {
            ticketId: visit.ticket,
            label: visit.label,
            class: visit.class,
            place,
            since: visit.since,
            ...(estimate ? { estimate } : {}),
          },
          ...(visit.needs.length === 0 ? {} : { needs: visit.needs }),
        }
      : {}),
    ...(visit.state === 'with-operator' && visit.operator !== undefined
      ? { operator: { displayName: displayNameOf(visit.operator), present: reading.operatorPresent ?? false } }
      : {}),
  };
}

/** A visit that is over, from the last view of it: nobody waits any more, nobody is there. */
export const endedView = ({ visitId, step, phase, language, service, fence }: KioskVisit): KioskVisit => ({
  visitId,
  state: 'ended',
  step,
  phase,
  language,
  fence,
  ...(service === undefined ? {} : { service }),
});

/** A visit in an operator's hands, in talk or in wrap-up. */
export const deskVisitView = ({ visit, slot, kiosk }: SlotReading): DeskVisit => ({
  visitId: visit.id,
  kioskId: visit.kiosk,
  kioskName: kiosk.name,
  town: kiosk.town,
  state: slot === 'wrap-up' ? 'wrap-up' : 'with-operator',
  step: visit.step,
  phase: visit.phase,
  language: visit.language,
  needs: visit.needs,
  fence: fenceOf(visit),
  // The kiosk may already have another visitor while this one is being wrapped up.
  kioskPresent: kiosk.present && kiosk.visit === visit.id,
  acceptedAt: visit.acceptedAt ?? visit.since,
  ...(visit.service === undefined ? {} : { service: visit.service }),
});

/** A visit as it is offered; undefined when there is no offer any more. */
export const offerViewOf = ({ visit, kiosk, offerEnds }: SlotReading, nowMs: number, media: MediaAccess): OfferView | undefined =>
  visit.offer === undefined
    ? undefined
    : {
        offerId: visit.offer,
        visitId: visit.id,
        kioskId: visit.kiosk,
        kioskName: kiosk.name,
        town: kiosk.town,
        language: visit.language,
        step: visit.step,
        class: visit.class,
        needs: visit.needs,
        waitedMs: Math.min(Math.max(nowMs - visit.since, 0), DAY_MS),
        remainingMs: Math.max((offerEnds ?? nowMs) - nowMs, 0),
        media,
        ...(visit.service === undefined ? {} : { service: visit.service }),
      };
