import { mock } from 'node:test';
import { expect } from 'chai';
import { verifyGrant } from '@videosportello/protocol/grant.ts';
import { newHolderKey, thumbprintOf } from '@videosportello/protocol/keys.ts';
import { KEEP_MS } from '../src/room/room-registry.ts';
import { secondOperator, testKiosk, testNode, wishOf } from '../testing/grant-authority.ts';
import { newVisit, startMediaNode } from './media-node.ts';
import type { MediaNode } from './media-node.ts';
import { codeOf, inCall, line } from './room-fixture.ts';

describe('who is in a room, and who is not', function () {
  this.timeout(15_000);
  let node: MediaNode;
  beforeEach(async () => {
    node = await startMediaNode();
  });
  afterEach(() => node[Symbol.asyncDispose]());

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
    const { visit, kiosk, operator } = await inCall(node);
    kiosk.peer.close(4000);
    await kiosk.peer.closed;
    expect(await codeOf(operator.peer.request('message.send', { message: line('are you there?') }))).to.equal('peer-absent');
    expect(operator.heard.map(({ name }) => name)).to.not.include('consumer.closed');
    const back = await node.open(wishOf(visit, 'kiosk', 'room'));
    await operator.hears('consumer.closed');
    expect(back.hello.others).to.have.length(1);
  });

  it('lets a page that says goodbye go at once', async () => {
    const { kiosk, operator } = await inCall(node);
    kiosk.peer.close(1000);
    expect(await operator.hears('peer.left')).to.deep.equal({ peerId: kiosk.hello.peerId, role: 'kiosk' });
  });

  it('ends the room with the visit, and lets nobody back in', async () => {
    const { visit, kiosk, operator } = await inCall(node);
    node.registry.endVisit(visit);
    expect(await Promise.all([kiosk.closedWhy, operator.closedWhy])).to.deep.equal(['visit-ended', 'visit-ended']);
    expect(node.registry.size).to.equal(0);
    expect(await codeOf(node.open(wishOf(visit, 'kiosk', 'room')))).to.equal('visit-unknown');
  });

  it('puts a revoked kiosk out', async () => {
    const { kiosk, operator } = await inCall(node);
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
    const { visit, kiosk, operator } = await inCall(node);
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
});
