import type { RoomBody } from '@videosportello/protocol/messages/room.ts';
import type { AbsenceReason } from '@videosportello/sfu-server/client/media-devices.ts';
import type { PersonState } from '../visit/visit-state.ts';

export type MediaState = Omit<Extract<RoomBody, { kind: 'media-state' }>, 'kind'>;

/** What there is of a call, for the screen. Streams keep their identity while their tracks stay the same. */
export interface CallView {
  readonly link: 'none' | 'preparing' | 'connecting' | 'open' | 'reconnecting' | 'failed';
  /** Of this side; undefined before the devices were asked for. */
  readonly microphone: 'on' | 'muted' | AbsenceReason | undefined;
  readonly camera: 'on' | 'off' | AbsenceReason | undefined;
  readonly selfStream: MediaStream | undefined;
  /** The operator's picture and voice; each undefined while there is none. */
  readonly pictureStream: MediaStream | undefined;
  readonly voiceStream: MediaStream | undefined;
  /** The picture or voice is there but stopped by the operator or by the network. */
  readonly picturePaused: boolean;
  readonly voicePaused: boolean;
  readonly pathInterrupted: boolean;
  /** The microphone is off because this is a demo, not because somebody switched it off; said in words. */
  readonly mutedForDemo: boolean;
  /** What the operator's page said of its devices. */
  readonly other: MediaState | undefined;
}

export const noCall: CallView = {
  link: 'none',
  microphone: undefined,
  camera: undefined,
  selfStream: undefined,
  pictureStream: undefined,
  voiceStream: undefined,
  picturePaused: false,
  voicePaused: false,
  pathInterrupted: false,
  mutedForDemo: false,
  other: undefined,
};

/** The sentence under the operator's picture: a Fluent key without its prefix `call-line-`. */
export type CallLine =
  | 'coming'
  | 'back-soon'
  | 'by-text'
  | 'reconnecting'
  | 'no-picture'
  | 'no-voice'
  | 'camera-off'
  | 'microphone-muted'
  /** The operator is there; of the citizen he gets picture and voice, the picture only, the voice only, or neither. */
  | 'here'
  | 'seen'
  | 'heard'
  | 'neither';

/** What is true of the call now, the gravest first. Undefined when there is no operator in this visit. */
export function callLine(person: PersonState, call: CallView): CallLine | undefined {
  if (person.kind === 'waiting' && person.comingBack) return 'back-soon';
  if (person.kind !== 'with') return undefined;
  if (!person.present) return 'back-soon';
  if (call.link === 'failed') return 'by-text';
  if (call.link === 'reconnecting' || call.pathInterrupted) return 'reconnecting';
  if (call.link !== 'open') return 'coming';
  const [picture, voice] = [call.pictureStream !== undefined, call.voiceStream !== undefined];
  const absent = call.other?.microphone === 'absent' && call.other.camera === 'absent';
  if (!picture && !voice) return absent ? 'by-text' : 'coming';
  if (call.other?.microphone === 'muted') return 'microphone-muted';
  if (!voice || call.voicePaused || call.other?.microphone === 'absent') return 'no-voice';
  if (call.other?.camera === 'off' || call.other?.camera === 'absent') return 'camera-off';
  if (!picture || call.picturePaused) return 'no-picture';
  const [isSeen, isHeard] = [call.camera === 'on', call.microphone === 'on'];
  if (isSeen) return isHeard ? 'here' : 'seen';
  return isHeard ? 'heard' : 'neither';
}

/** Whether the panel with the operator's face is on screen. */
export const showsCall = (person: PersonState): boolean => person.kind === 'with' || (person.kind === 'waiting' && person.comingBack);
