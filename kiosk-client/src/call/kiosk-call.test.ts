import { expect } from 'chai';
import { newHolderKey } from '@videosportello/protocol/keys.ts';
import type { RoomBody } from '@videosportello/protocol/messages/room.ts';
import { RecordedCall } from '../../test/kiosk-bench.ts';
import { newVisit } from '../../test/queue-server.ts';
import { createKioskCall } from './kiosk-call.ts';

const access = (grant: string) => ({ url: 'ws://sfu.test/room', grant, expiresAt: 0 });
/** Only the identity of a track counts here. */
const track = () => ({ stop: () => undefined }) as unknown as MediaStreamTrack;
const delivered = () => new Promise((resolve) => setImmediate(resolve));

const make = async (muted = false) => {
  const around: RoomBody[] = [];
  const renewals: true[] = [];
  const calls: RecordedCall[] = [];
  const call = createKioskCall({
    key: await newHolderKey(),
    createController: (options) => {
      const recorded = new RecordedCall(options);
      calls.push(recorded);
      return recorded.controller();
    },
    onMessage: async () => ({ outcome: 'done' }),
    sendAround: async (body) => {
      around.push(body);
      return { messageId: `m_${'e'.repeat(24)}` as never, outcome: 'done' };
    },
    renewGrants: () => void renewals.push(true),
    makeStream: (of) => ({ getTracks: () => [of] }) as unknown as MediaStream,
    muted,
  });
  const hear = (...events: Parameters<RecordedCall['options']['onEvent']>[0][]) => {
    for (const event of events) calls[0]?.options.onEvent(event);
  };
  return { call, calls, around, renewals, hear };
};

describe('the call of the kiosk', () => {
  it('asks for no device before a person is asked for', async () => {
    const { call, calls } = await make();
    call.follow(newVisit, undefined);
    expect(calls).to.deep.equal([]);
    call.follow({ ...newVisit, state: 'waiting' }, access('w1'));
    expect(calls[0]?.asked).to.deep.equal(['prewarm w1']);
  });

  it('hands renewed grants on, and nothing twice', async () => {
    const { call, calls } = await make();
    for (const grant of ['w1', 'w1', 'w2']) call.follow({ ...newVisit, state: 'waiting' }, access(grant));
    call.follow({ ...newVisit, state: 'offered' }, access('w2'));
    call.follow({ ...newVisit, state: 'with-operator' }, access('r1'));
    call.follow({ ...newVisit, state: 'with-operator' }, access('r2'));
    expect(calls[0]?.asked).to.deep.equal(['prewarm w1', 'grant w2', 'enter r1', 'grant r2']);
  });

  it('asks the queue for a new grant when the room has refused the one it was shown', async () => {
    const { call, renewals, hear } = await make();
    call.follow({ ...newVisit, state: 'with-operator' }, access('r1'));
    expect(renewals).to.have.length(0);
    hear({ type: 'grant-needed' });
    expect(renewals).to.have.length(1);
  });

  it('hangs up when the ticket is cancelled and begins anew with the next', async () => {
    const { call, calls } = await make();
    call.follow({ ...newVisit, state: 'waiting' }, access('w1'));
    call.follow(newVisit, undefined);
    expect(calls[0]?.asked.at(-1)).to.equal('hang-up');
    call.follow({ ...newVisit, state: 'waiting' }, access('w2'));
    expect(calls).to.have.length(2);
  });

  it('says in words which devices there are, and goes on without them', async () => {
    const { call, hear } = await make();
    call.follow({ ...newVisit, state: 'waiting' }, access('w1'));
    hear({ type: 'local-media', media: { microphone: { absent: 'denied' }, camera: { track: track() } } });
    expect(call.state).to.include({ microphone: 'denied', camera: 'on' });
    call.toggleMicrophone();
    expect(call.state.microphone).to.equal('denied');
  });

  it('tells the other side of its devices when the room opens, and of each change', async () => {
    const { call, calls, hear } = await make();
    call.follow({ ...newVisit, state: 'with-operator' }, access('r1'));
    hear({ type: 'local-media', media: { microphone: { track: track() }, camera: { track: track() } } }, { type: 'state', state: { name: 'in-call' } });
    call.toggleMicrophone();
    call.toggleCamera();
    expect(call.state).to.include({ microphone: 'muted', camera: 'off' });
    await delivered();
    expect(calls[0]?.asked.slice(1)).to.deep.equal([
      'send media-state',
      'muted true',
      'send media-state',
      'camera-off true',
      'send media-state',
    ]);
  });

  it('starts muted where two microphones would howl', async () => {
    const { call, calls, hear } = await make(true);
    call.follow({ ...newVisit, state: 'waiting' }, access('w1'));
    hear({ type: 'local-media', media: { microphone: { track: track() }, camera: { absent: 'absent' } } });
    expect([calls[0]?.options.muted, call.state.microphone, call.state.mutedForDemo]).to.deep.equal([true, 'muted', true]);
    call.toggleMicrophone();
    expect(call.state).to.include({ microphone: 'on', mutedForDemo: false });
  });

  it('keeps the streams while their tracks stay, and drops what ended', async () => {
    const { call, hear } = await make();
    call.follow({ ...newVisit, state: 'with-operator' }, access('r1'));
    const picture = { type: 'remote-track', source: 'camera', role: 'operator', track: track() } as const;
    hear({ ...picture, paused: false });
    const { pictureStream } = call.state;
    hear({ ...picture, paused: true });
    expect(call.state).to.include({ pictureStream, picturePaused: true });
    hear({ type: 'remote-track-ended', source: 'camera' });
    expect(call.state.pictureStream).to.equal(undefined);
  });

  it('goes round a dead room', async () => {
    const { call, calls, around } = await make();
    call.follow({ ...newVisit, state: 'with-operator' }, access('r1'));
    const body = { kind: 'text', line: 0, text: 'x', done: true } as const;
    await call.send(body);
    expect(around).to.deep.equal([body]);
    calls[0]?.become({ name: 'in-call' });
    await call.send(body);
    expect(calls[0]?.asked.at(-1)).to.equal('send text');
    expect(around).to.have.length(1);
  });
});
