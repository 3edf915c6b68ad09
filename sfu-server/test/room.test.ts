import { mock } from 'node:test';
import { expect } from 'chai';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { verifyGrant } from '@videosportello/protocol/grant.ts';
import { messageId, newId } from '@videosportello/protocol/ids.ts';
import { newHolderKey, thumbprintOf } from '@videosportello/protocol/keys.ts';
import type { RoomAnswer, RoomMessage } from '@videosportello/protocol/messages/room.ts';
import { KEEP_MS } from '../src/room/room-registry.ts';
import { secondOperator, testKiosk, testNode, wishOf } from '../testing/grant-authority.ts';
import { newVisit, someDtls, startMediaNode } from './media-node.ts';
import type { MediaNode } from './media-node.ts';

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return error instanceof ProtocolError ? error.code : String(error);
  }
};
const line = (text: string): RoomMessage => ({ messageId: newId(messageId, 'm'), body: { kind: 'text', line: 0, text, done: true } });
const done = async (message: RoomMessage): Promise<RoomAnswer> => ({ messageId: message.messageId, outcome: 'done' });

describe('a room on real workers', function () {
  this.timeout(15_000);
  let node: MediaNode;
  beforeEach(async () => {
    node = await startMediaNode();
  });
  afterEach(() => node[Symbol.asyncDispose]());

  /** Both sides with a room grant, receivers announced and both sources made. */
  const inCall = async () => {
    const visit = newVisit();
    const kiosk = await node.open(wishOf(visit, 'kiosk', 'room'));
    const operator = await node.open(wishOf(visit, 'operator', 'room'));
    await Promise.all([kiosk.ready(), operator.ready()]);
    await Promise.all([kiosk.produce('camera'), kiosk.produce('microphone'), operator.produce('camera'), operator.produce('microphone')]);
    return { visit, kiosk, operator };
  };

  it('gives both transports and the capabilities in the answer to hello', async () => {
    const { hello } = await node.open(wishOf(newVisit(), 'kiosk', 'waiting'));
    expect(hello.send.id).to.not.equal(hello.receive.id);
    expect(hello.send.iceCandidates.map(({ protocol }) => protocol)).to.have.members(['udp', 'tcp']);
    expect(hello.rtpCapabilities.codecs?.map(({ mimeType }) => mimeType)).to.include.members(['audio/opus', 'video/VP8', 'video/H264']);
    expect(hello.others).to.deep.equal([]);
  });

  it('makes nothing consumable for waiting and offer grants', async () => {
    const visit = newVisit();
    const kiosk = await node.open(wishOf(visit, 'kiosk', 'waiting'));
    const operator = await node.open(wishOf(visit, 'operator', 'offer'));
    await Promise.all([kiosk.produce('camera'), operator.produce('camera'), kiosk.ready(), operator.ready()]);
    const { producerIds, consumerIds } = await node.inventory();
    expect(producerIds).to.have.length(2);
    expect(consumerIds).to.deep.equal([]);
    expect([...kiosk.offered, ...operator.offered]).to.deep.equal([]);
  });

  it('keeps a waiting kiosk out even when the operator is in the room', async () => {
    const visit = newVisit();
    const kiosk = await node.open(wishOf(visit, 'kiosk', 'waiting'));
    const operator = await node.open(wishOf(visit, 'operator', 'room'));
    await Promise.all([kiosk.produce('camera'), operator.produce('camera'), kiosk.ready(), operator.ready()]);
    expect((await node.inventory()).consumerIds).to.deep.equal([]);
  });

  it('opens every pair, with fixed MIDs, once both hold a room grant', async () => {
    const visit = newVisit();
    const kiosk = await node.open(wishOf(visit, 'kiosk', 'waiting'));
    const operator = await node.open(wishOf(visit, 'operator', 'offer'));
    const cameraOfKiosk = await kiosk.produce('camera');
    await Promise.all([kiosk.produce('microphone'), operator.produce('camera'), operator.produce('microphone')]);
    await Promise.all([kiosk.ready(), operator.ready()]);
    await Promise.all([kiosk.admit(wishOf(visit, 'kiosk', 'room')), operator.admit(wishOf(visit, 'operator', 'room'))]);
    const seen = await operator.consumerOf('camera');
    expect(seen).to.include({ producerId: cameraOfKiosk, role: 'kiosk', kind: 'video', producerPaused: false });
    expect(seen.rtpParameters.mid).to.equal('camera');
    const heard = await kiosk.consumerOf('microphone');
    expect(heard).to.include({ role: 'operator', kind: 'audio', producerPaused: false });
    await Promise.all([operator.consumerOf('microphone'), kiosk.consumerOf('camera')]);
    await kiosk.ready();
    expect([kiosk.offered.length, operator.offered.length]).to.deep.equal([2, 2]);
  });

  it('opens the pair when queue-service says that the offer was accepted, before the grants come', async () => {
    const visit = newVisit();
    const kiosk = await node.open({ ...wishOf(visit, 'kiosk', 'waiting'), fence: { epoch: 1, counter: 1 } });
    const operator = await node.open({ ...wishOf(visit, 'operator', 'offer'), fence: { epoch: 1, counter: 2 } });
    await Promise.all([kiosk.produce('camera'), operator.produce('camera'), kiosk.ready(), operator.ready()]);
    node.registry.acceptVisit(visit, { epoch: 1, counter: 2 });
    expect(await operator.consumerOf('camera')).to.include({ role: 'kiosk', producerPaused: false });
    expect(await kiosk.consumerOf('camera')).to.include({ role: 'operator', producerPaused: false });
    await Promise.all([kiosk.admit(wishOf(visit, 'kiosk', 'room')), operator.admit({ ...wishOf(visit, 'operator', 'room'), fence: { epoch: 1, counter: 2 } })]);
    expect([kiosk.offered.length, operator.offered.length]).to.deep.equal([1, 1]);
  });

  it('does not open it for an offer that was not the accepted one, nor for a kiosk that waits again since', async () => {
    const visit = newVisit();
    const kiosk = await node.open({ ...wishOf(visit, 'kiosk', 'waiting'), fence: { epoch: 1, counter: 3 } });
    const operator = await node.open({ ...wishOf(visit, 'operator', 'offer'), fence: { epoch: 1, counter: 4 } });
    await Promise.all([kiosk.produce('camera'), operator.produce('camera'), kiosk.ready(), operator.ready()]);
    node.registry.acceptVisit(visit, { epoch: 1, counter: 2 });
    node.registry.acceptVisit(newVisit(), { epoch: 1, counter: 4 });
    await Promise.all([kiosk.ready(), operator.ready()]);
    expect((await node.inventory()).consumerIds).to.deep.equal([]);
    expect(await codeOf(kiosk.peer.request('message.send', { message: line('hello') }))).to.equal('visit-state');
  });

  it('opens it to nobody whom an earlier acceptance let in, when the visit is accepted again', async () => {
    const visit = newVisit();
    const kiosk = await node.open({ ...wishOf(visit, 'kiosk', 'room'), fence: { epoch: 1, counter: 2 } });
    const lapsed = await node.open({ ...wishOf(visit, 'operator', 'room'), fence: { epoch: 1, counter: 2 } });
    await Promise.all([kiosk.produce('camera'), kiosk.ready(), lapsed.ready()]);
    await lapsed.consumerOf('camera');
    node.registry.acceptVisit(visit, { epoch: 1, counter: 4 });
    expect(await lapsed.closedWhy).to.equal('fence-stale');
    const again = node.open({ ...wishOf(visit, 'operator', 'room'), fence: { epoch: 1, counter: 2 } });
    expect(await codeOf(again)).to.equal('fence-stale');
    const second = await node.open({ ...wishOf(visit, 'operator', 'room'), sub: secondOperator, fence: { epoch: 1, counter: 4 } });
    await second.ready();
    expect(await second.consumerOf('camera')).to.include({ role: 'kiosk', producerPaused: false });
  });

  it('takes no notice of an acceptance that a newer right has overtaken', async () => {
    const visit = newVisit();
    const operator = await node.open({ ...wishOf(visit, 'operator', 'offer'), fence: { epoch: 1, counter: 2 } });
    const kiosk = await node.open({ ...wishOf(visit, 'kiosk', 'waiting'), fence: { epoch: 1, counter: 2 } });
    await operator.admit({ ...wishOf(visit, 'operator', 'offer'), fence: { epoch: 1, counter: 5 } });
    await Promise.all([kiosk.produce('camera'), kiosk.ready(), operator.ready()]);
    node.registry.acceptVisit(visit, { epoch: 1, counter: 2 });
    await Promise.all([kiosk.ready(), operator.ready()]);
    expect((await node.inventory()).consumerIds).to.deep.equal([]);
    expect(await codeOf(kiosk.peer.request('message.send', { message: line('hello') }))).to.equal('visit-state');
  });

  it('does not outlive a page that breaks off on its way in', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const visit = newVisit();
      const key = await newHolderKey();
      const holder = await thumbprintOf(key.publicKey);
      const grant = await node.authority.sign(key.publicKey, wishOf(visit, 'kiosk', 'waiting'));
      const room = await node.registry.enter(
        await verifyGrant(grant, { audience: 'sfu', nodeId: testNode, holder, kinds: ['waiting'], nowMs: Date.now(), keys: node.authority.keys }),
      );
      expect(node.registry.size).to.equal(1);
      mock.timers.tick(KEEP_MS);
      expect([room.closed, node.registry.size]).to.deep.equal([true, 0]);
    } finally {
      mock.timers.reset();
    }
  });

  it('opens a pair whose receiver is announced last', async () => {
    const visit = newVisit();
    const kiosk = await node.open(wishOf(visit, 'kiosk', 'room'));
    const operator = await node.open(wishOf(visit, 'operator', 'room'));
    await kiosk.produce('camera');
    await operator.ready();
    expect(await operator.consumerOf('camera')).to.include({ role: 'kiosk' });
  });

  it('answers a repeated producer.create with the same producer, and replaces it for other parameters', async () => {
    const kiosk = await node.open(wishOf(newVisit(), 'kiosk', 'waiting'));
    const [first, again] = await Promise.all([kiosk.produce('camera'), kiosk.produce('camera')]);
    expect(again).to.equal(first);
    const other = await kiosk.peer.request('producer.create', {
      kind: 'video',
      source: 'camera',
      rtpParameters: {
        mid: '5',
        codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
        encodings: [{ ssrc: 33_333_333 }],
      },
      paused: false,
    });
    expect(other.producerId).to.not.equal(first);
    expect((await node.inventory()).producerIds).to.deep.equal([other.producerId]);
  });

  it('connects a transport once, and refuses other parameters and foreign transports', async () => {
    const visit = newVisit();
    const kiosk = await node.open(wishOf(visit, 'kiosk', 'waiting'));
    const operator = await node.open(wishOf(visit, 'operator', 'offer'));
    const connect = { transportId: kiosk.hello.send.id, dtlsParameters: someDtls };
    await Promise.all([kiosk.peer.request('transport.connect', connect), kiosk.peer.request('transport.connect', connect)]);
    expect(await codeOf(kiosk.peer.request('transport.connect', { ...connect, dtlsParameters: { ...someDtls, role: 'server' } }))).to.equal('bad-params');
    expect(await codeOf(operator.peer.request('transport.connect', connect))).to.equal('bad-params');
    const restarted = await kiosk.peer.request('transport.restart-ice', { transportId: kiosk.hello.send.id });
    expect(restarted.iceParameters.usernameFragment).to.not.equal(kiosk.hello.send.iceParameters.usernameFragment);
  });

  it('refuses a camera that sounds, and parameters mediasoup cannot read', async () => {
    const kiosk = await node.open(wishOf(newVisit(), 'kiosk', 'waiting'));
    const rtpParameters = { codecs: [{ mimeType: 'video/VP8', payloadType: 96 }] };
    const create = (kind: 'audio' | 'video') => kiosk.peer.request('producer.create', { kind, source: 'camera', rtpParameters, paused: false });
    expect(await codeOf(create('audio'))).to.equal('bad-params');
    expect(await codeOf(create('video'))).to.equal('bad-params');
    expect(await codeOf(kiosk.peer.request('producer.pause', { producerId: crypto.randomUUID() }))).to.equal('bad-params');
  });

  it('tells the other side when a microphone is muted, heard again and gone', async () => {
    const { kiosk, operator } = await inCall();
    const producerId = await kiosk.produce('microphone');
    const { consumerId } = await operator.consumerOf('microphone');
    await kiosk.peer.request('producer.pause', { producerId });
    expect(await operator.hears('consumer.paused')).to.deep.equal({ consumerId });
    await kiosk.peer.request('producer.resume', { producerId });
    expect(await operator.hears('consumer.resumed')).to.deep.equal({ consumerId });
    await kiosk.peer.request('producer.close', { producerId });
    expect(await operator.hears('consumer.closed')).to.deep.equal({ consumerId });
  });

  it('keeps a producer its owner muted silent when the room opens', async () => {
    const visit = newVisit();
    const kiosk = await node.open(wishOf(visit, 'kiosk', 'waiting'));
    const operator = await node.open(wishOf(visit, 'operator', 'room'));
    await Promise.all([kiosk.produce('microphone', true), operator.ready()]);
    await kiosk.admit(wishOf(visit, 'kiosk', 'room'));
    expect(await operator.consumerOf('microphone')).to.include({ producerPaused: true });
  });

  it('closes what is heard when the kiosk steps back to waiting', async () => {
    const { visit, kiosk, operator } = await inCall();
    await Promise.all([operator.consumerOf('camera'), kiosk.consumerOf('camera')]);
    await kiosk.admit(wishOf(visit, 'kiosk', 'waiting'));
    await Promise.all([operator.hears('consumer.closed'), kiosk.hears('consumer.closed')]);
    expect(await codeOf(kiosk.peer.request('message.send', { message: line('hello') }))).to.equal('visit-state');
  });

  it('replaces an earlier connection of the same kiosk', async () => {
    const visit = newVisit();
    const first = await node.open(wishOf(visit, 'kiosk', 'waiting'));
    const second = await node.open(wishOf(visit, 'kiosk', 'waiting'));
    expect(await first.closedWhy).to.equal('replaced');
    expect(await codeOf(first.peer.request('media.ready', { rtpCapabilities: {} }))).to.equal('link-lost');
    await second.ready();
    expect(node.registry.peers).to.equal(1);
  });

  it('puts an operator out when one with a higher fence comes, and keeps him out', async () => {
    const visit = newVisit();
    const kiosk = await node.open(wishOf(visit, 'kiosk', 'room'));
    const first = await node.open(wishOf(visit, 'operator', 'room'));
    const higher = { ...wishOf(visit, 'operator', 'room'), sub: secondOperator, fence: { epoch: 1, counter: 2 } };
    const second = await node.open(higher);
    expect(await first.closedWhy).to.equal('fence-stale');
    expect(await codeOf(node.open(wishOf(visit, 'operator', 'room')))).to.equal('fence-stale');
    expect(second.hello.others).to.deep.equal([{ peerId: kiosk.hello.peerId, role: 'kiosk' }]);
    const message = line('good morning');
    expect(await kiosk.peer.request('message.send', { message })).to.deep.equal({ messageId: message.messageId, outcome: 'done' });
  });

  it('puts a lapsed operator out when the kiosk shows the newer fence, but not the operator who has it', async () => {
    const visit = newVisit();
    const kiosk = await node.open(wishOf(visit, 'kiosk', 'room'));
    const operator = await node.open(wishOf(visit, 'operator', 'room'));
    await operator.admit({ ...wishOf(visit, 'operator', 'room'), fence: { epoch: 1, counter: 3 } });
    await kiosk.admit({ ...wishOf(visit, 'kiosk', 'room'), fence: { epoch: 1, counter: 3 } });
    await operator.ready();
    await kiosk.admit({ ...wishOf(visit, 'kiosk', 'room'), fence: { epoch: 2, counter: 0 } });
    expect(await operator.closedWhy).to.equal('fence-stale');
  });

  it('lets a kiosk in whose grant is older than the latest offer', async () => {
    const visit = newVisit();
    await node.open({ ...wishOf(visit, 'operator', 'offer'), fence: { epoch: 1, counter: 9 } });
    const kiosk = await node.open(wishOf(visit, 'kiosk', 'waiting'));
    expect(kiosk.hello.others).to.have.length(1);
  });

  it('closes a connection when its grant expires, and not when it was renewed', async () => {
    const nowS = Math.floor(Date.now() / 1000);
    const short = { iat: nowS - 30, exp: nowS + 2 };
    const visit = newVisit();
    const renewed = await node.open({ ...wishOf(visit, 'kiosk', 'waiting'), ...short });
    const left = await node.open({ ...wishOf(visit, 'operator', 'offer'), ...short });
    await renewed.admit(wishOf(visit, 'kiosk', 'waiting'));
    expect(await left.closedWhy).to.equal('grant-expired');
    await renewed.ready();
  });

  it('keeps the media of a lost socket until its page comes back', async () => {
    const { visit, kiosk, operator } = await inCall();
    kiosk.peer.close(4000);
    await kiosk.peer.closed;
    expect(await codeOf(operator.peer.request('message.send', { message: line('are you there?') }))).to.equal('peer-absent');
    expect(operator.heard.map(({ name }) => name)).to.not.include('consumer.closed');
    const back = await node.open(wishOf(visit, 'kiosk', 'room'));
    await operator.hears('consumer.closed');
    expect(back.hello.others).to.have.length(1);
  });

  it('lets a page that says goodbye go at once', async () => {
    const { kiosk, operator } = await inCall();
    kiosk.peer.close(1000);
    expect(await operator.hears('peer.left')).to.deep.equal({ peerId: kiosk.hello.peerId, role: 'kiosk' });
  });

  it('ends the room with the visit, and lets nobody back in', async () => {
    const { visit, kiosk, operator } = await inCall();
    node.registry.endVisit(visit);
    expect(await Promise.all([kiosk.closedWhy, operator.closedWhy])).to.deep.equal(['visit-ended', 'visit-ended']);
    expect(node.registry.size).to.equal(0);
    expect(await codeOf(node.open(wishOf(visit, 'kiosk', 'room')))).to.equal('visit-unknown');
  });

  it('puts a revoked kiosk out', async () => {
    const { kiosk, operator } = await inCall();
    node.registry.revokeKiosk(testKiosk);
    expect(await kiosk.closedWhy).to.equal('grant-expired');
    await operator.hears('peer.left');
  });

  it('makes one room for two that arrive at the same time', async () => {
    const visit = newVisit();
    await Promise.all([node.open(wishOf(visit, 'kiosk', 'waiting')), node.open(wishOf(visit, 'operator', 'offer'))]);
    expect([node.registry.size, node.registry.peers]).to.deep.equal([1, 2]);
  });

  it('tells the pages when a worker dies, and takes them in again on a new one within 3 s', async () => {
    const { visit, kiosk, operator } = await inCall();
    const [pid] = node.pool.pids;
    if (pid === undefined) throw new Error('no worker');
    const killedAt = performance.now();
    process.kill(pid, 'SIGKILL');
    expect(await Promise.all([kiosk.closedWhy, operator.closedWhy])).to.deep.equal(['media-worker-died', 'media-worker-died']);
    const back = await node.open(wishOf(visit, 'kiosk', 'room'));
    expect(performance.now() - killedAt).to.be.below(3_000);
    expect(node.pool.pids).to.not.include(pid);
    await back.produce('camera');
  });

  it('keeps an operator with an old fence out of the room that replaces a dead worker’s', async () => {
    const visit = newVisit();
    const kiosk = await node.open({ ...wishOf(visit, 'kiosk', 'room'), fence: { epoch: 1, counter: 5 } });
    for (const pid of node.pool.pids) process.kill(pid, 'SIGKILL');
    await kiosk.closedWhy;
    expect(await codeOf(node.open(wishOf(visit, 'operator', 'room')))).to.equal('fence-stale');
  });

  describe('relays messages', () => {
    const pair = async (answer: (message: RoomMessage) => Promise<RoomAnswer>) => {
      const visit = newVisit();
      const kiosk = await node.open(wishOf(visit, 'kiosk', 'room'), { answer });
      const operator = await node.open(wishOf(visit, 'operator', 'room'));
      return { kiosk, operator };
    };

    it('to the other side and brings its answer back', async () => {
      const seen: RoomMessage[] = [];
      const { operator } = await pair(async (message) => {
        seen.push(message);
        return { messageId: message.messageId, outcome: 'refused', reason: 'no-scanner' };
      });
      const message = line('please scan');
      const answer = await operator.peer.request('message.send', { message });
      expect(answer).to.deep.equal({ messageId: message.messageId, outcome: 'refused', reason: 'no-scanner' });
      expect(seen).to.deep.equal([message]);
    });

    it('and says peer-absent when nobody is there, or who is there only waits', async () => {
      const visit = newVisit();
      const operator = await node.open(wishOf(visit, 'operator', 'room'));
      expect(await codeOf(operator.peer.request('message.send', { message: line('hello?') }))).to.equal('peer-absent');
      await node.open(wishOf(visit, 'kiosk', 'waiting'));
      expect(await codeOf(operator.peer.request('message.send', { message: line('hello?') }))).to.equal('peer-absent');
    });

    it('and says peer-absent when the other leaves before he answers', async () => {
      const asked = Promise.withResolvers<void>();
      const { kiosk, operator } = await pair((message) => {
        asked.resolve();
        return new Promise<RoomAnswer>((resolve) => void kiosk.peer.closed.then(() => resolve({ messageId: message.messageId, outcome: 'done' })));
      });
      const sent = codeOf(operator.peer.request('message.send', { message: line('wait') }));
      await asked.promise;
      kiosk.peer.close(1000);
      expect(await sent).to.equal('peer-absent');
    });

    it('and says timeout when no answer comes within 12 s', async () => {
      const asked = Promise.withResolvers<void>();
      const planned: { run: () => void; delayMs: number }[] = [];
      const timers = {
        setTimeout: (run: () => void, delayMs: number) => planned.push({ run, delayMs }),
        clearTimeout: () => undefined,
      };
      const visit = newVisit();
      await node.open(wishOf(visit, 'kiosk', 'room'), {
        timers,
        answer: () => {
          asked.resolve();
          return new Promise<RoomAnswer>(() => undefined);
        },
      });
      const operator = await node.open(wishOf(visit, 'operator', 'room'));
      const sent = codeOf(operator.peer.request('message.send', { message: line('anybody?') }));
      await asked.promise;
      const deadline = planned.at(-1);
      expect(deadline?.delayMs).to.equal(12_000);
      deadline?.run();
      expect(await sent).to.equal('timeout');
    });

    it('and refuses an answer to another message', async () => {
      const { operator } = await pair(() => done(line('something else')));
      expect(await codeOf(operator.peer.request('message.send', { message: line('this one') }))).to.equal('bad-message');
    });
  });
});
