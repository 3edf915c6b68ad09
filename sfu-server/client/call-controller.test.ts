import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { Device } from 'mediasoup-client';
import { FakeHandler } from 'mediasoup-client/handlers/FakeHandler';
import * as fakeParameters from 'mediasoup-client/fakeParameters';
import { WebSocket as NodeSocket } from 'ws';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { newId, visitId } from '@videosportello/protocol/ids.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import { newHolderKey } from '@videosportello/protocol/keys.ts';
import type { RoomBody } from '@videosportello/protocol/messages/room.ts';
import type { MediaAccess } from '@videosportello/protocol/messages/visit.ts';
import { wishOf } from '../testing/grant-authority.ts';
import type { GrantWish } from '../testing/grant-authority.ts';
import { startSfu } from '../testing/start-sfu.ts';
import type { RunningSfu } from '../testing/start-sfu.ts';
import { createCallController } from './call-controller.ts';
import type { CallController, CallEvent } from './call-controller.ts';
import { createDeviceCache } from './device-cache.ts';
import { quickReconnect } from './reconnect-policy.ts';

/** mediasoup-client's browser without a browser, whose transports come up as soon as they are made. */
const fakeDevices = () =>
  createDeviceCache(() => {
    const device = new Device({ handlerFactory: FakeHandler.createFactory(fakeParameters) });
    device.observer.on('newtransport', (transport) =>
      queueMicrotask(() => transport.handler instanceof FakeHandler && transport.handler.setConnectionState('connected')),
    );
    return device;
  });

interface TestCall {
  readonly call: CallController;
  readonly events: readonly CallEvent[];
  readonly tracks: readonly MediaStreamTrack[];
  readonly sockets: readonly NodeSocket[];
  /** The number of each attempt to open a session. */
  readonly attempts: readonly number[];
  access(kind: 'waiting' | 'offer' | 'room', change?: Partial<GrantWish>): Promise<MediaAccess>;
  /** The next event that fits, or the one there was. */
  event(fits: (event: CallEvent) => boolean): Promise<CallEvent>;
  state(name: string): Promise<CallEvent>;
}

describe('the call controller', function () {
  this.timeout(15_000);
  let sfu: RunningSfu;
  let visit: VisitId;
  const calls: CallController[] = [];
  before(async () => {
    sfu = await startSfu();
  });
  after(() => sfu.close());
  beforeEach(() => {
    visit = newId(visitId, 'v');
  });
  afterEach(() => {
    for (const call of calls.splice(0)) call.hangUp();
  });

  const newCall = async (role: 'kiosk' | 'operator', onMessage: (body: RoomBody) => Promise<{ outcome: 'done' | 'refused' }> = async () => ({ outcome: 'done' })): Promise<TestCall> => {
    const key = await newHolderKey();
    const events: CallEvent[] = [];
    const tracks: MediaStreamTrack[] = [];
    const sockets: NodeSocket[] = [];
    const attempts: number[] = [];
    const waiting = new Set<() => void>();
    const call = createCallController({
      role,
      key,
      onMessage,
      devices: fakeDevices(),
      reconnect: (attempt, lostForMs) => {
        attempts.push(attempt);
        return quickReconnect(attempt, lostForMs);
      },
      makeSocket: (url) => {
        const socket = new NodeSocket(url, { origin: 'http://kiosk.localhost:1' });
        sockets.push(socket);
        return socket;
      },
      acquire: async () => {
        tracks.push(new FakeMediaStreamTrack({ kind: 'audio' }), new FakeMediaStreamTrack({ kind: 'video' }));
        const [microphone, camera] = tracks.slice(-2);
        if (!microphone || !camera) throw new Error('no tracks');
        return { microphone: { track: microphone }, camera: { track: camera } };
      },
      onEvent: (event) => {
        events.push(event);
        for (const wake of [...waiting]) wake();
      },
    });
    calls.push(call);
    const event = (fits: (event: CallEvent) => boolean) =>
      new Promise<CallEvent>((resolve) => {
        const look = () => {
          const found = events.find(fits);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      });
    return {
      call,
      events,
      tracks,
      sockets,
      attempts,
      event,
      state: (name) => event((one) => one.type === 'state' && one.state.name === name),
      access: async (kind, change = {}) => ({
        url: sfu.roomUrl,
        grant: await sfu.authority.sign(key.publicKey, { ...wishOf(visit, role, kind), ...change }),
        expiresAt: Date.now() + 60_000,
      }),
    };
  };
  const inCall = async () => {
    const kiosk = await newCall('kiosk');
    const operator = await newCall('operator');
    await Promise.all([kiosk.call.enter(await kiosk.access('room')), operator.call.enter(await operator.access('room'))]);
    return { kiosk, operator };
  };
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'no error',
      (error: unknown) => (error instanceof ProtocolError ? error.code : String(error)),
    );

  it('goes from idle over preparing and ready into the call', async () => {
    const kiosk = await newCall('kiosk');
    const operator = await newCall('operator');
    await Promise.all([kiosk.call.prewarm(await kiosk.access('waiting')), operator.call.prewarm(await operator.access('offer'))]);
    await Promise.all([kiosk.call.enter(await kiosk.access('room')), operator.call.enter(await operator.access('room'))]);
    const states = kiosk.events.flatMap((event) => (event.type === 'state' ? [event.state.name] : []));
    expect(states).to.deep.equal(['preparing', 'ready', 'connecting', 'in-call']);
    const seen = await operator.event((event) => event.type === 'remote-track' && event.source === 'camera');
    expect(seen).to.include({ role: 'kiosk', paused: false });
    await kiosk.event((event) => event.type === 'remote-track' && event.source === 'microphone');
  });

  it('tells the other side of a mute', async () => {
    const { kiosk, operator } = await inCall();
    await operator.event((event) => event.type === 'remote-track' && event.source === 'microphone');
    kiosk.call.setMuted(true);
    await operator.event((event) => event.type === 'remote-track' && event.source === 'microphone' && event.paused);
  });

  it('carries a message and its answer, and refuses to send one outside the call', async () => {
    const heard: RoomBody[] = [];
    const kiosk = await newCall('kiosk', async (body) => {
      heard.push(body);
      return { outcome: 'refused' };
    });
    const operator = await newCall('operator');
    expect(await codeOf(operator.call.send({ kind: 'ask-card' }))).to.equal('link-lost');
    await Promise.all([kiosk.call.enter(await kiosk.access('room')), operator.call.enter(await operator.access('room'))]);
    expect(await operator.call.send({ kind: 'ask-card' })).to.include({ outcome: 'refused' });
    expect(heard).to.deep.equal([{ kind: 'ask-card' }]);
  });

  it('comes back after its socket broke', async () => {
    const { kiosk } = await inCall();
    kiosk.sockets.at(-1)?.terminate();
    await kiosk.state('reconnecting');
    await kiosk.event((event) => event.type === 'state' && event.state.name === 'in-call' && kiosk.sockets.length === 2);
  });

  it('does not hurry when each session is lost as soon as it is open', async () => {
    const { kiosk } = await inCall();
    for (const count of [2, 3]) {
      kiosk.sockets.at(-1)?.terminate();
      while (kiosk.sockets.length < count || kiosk.call.state.name !== 'in-call') await setImmediate();
    }
    expect(kiosk.attempts).to.deep.equal([0, 1, 2]);
  });

  it('comes back after the media worker died', async () => {
    const { kiosk, operator } = await inCall();
    for (const pid of sfu.workerPids) process.kill(pid, 'SIGKILL');
    await Promise.all([kiosk.state('reconnecting'), operator.state('reconnecting')]);
    const back = (side: TestCall) => side.event((event) => event.type === 'state' && event.state.name === 'in-call' && side.sockets.length > 1);
    await Promise.all([back(kiosk), back(operator)]);
  });

  it('asks for a newer grant when the one it has is refused, and goes on with it', async () => {
    const kiosk = await newCall('kiosk');
    const nowS = Math.floor(Date.now() / 1000);
    const prepared = kiosk.call.prewarm(await kiosk.access('waiting', { iat: nowS - 120, exp: nowS - 60 }));
    await kiosk.event(({ type }) => type === 'grant-needed');
    kiosk.call.updateGrant(await kiosk.access('waiting'));
    await prepared;
    expect(kiosk.call.state).to.deep.equal({ name: 'ready' });
  });

  it('is still in the room after the grant it entered with has expired, when it was renewed', async () => {
    const nowS = Math.floor(Date.now() / 1000);
    const kiosk = await newCall('kiosk');
    const operator = await newCall('operator');
    const short = { iat: nowS - 30, exp: nowS + 2 };
    await Promise.all([kiosk.call.enter(await kiosk.access('room', short)), operator.call.enter(await operator.access('room', short))]);
    kiosk.call.updateGrant(await kiosk.access('room'));
    await operator.event(({ type }) => type === 'grant-needed');
    expect(kiosk.call.state).to.deep.equal({ name: 'in-call' });
    expect(kiosk.sockets).to.have.length(1);
  });

  it('ends with the visit and releases its devices', async () => {
    const { kiosk, operator } = await inCall();
    sfu.endVisit(visit);
    await Promise.all([kiosk.state('ended'), operator.state('ended')]);
    expect(kiosk.tracks.map(({ readyState }) => readyState)).to.deep.equal(['ended', 'ended']);
  });

  it('gives up when another page of the same kiosk has taken its place', async () => {
    const first = await newCall('kiosk');
    await first.call.prewarm(await first.access('waiting'));
    const second = await newCall('kiosk');
    await second.call.prewarm(await second.access('waiting'));
    expect(await first.state('failed')).to.deep.include({ state: { name: 'failed', reason: 'replaced' } });
  });

  it('gives up when another operator has taken over', async () => {
    const { operator } = await inCall();
    const kiosk = await newCall('kiosk');
    await kiosk.call.enter(await kiosk.access('room', { fence: { epoch: 2, counter: 0 } }));
    expect(await operator.state('failed')).to.deep.include({ state: { name: 'failed', reason: 'taken-over' } });
  });

  it('steps back to ready when the operator was lost, and enters again', async () => {
    const { kiosk } = await inCall();
    kiosk.call.stepBack(await kiosk.access('waiting'));
    expect(kiosk.call.state).to.deep.equal({ name: 'ready' });
    await kiosk.call.enter(await kiosk.access('room'));
    expect(kiosk.sockets).to.have.length(1);
  });

  it('does not show the last picture of a camera that was pulled out', async () => {
    const { kiosk, operator } = await inCall();
    await operator.event((event) => event.type === 'remote-track' && event.source === 'camera');
    const camera = kiosk.tracks.find(({ kind }) => kind === 'video');
    if (camera instanceof FakeMediaStreamTrack) camera.remoteStop();
    await operator.event((event) => event.type === 'remote-track-ended' && event.source === 'camera');
    expect(kiosk.call.state).to.deep.equal({ name: 'in-call' });
  });

  it('steps out of the room when it is told so while it comes back into it', async () => {
    const { kiosk, operator } = await inCall();
    const waiting = await kiosk.access('waiting');
    kiosk.sockets.at(-1)?.terminate();
    while (kiosk.sockets.length < 2) await setImmediate();
    kiosk.call.stepBack(waiting);
    await kiosk.state('ready');
    // It comes in with the grant it was opened with, and shows the newer one at once.
    while ((await codeOf(operator.call.send({ kind: 'ask-card' }))) !== 'peer-absent');
    expect(kiosk.call.state).to.deep.equal({ name: 'ready' });
  });

  it('hangs up once', async () => {
    const { kiosk, operator } = await inCall();
    kiosk.call.hangUp();
    kiosk.call.hangUp();
    expect(kiosk.call.state).to.deep.equal({ name: 'ended' });
    await operator.event((event) => event.type === 'other-present' && !event.present);
  });
});
