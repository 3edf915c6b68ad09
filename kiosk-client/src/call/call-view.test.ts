import { expect } from 'chai';
import { ticketId } from '@videosportello/protocol/ids.ts';
import type { PersonState } from '../visit/visit-state.ts';
import { callLine, noCall, showsCall } from './call-view.ts';
import type { CallLine, CallView } from './call-view.ts';

const ticket = { ticketId: ticketId.parse(`t_${'1'.repeat(24)}`), label: 'A01', class: 'walk-up' as const, place: 1, since: 0 };
const marta: PersonState = { kind: 'with', name: 'Marta', present: true };
const stream = {} as MediaStream;
const face: CallView = { ...noCall, link: 'open', microphone: 'on', camera: 'on', pictureStream: stream, voiceStream: stream };
const other = { microphone: 'on', camera: 'on' } as const;

describe('what is said of the call', () => {
  const table: [string, PersonState, CallView, CallLine | undefined][] = [
    ['no operator', { kind: 'none' }, noCall, undefined],
    ['waiting', { kind: 'waiting', ticket, coming: true, comingBack: false }, noCall, undefined],
    ['operator lost', { kind: 'waiting', ticket, coming: false, comingBack: true }, face, 'back-soon'],
    ['operator away for a moment', { ...marta, present: false }, face, 'back-soon'],
    ['accepted, no media yet', marta, { ...noCall, link: 'connecting' }, 'coming'],
    ['room open, nothing arrived yet', marta, { ...noCall, link: 'open' }, 'coming'],
    ['operator without camera and microphone', marta, { ...noCall, link: 'open', other: { microphone: 'absent', camera: 'absent' } }, 'by-text'],
    ['media failed', marta, { ...face, link: 'failed' }, 'by-text'],
    ['media lost', marta, { ...face, link: 'reconnecting' }, 'reconnecting'],
    ['path interrupted', marta, { ...face, pathInterrupted: true }, 'reconnecting'],
    ['picture stopped, voice stays', marta, { ...face, picturePaused: true }, 'no-picture'],
    ['picture gone, voice stays', marta, { ...face, pictureStream: undefined }, 'no-picture'],
    ['voice gone', marta, { ...face, voiceStream: undefined }, 'no-voice'],
    ['operator muted', marta, { ...face, voicePaused: true, other: { ...other, microphone: 'muted' } }, 'microphone-muted'],
    ['operator without picture by choice', marta, { ...face, picturePaused: true, other: { ...other, camera: 'off' } }, 'camera-off'],
    ['all well', marta, { ...face, other }, 'here'],
    ['own microphone off', marta, { ...face, other, microphone: 'muted' }, 'seen'],
    ['own microphone missing', marta, { ...face, other, microphone: 'absent' }, 'seen'],
    ['own picture off', marta, { ...face, other, camera: 'off' }, 'heard'],
    ['own picture not allowed, microphone off', marta, { ...face, other, camera: 'denied', microphone: 'muted' }, 'neither'],
  ];
  for (const [name, person, call, line] of table) it(name, () => expect(callLine(person, call)).to.equal(line));

  it('shows the panel with an operator and while he comes back', () => {
    expect([marta, { kind: 'waiting', ticket, coming: false, comingBack: true } as const, { kind: 'asking' } as const].map(showsCall)).to.deep.equal([true, true, false]);
  });
});
