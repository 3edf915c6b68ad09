import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { ConnectionState } from '@videosportello/protocol/rpc/connection.ts';
import type { DeviceLink } from '../devices/device-controller.ts';

/** Whether this kiosk can serve, and if not, why; each with a screen of its own (ui.md K66). */
export type ServiceCondition = 'ready' | 'starting' | 'no-devices' | 'not-enrolled' | 'revoked' | 'replaced' | 'no-network' | 'out-of-order';

/** What the condition is judged by. */
export interface ConditionInput {
  readonly deviceLink: DeviceLink;
  /** Undefined until the device service has said so. */
  readonly enrolled: boolean | undefined;
  readonly queue: ConnectionState;
  /** Whether the queue was ever reached since the page was loaded. */
  readonly queueSeen: boolean;
  readonly queueEnded: ErrorCode | undefined;
  /** A visit is running: a lost line is then told beside it, and nothing on screen is taken away. */
  readonly inVisit: boolean;
}

/** Conditions that this page cannot come out of: nothing of a visit is kept in them. */
export const isFinal = (condition: ServiceCondition): boolean => finals.includes(condition);
const finals: readonly ServiceCondition[] = ['replaced', 'revoked', 'not-enrolled', 'out-of-order'];

/** Judges the condition; what cannot heal by itself comes first. */
export function serviceCondition(input: ConditionInput): ServiceCondition {
  if (input.deviceLink === 'replaced') return 'replaced';
  if (input.queueEnded === 'kiosk-revoked') return 'revoked';
  if (input.queueEnded === 'kiosk-unknown' || input.enrolled === false) return 'not-enrolled';
  if (input.queueEnded) return 'out-of-order';
  if (input.inVisit) return 'ready';
  if (input.deviceLink === 'connecting' || input.deviceLink === 'refused') return 'starting';
  if (input.deviceLink === 'lost') return 'no-devices';
  if (input.queue === 'open') return 'ready';
  return input.queueSeen || input.queue === 'lost' || input.queue === 'closed' ? 'no-network' : 'starting';
}
