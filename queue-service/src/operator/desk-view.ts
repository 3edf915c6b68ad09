import type { Desk } from '@videosportello/protocol/messages/visit.ts';
import type { DeskReading } from '../redis/records.ts';
import { deskVisitView } from '../visit/visit-views.ts';
import { hasRole } from './operator-directory.ts';
import type { KnownOperator } from './operator-directory.ts';

/** The whole desk of one operator on a day of the town, ISO 8601. */
export const deskView = (operator: KnownOperator, reading: DeskReading, today: string): Desk => ({
  operatorId: operator.operatorId,
  displayName: operator.displayName,
  presence: reading.operator.presence,
  since: reading.operator.since,
  capacity: reading.operator.capacity,
  visits: reading.visits
    .filter((entry) => entry.slot !== 'offered')
    .map(deskVisitView)
    .toSorted((a, b) => a.acceptedAt - b.acceptedAt),
  ...(hasRole(operator, 'supervisor', today) ? { seesQueue: true } : {}),
  ...(reading.operator.reason === undefined ? {} : { reason: reading.operator.reason }),
});
