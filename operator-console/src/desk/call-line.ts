import type { DeskVisit } from '@videosportello/protocol/messages/visit.ts';
import type { CallView } from './desk-state.ts';

/** What the line under the picture says; each has a text on screen. */
export type CallLine =
  | 'connecting'
  | 'refused'
  | 'reconnecting'
  | 'interrupted'
  | 'kiosk-away'
  | 'citizen-coming'
  | 'face-to-face'
  | 'picture-only'
  | 'voice-only'
  | 'text-only'
  | 'failed-replaced'
  | 'failed-taken-over'
  | 'failed-unreachable'
  | 'failed-unsupported'
  | 'over';

/** How the talk stands, said of the citizen's side: the worst that the operator can act upon comes first. */
export function callLine(call: CallView, visit: Pick<DeskVisit, 'kioskPresent'>): CallLine {
  const { state } = call;
  if (state.name === 'failed') return `failed-${state.reason}`;
  if (state.name === 'ended') return 'over';
  if (!visit.kioskPresent) return 'kiosk-away';
  if (call.refused && state.name !== 'in-call') return 'refused';
  if (state.name === 'reconnecting') return 'reconnecting';
  if (state.name !== 'in-call') return 'connecting';
  if (!call.otherPresent) return 'citizen-coming';
  if (call.path === 'interrupted' || call.path === 'failed') return 'interrupted';
  const sees = isFlowing(call, 'camera');
  const hears = isFlowing(call, 'microphone');
  if (sees && hears) return 'face-to-face';
  if (sees) return 'picture-only';
  return hears ? 'voice-only' : 'text-only';
}

const isFlowing = ({ remote }: CallView, source: 'camera' | 'microphone'): boolean => {
  const media = remote[source];
  return media !== undefined && !media.paused;
};

/** Whether a line is bad news, good news, or a moment's patience. */
export function lineTone(line: CallLine): 'good' | 'waiting' | 'wrong' {
  if (line === 'face-to-face') return 'good';
  return line.startsWith('failed') || line === 'refused' || line === 'kiosk-away' || line === 'interrupted' || line === 'reconnecting'
    ? 'wrong'
    : 'waiting';
}

/**
 * Whether the citizen hears an open microphone now. One that is open towards a line that is down is not on air: the
 * operator would speak to nobody.
 */
export const isHeard = (call: CallView, visit: Pick<DeskVisit, 'kioskPresent'>): boolean =>
  visit.kioskPresent &&
  call.state.name === 'in-call' &&
  call.otherPresent &&
  call.path === 'connected' &&
  ownAbsence(call, 'microphone') === undefined;

/** Whether the last measured quality still says something about the line. */
export const showsQuality = (line: CallLine): boolean =>
  ['face-to-face', 'picture-only', 'voice-only', 'interrupted'].includes(line);

/** Why an own device sends nothing; undefined when it is there or not yet asked for. */
export function ownAbsence({ local }: CallView, source: 'camera' | 'microphone'): string | undefined {
  const own = local?.[source];
  return own && 'absent' in own ? own.absent : undefined;
}
