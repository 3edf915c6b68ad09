import { expect } from 'chai';
import { callLine, isHeard, lineTone, ownAbsence, showsQuality } from './call-line.ts';
import { idleCall } from './desk-state.ts';
import type { CallView, RemoteMedia } from './desk-state.ts';

// A track is only passed on here; nothing of it is used.
const track = {} as MediaStreamTrack;
const flowing: RemoteMedia = { track, paused: false };
const held: RemoteMedia = { track, paused: true };
const here = { kioskPresent: true };
const inCall: CallView = {
  ...idleCall,
  state: { name: 'in-call' },
  otherPresent: true,
  path: 'connected',
  remote: { camera: flowing, microphone: flowing },
};

describe('the line under the picture', () => {
  const rows: readonly (readonly [string, CallView, string, boolean?])[] = [
    ['a call not yet begun', idleCall, 'connecting'],
    ['a warm call', { ...idleCall, state: { name: 'ready' } }, 'connecting'],
    ['a call being opened', { ...idleCall, state: { name: 'connecting' } }, 'connecting'],
    ['the kiosk not yet in the room', { ...inCall, otherPresent: false }, 'citizen-coming'],
    ['picture and voice', inCall, 'face-to-face'],
    ['a camera switched off', { ...inCall, remote: { camera: held, microphone: flowing } }, 'voice-only'],
    ['no microphone', { ...inCall, remote: { camera: flowing } }, 'picture-only'],
    ['neither', { ...inCall, remote: {} }, 'text-only'],
    ['media stuck', { ...inCall, path: 'interrupted' }, 'interrupted'],
    ['media dead', { ...inCall, path: 'failed' }, 'interrupted'],
    ['the room lost', { ...inCall, state: { name: 'reconnecting' } }, 'reconnecting'],
    ['a grant the room did not take', { ...inCall, refused: true, state: { name: 'reconnecting' } }, 'refused'],
    ['a renewed grant not taken while the old one holds', { ...inCall, refused: true }, 'face-to-face'],
    ['the kiosk out of reach, whatever the room says', inCall, 'kiosk-away', false],
    ['another operator', { ...inCall, state: { name: 'failed', reason: 'taken-over' } }, 'failed-taken-over', false],
    ['no way to the node', { ...inCall, state: { name: 'failed', reason: 'unreachable' } }, 'failed-unreachable'],
    ['the end', { ...inCall, state: { name: 'ended' } }, 'over'],
  ];
  for (const [what, call, line, present = true] of rows) {
    it(`says ${line} for ${what}`, () => expect(callLine(call, { ...here, kioskPresent: present })).to.equal(line));
  }

  it('is bad news when the operator should know that nothing flows', () => {
    expect([
      lineTone('face-to-face'),
      lineTone('citizen-coming'),
      lineTone('reconnecting'),
      lineTone('failed-replaced'),
    ]).to.deep.equal(['good', 'waiting', 'wrong', 'wrong']);
  });
});

describe('an open microphone', () => {
  const open: CallView = { ...inCall, local: { camera: { track }, microphone: { track } } };
  const rows: readonly (readonly [string, CallView, boolean, boolean])[] = [
    ['in a call that flows', open, true, true],
    ['while the kiosk is out of reach', open, false, false],
    ['while the room is lost', { ...open, state: { name: 'reconnecting' } }, true, false],
    ['before the kiosk is in the room', { ...open, otherPresent: false }, true, false],
    ['while media are stuck', { ...open, path: 'interrupted' }, true, false],
    ['that is not there', { ...open, local: { camera: { track }, microphone: { absent: 'denied' } } }, true, false],
  ];
  for (const [what, call, kioskPresent, heard] of rows) {
    it(`${heard ? 'is' : 'is not'} heard ${what}`, () => expect(isHeard(call, { kioskPresent })).to.equal(heard));
  }
});

describe('the measured quality', () => {
  it('is shown only of a line that carries something', () => {
    expect(['face-to-face', 'interrupted', 'reconnecting', 'kiosk-away', 'over'].filter((line) => showsQuality(line as never)))
      .to.deep.equal(['face-to-face', 'interrupted']);
  });
});

describe('own devices', () => {
  it('are absent with their reason, and not before they were asked for', () => {
    const call: CallView = { ...idleCall, local: { camera: { absent: 'denied' }, microphone: { track } } };
    expect([ownAbsence(call, 'camera'), ownAbsence(call, 'microphone'), ownAbsence(idleCall, 'camera')]).to.deep.equal([
      'denied',
      undefined,
      undefined,
    ]);
  });
});
