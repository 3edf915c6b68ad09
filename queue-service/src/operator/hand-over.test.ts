import { expect } from 'chai';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { seconds } from '@videosportello/protocol/units.ts';
import { createTestQueue, startTestRedis } from '../../testing/queue-fixture.ts';
import type { TestQueue, TestRedis } from '../../testing/queue-fixture.ts';

describe('a visit handed over to a colleague', () => {
  let redis: TestRedis;
  let queue: TestQueue;
  before(async function () {
    this.timeout(20_000);
    redis = await startTestRedis();
  });
  after(() => redis.close());
  beforeEach(async () => {
    queue = await createTestQueue(redis, { operatorLeaseMs: seconds(6_000), nodeLeaseMs: seconds(6_000) });
  });

  const talk = async () => {
    const operator = await queue.operator(1);
    const visit = await queue.ticket('k1');
    const offered = (await queue.offer(operator)) ?? expect.fail();
    await queue.operators.accept(operator, offered.offer ?? expect.fail());
    return { operator, ...visit, offered };
  };

  it('is offered to him first, under a newer fence, with its number and start of wait', async () => {
    const { operator, visitId, kioskId, offered } = await talk();
    const colleague = await queue.operator(2);
    await queue.operators.handOver(operator, visitId);
    const again = (await queue.offer(colleague)) ?? expect.fail();
    expect([again.id, again.class, again.since, again.label]).to.deep.equal([visitId, 'coming-back', offered.since, offered.label]);
    expect(again.counter).to.be.greaterThan(offered.counter);
    expect((await queue.operators.readDesk(operator)).visits).to.deep.equal([]);
    expect(queue.steps.map(({ kind }) => kind).slice(-3)).to.deep.equal(['handed-over', 'requeued', 'offered']);
    expect((await queue.kiosks.read(kioskId)).visit?.state).to.equal('offered');
    // What he still sends for it is refused.
    expect(await codeOf(queue.visits.end({ visitId, operatorId: operator, reason: 'operator' }))).to.equal('visit-unknown');
    await queue.operators.accept(colleague, again.offer ?? expect.fail());
  });

  it('waits for a colleague whose hands are full, and does not come back to who gave it away', async () => {
    const { operator, visitId, kioskId } = await talk();
    const busy = await queue.operator(2, { capacity: 1 });
    await queue.operators.setPresence(operator, 'not-ready');
    const other = await queue.ticket('k2');
    await queue.operators.accept(busy, (await queue.offer(busy))?.offer ?? expect.fail());
    await queue.operators.setPresence(operator, 'available');
    await queue.operators.handOver(operator, visitId);
    await queue.pass(60_000);
    expect((await queue.kiosks.read(kioskId)).visit?.state).to.equal('waiting');
    await queue.visits.end({ visitId: other.visitId, operatorId: busy, reason: 'operator' });
    await queue.operators.finishWrapUp(busy, other.visitId, 'served');
    expect((await queue.offer(busy))?.id).to.equal(visitId);
  });

  it('comes back to him in the end when nobody else has come', async () => {
    const { operator, visitId } = await talk();
    const busy = await queue.operator(2, { capacity: 1 });
    await queue.operators.setPresence(operator, 'not-ready');
    await queue.ticket('k2');
    await queue.operators.accept(busy, (await queue.offer(busy))?.offer ?? expect.fail());
    await queue.operators.setPresence(operator, 'available');
    await queue.operators.handOver(operator, visitId);
    await queue.pass(600_001);
    expect((await queue.offer(operator))?.id).to.equal(visitId);
  });

  it('stays where it is when nobody else could take it, or it is not in a talk of his', async () => {
    const { operator, visitId, kioskId } = await talk();
    expect(await codeOf(queue.operators.handOver(operator, visitId))).to.equal('nobody-else-on-duty');
    expect((await queue.kiosks.read(kioskId)).visit?.state).to.equal('with-operator');
    const colleague = await queue.operator(2);
    expect(await codeOf(queue.operators.handOver(colleague, visitId))).to.equal('visit-unknown');
    await queue.visits.end({ visitId, operatorId: operator, reason: 'operator' });
    expect(await codeOf(queue.operators.handOver(operator, visitId))).to.equal('visit-state');
  });
});
