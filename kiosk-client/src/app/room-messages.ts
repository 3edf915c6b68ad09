import type { DeviceStatus } from '@videosportello/protocol/device/commands.ts';
import type { RoomAnswer, RoomBody } from '@videosportello/protocol/messages/room.ts';
import { canAskScan } from '../visit/scan-machine.ts';
import { canShow } from '../visit/visit-machine.ts';
import type { VisitEvent, VisitState } from '../visit/visit-state.ts';

/** What a message of the operator needs to know and may cause. */
export interface RoomMessagePorts {
  readonly visit: () => VisitState;
  readonly devices: () => DeviceStatus | undefined;
  readonly dispatch: (event: VisitEvent) => void;
  readonly text: (body: Extract<RoomBody, { kind: 'text' }>) => void;
  readonly mediaState: (body: Extract<RoomBody, { kind: 'media-state' }>) => void;
}

/** Acts on a message of the operator and answers it: done, or refused with the reason. Every message gets an answer. */
export function answerRoomMessage(body: RoomBody, ports: RoomMessagePorts): Pick<RoomAnswer, 'outcome' | 'reason'> {
  const visit = ports.visit();
  if (visit.stage !== 'visiting') return { outcome: 'refused', reason: 'visit-over' };
  switch (body.kind) {
    case 'text':
      ports.text(body);
      return { outcome: 'done' };
    case 'media-state':
      ports.mediaState(body);
      return { outcome: 'done' };
    case 'show-step':
      if (!canShow(visit, body.step)) return { outcome: 'refused', reason: 'not-now' };
      ports.dispatch({ type: 'shown-step', step: body.step });
      return { outcome: 'done' };
    case 'ask-card':
      if (!canShow(visit, 'card')) return { outcome: 'refused', reason: 'not-now' };
      ports.dispatch({ type: 'card-asked' });
      return { outcome: 'done' };
    case 'ask-scan':
      if (!hasScanner(ports.devices())) return { outcome: 'refused', reason: 'no-scanner' };
      if (!canAskScan(visit)) return { outcome: 'refused', reason: 'not-now' };
      ports.dispatch({ type: 'scan-asked' });
      return { outcome: 'done' };
  }
}

/** One that is open or jammed counts: the citizen stands in front of it. */
const hasScanner = (devices: DeviceStatus | undefined): boolean => devices?.scanner.device === 'online' || devices?.scanner.device === 'userError';
