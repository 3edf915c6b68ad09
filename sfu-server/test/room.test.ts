import { expect } from 'chai';
import { secondOperator, wishOf } from '../testing/grant-authority.ts';
import { newVisit, someDtls, startMediaNode } from './media-node.ts';
import type { MediaNode } from './media-node.ts';
import { codeOf, inCall, line } from './room-fixture.ts';

describe('a room on real workers', function () {
  this.timeout(15_000);
  let node: MediaNode;
  beforeEach(async () => {
    node = await startMediaNode();
  });
  afterEach(() => node[Symbol.asyncDispose]());

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
    const { kiosk, operator } = await inCall(node);
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
    const { visit, kiosk, operator } = await inCall(node);
    await Promise.all([operator.consumerOf('camera'), kiosk.consumerOf('camera')]);
    await kiosk.admit(wishOf(visit, 'kiosk', 'waiting'));
    await Promise.all([operator.hears('consumer.closed'), kiosk.hears('consumer.closed')]);
    expect(await codeOf(kiosk.peer.request('message.send', { message: line('hello') }))).to.equal('visit-state');
  });
});
