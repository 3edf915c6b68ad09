import type { OperatorId } from '@videosportello/protocol/ids.ts';
import type { Desk } from '@videosportello/protocol/messages/visit.ts';
import type { DeskReading } from '../redis/records.ts';
import { deskVisitView } from '../visit/visit-views.ts';

/** The whole desk of one operator. */
export const deskView = (operatorId: OperatorId, displayName: string, reading: DeskReading): Desk => ({
  operatorId,
  displayName,
  presence: reading.operator.presence,
  since: reading.operator.since,
  capacity: reading.operator.capacity,
  visits: reading.visits
    .filter((entry) => entry.slot !== 'offered')
    .map(deskVisitView)
    .toSorted((a, b) => a.acceptedAt - b.acceptedAt),
  ...(reading.operator.reason === undefined ? {} : { reason: reading.operator.reason }),
});
