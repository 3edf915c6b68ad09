import { expect } from 'chai';
import { z } from 'zod';
import { createTestQueue, startTestRedis } from '../../testing/queue-fixture.ts';
import type { TestQueue, TestRedis } from '../../testing/queue-fixture.ts';
import { seconds } from '@videosportello/protocol/units.ts';
import { createVisitStore } from '../visit/visit-store.ts';
import { createOperatorStore } from './operator-store.ts';

describe('leases', () => {
  let redis: TestRedis;
  let queue: TestQueue;
  before(async function () {
    this.timeout(20_000);
    redis = await startTestRedis();
  });
  after(() => redis.close());
  beforeEach(async () => {
    queue = await createTestQueue(redis, { nodeLeaseMs: seconds(60) });
  });
  const kinds = () => queue.steps.map((step) => step.kind);

  const talk = async (capacity = 2) => {
    const operator = await queue.operator(1, { capacity });
    const visit = await queue.ticket('k1');
    const offered = (await queue.offer(operator)) ?? expect.fail();
    await queue.operators.accept(operator, offered.offer ?? expect.fail());
    return { operator, ...visit, offered };
  };

  it('keeps everything for an operator who comes back within the lease', async () => {
    const { operator, visitId, kioskId } = await talk();
    await queue.operators.closeSession({ operatorId: operator, session: 'a', silentMs: 0 });
    expect((await queue.kiosks.read(kioskId)).operatorPresent).to.equal(false);
    await queue.pass(3_999);
    await queue.operator(1, { available: false, session: 'b' });
    const desk = await queue.operators.readDesk(operator);
    expect(desk.operator.presence).to.equal('available');
    expect(desk.visits.map(({ visit, slot }) => [visit.id, slot])).to.deep.equal([[visitId, 'in-call']]);
    expect((await queue.kiosks.read(kioskId)).operatorPresent).to.equal(true);
    expect(kinds()).not.to.include('operator-lost');
  });

  it('puts the visits of a lapsed operator at the head of the queue under a newer fence, with their start of wait', async () => {
    const { operator, visitId, offered } = await talk(1);
    const busy = await queue.operator(2, { capacity: 1 });
    await queue.ticket('k2');
    await queue.operators.accept(busy, (await queue.offer(busy))?.offer ?? expect.fail());
    await queue.ticket('k3', ['assisted']);
    await queue.operators.closeSession({ operatorId: operator, session: 'a', silentMs: 0 });
    await queue.pass(3_999);
    expect(kinds()).not.to.include('operator-lost');
    await queue.pass(1);
    expect(kinds().slice(-2)).to.deep.equal(['operator-lost', 'requeued']);
    const colleague = await queue.operator(3);
    const again = (await queue.offer(colleague)) ?? expect.fail();
    expect(again.id).to.equal(visitId);
    expect([again.class, again.since, again.label]).to.deep.equal(['coming-back', offered.since, offered.label]);
    expect(again.counter).to.be.greaterThan(offered.counter);
    // What he still sends for it is refused.
    const refused = await queue.visits.end({ visitId, operatorId: operator, reason: 'operator' }).then(
      () => 'none',
      (error: { code?: string }) => error.code,
    );
    expect(refused).to.equal('link-lost');
  });

  it('gives an offer of a lapsed operator back and closes his wrap-ups', async () => {
    const { operator, visitId } = await talk();
    await queue.visits.end({ visitId, operatorId: operator, reason: 'operator' });
    const waiting = await queue.ticket('k2');
    expect((await queue.offer(operator))?.id).to.equal(waiting.visitId);
    // He was silent for three seconds before his socket was given up.
    await queue.operators.closeSession({ operatorId: operator, session: 'a', silentMs: 3_000 });
    await queue.pass(1_000);
    expect(kinds().slice(-2).toSorted()).to.deep.equal(['offer-expired', 'wrapped-up']);
    expect((await queue.kiosks.read(waiting.kioskId)).visit?.state).to.equal('waiting');
    const colleague = await queue.operator(2);
    expect((await queue.offer(colleague))?.id).to.equal(waiting.visitId);
  });

  it('ends the visit of a kiosk that stays away for 30 s, not before', async () => {
    const { operator, visitId, kioskId } = await talk();
    await queue.kiosks.closeSession({ kioskId, session: 's-k1' });
    await queue.pass(29_999);
    expect((await queue.kiosks.read(kioskId)).visit?.id).to.equal(visitId);
    await queue.pass(1);
    expect((await queue.kiosks.read(kioskId)).visit).to.equal(undefined);
    expect((await queue.operators.readDesk(operator)).visits.map(({ slot }) => slot)).to.deep.equal(['wrap-up']);
  });

  it('never lets an idle kiosk end a visit that has an operator', async () => {
    const { visitId, kioskId } = await talk();
    const code = await queue.visits.end({ visitId, kioskId, reason: 'idle' }).then(
      () => 'none',
      (error: { code?: string }) => error.code,
    );
    expect(code).to.equal('visit-state');
  });

  it('counts no time in which nobody spoke to Redis', async () => {
    const still = await createTestQueue(redis, { standstillMs: seconds(2), instanceLeaseMs: seconds(4) });
    const operator = await still.operator(1);
    const { visitId } = await still.ticket('k1');
    await still.pass(60_000);
    expect((await still.offer(operator))?.id).to.equal(visitId);
    expect(still.steps.map((step) => step.kind)).to.deep.equal(['opened', 'queued', 'offered']);
    for (let step = 0; step < 3; step += 1) await still.pass(1_500);
    expect(still.steps.map((entry) => entry.kind)).to.include('offer-expired');
  });

  it('gives up at once, after its lease, all that hung on a process that shows no life', async () => {
    const short = await createTestQueue(redis, { instanceLeaseMs: seconds(4) });
    const renew = () => short.renew('kiosks', 'nodes', 'desk-2');
    const [gone, here] = [await short.operator(1, { capacity: 1 }), await short.operator(2, { capacity: 1 })];
    const visits = [await short.ticket('k1'), await short.ticket('k2')];
    for (const operator of [gone, here]) await short.operators.accept(operator, (await short.offer(operator))?.offer ?? expect.fail());
    await short.pass(2_000);
    await renew();
    await short.pass(1_999);
    await renew();
    expect(short.steps.map(({ kind }) => kind)).not.to.include('operator-lost');
    await short.pass(1);
    expect(short.steps.filter(({ kind }) => kind === 'operator-lost').map(({ operatorId }) => operatorId)).to.deep.equal([gone]);
    expect((await short.kiosks.read(visits[0]?.kioskId ?? expect.fail())).visit?.class).to.equal('coming-back');
    expect((await short.operators.readDesk(here)).visits.length).to.equal(1);
    const answer = await short.scripts.run('sweep-deadlines', { instance: 'desk-1' }, z.object({ held: z.boolean() }));
    expect(answer.held).to.equal(false);
  });

  it('keeps who has come to another process before the lease of the first ran out', async () => {
    const short = await createTestQueue(redis, { instanceLeaseMs: seconds(4) });
    const operator = await short.operator(1);
    const { kioskId, visitId } = await short.ticket('k1');
    await short.operators.accept(operator, (await short.offer(operator))?.offer ?? expect.fail());
    await short.pass(3_000);
    await short.kiosks.openSession({ kioskId, session: 's-2', instance: 'other' });
    await short.operator(1, { session: 'b', instance: 'other', available: false });
    await short.renew('nodes');
    await short.pass(1_000);
    expect(short.steps.map(({ kind }) => kind)).not.to.include('operator-lost');
    expect((await short.kiosks.read(kioskId)).visit).to.include({ id: visitId, state: 'with-operator' });
  });

  it('tells an older session of desk or kiosk that it is stale, and does nothing for it', async () => {
    const { operator, visitId, kioskId } = await talk();
    const stale = { operatorId: operator, session: 'a' };
    await queue.operator(1, { session: 'b', available: false });
    const waiting = await queue.ticket('k2');
    const offer = (await queue.offer(operator))?.offer ?? expect.fail();
    const old = createOperatorStore(queue.scripts);
    const visits = createVisitStore(queue.scripts);
    await queue.kiosks.openSession({ kioskId, session: 's-new', instance: 'kiosks' });
    const site = { kioskId, session: 's-k1' };
    for (const work of [
      old.accept(stale, offer),
      old.decline(stale, offer),
      old.handOver(stale, visitId),
      old.finishWrapUp(stale, visitId, 'served'),
      old.setPresence(stale, 'not-ready', 'break'),
      visits.endTalk({ ...stale, visitId }),
      visits.end({ ...site, visitId, reason: 'citizen' }),
      visits.cancelTicket({ ...site, visitId }),
      visits.setStep({ ...site, visitId, step: 'card', phase: 'citizen', language: 'it', service: undefined, plan: [] }),
      visits.openTicket({ ...site, visitId, needs: [], plan: [], day: '2026-11-24' }),
      visits.open({ ...site, visitId, language: 'it' }),
    ]) {
      expect(await work.then(() => 'none', (error: { code?: string }) => error.code)).to.equal('link-lost');
    }
    expect((await queue.offer(operator))?.id).to.equal(waiting.visitId);
    expect((await queue.kiosks.read(kioskId)).visit).to.include({ id: visitId, state: 'with-operator' });
  });

  it('moves visits to another media node when theirs is gone, and holds tickets until there is one', async () => {
    const short = await createTestQueue(redis);
    const operator = await short.operator(1);
    const { kioskId } = await short.visit('k1');
    await short.nodes.closeSession({ nodeId: short.id('media-1'), session: 'm1', silentMs: 0 });
    await short.nodes.closeSession({ nodeId: short.id('cert-1'), session: 'c1', silentMs: 0 });
    await short.pass(5_000);
    await short.nodes.openSession({ nodeId: short.id('cert-1'), kind: 'certificates', url: 'ws://127.0.0.1:2', session: 'c2', instance: 'nodes' });
    const visitId = (await short.kiosks.read(kioskId)).visit?.id ?? expect.fail();
    await short.openTicket({ visitId, kioskId });
    expect(await short.offer(operator)).to.equal(undefined);
    await short.nodes.openSession({ nodeId: short.id('media-2'), kind: 'media', url: 'ws://127.0.0.1:9', session: 'm2', instance: 'nodes' });
    expect((await short.offer(operator))?.media).to.equal('media-2');
  });
});
