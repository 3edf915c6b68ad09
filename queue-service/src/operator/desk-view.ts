import type { OperatorId } from '@videosportello/protocol/ids.ts';
import type { Desk, KioskTile } from '@videosportello/protocol/messages/visit.ts';
import type { BoardReading, DeskReading } from '../redis/records.ts';
import { deskVisitView } from '../visit/visit-views.ts';

const DAY_MS = 86_400_000;
const tileStates = {
  alone: 'self-service',
  waiting: 'waiting',
  offered: 'offered',
  'with-operator': 'with-operator',
  ended: 'free',
} as const;

/** One kiosk on the list of an operator. */
const tileOf = (kiosk: BoardReading['kiosks'][number], operatorId: OperatorId): KioskTile => {
  const running = kiosk.state !== undefined && kiosk.state !== 'ended';
  const state = kiosk.revoked ? 'revoked' : !kiosk.present ? 'offline' : kiosk.state === undefined ? 'free' : tileStates[kiosk.state];
  return {
    kioskId: kiosk.id,
    name: kiosk.name,
    town: kiosk.town,
    state,
    since: kiosk.since,
    mine: kiosk.state === 'with-operator' && kiosk.operator === operatorId,
    ...(running && (kiosk.state === 'waiting' || kiosk.state === 'offered') && kiosk.visitSince !== undefined
      ? { waitingSince: kiosk.visitSince }
      : {}),
  };
};

/** The whole desk of one operator. */
export const deskView = (operatorId: OperatorId, displayName: string, reading: DeskReading, board: BoardReading): Desk => ({
  operatorId,
  displayName,
  presence: reading.operator.presence,
  since: reading.operator.since,
  capacity: reading.operator.capacity,
  visits: reading.visits
    .filter((entry) => entry.slot !== 'offered')
    .map(deskVisitView)
    .toSorted((a, b) => a.acceptedAt - b.acceptedAt),
  kiosks: board.kiosks.map((kiosk) => tileOf(kiosk, operatorId)).toSorted((a, b) => a.kioskId.localeCompare(b.kioskId)),
  waiting: board.waiting,
  ...(reading.operator.reason === undefined ? {} : { reason: reading.operator.reason }),
  ...(board.oldest === undefined ? {} : { longestWaitMs: Math.min(Math.max(board.now - board.oldest, 0), DAY_MS) }),
});
