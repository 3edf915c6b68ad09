import type { DeviceStatus } from '@videosportello/protocol/device/commands.ts';
import type { DutyState, StampDuty } from '@videosportello/protocol/messages/visit.ts';
import type { CallView } from '../call/call-view.ts';
import type { Conversation } from '../call/conversation.ts';
import type { Preferences } from '../components/intent.ts';
import type { VisitState } from '../visit/visit-state.ts';
import type { ServiceCondition } from './service-condition.ts';

/** Everything the screen draws, as one value; made by the controllers, or from samples to look at the screens. */
export interface KioskView {
  readonly visit: VisitState;
  readonly condition: ServiceCondition;
  /** A line is lost while a visit is running: told beside it. */
  readonly interrupted: boolean;
  readonly town: string | undefined;
  readonly duty: DutyState | undefined;
  /** What the certificate costs in stamp duty: null where there is none, undefined while it is not known. */
  readonly stampDuty: StampDuty | null | undefined;
  readonly devices: DeviceStatus | undefined;
  readonly call: CallView;
  readonly conversation: Conversation;
  /** The keyboard for real-time text is open. */
  readonly textPanel: boolean;
  readonly preferences: Preferences;
}
