import { expect } from 'chai';
import { ms, seconds } from '@videosportello/protocol/units.ts';
import type { OperatorId } from '@videosportello/protocol/ids.ts';
import { createTestQueue, plainRules, startTestRedis } from '../../testing/queue-fixture.ts';
import type { TestQueue, TestRedis } from '../../testing/queue-fixture.ts';
import { routingFile } from './rules.ts';

const rules = routingFile.parse({
  versions: [
    {
      ...plainRules,
      towns: ['Valfiorita', 'Pieve'],
      widening: [
        { afterSeconds: 0, reach: 'town' },
        { afterSeconds: 60, reach: 'pool' },
        { afterSeconds: 300, reach: 'pool', language: 'any', service: 'any' },
      ],
    },
  ],
}).versions[0] ?? plainRules;
const long = ms(seconds(3_600));

describe('widening', () => {
  let redis: TestRedis;
  let queue: TestQueue;
  before(async function () {
    this.timeout(20_000);
    redis = await startTestRedis();
  });
  after(() => redis.close());
  beforeEach(async () => {
    queue = await createTestQueue(redis, { operatorLeaseMs: long, nodeLeaseMs: long }, rules);
  });
  const offered = async (operator: OperatorId) => (await queue.offer(operator))?.id;

  it('asks the own town first and the other towns of the pool after a minute, at that moment', async () => {
    const here = await queue.operator(1, { towns: ['Valfiorita'], capacity: 1 });
    const there = await queue.operator(2, { towns: ['Pieve'] });
    const first = await queue.ticket('k1');
    const second = await queue.ticket('k2');
    expect([await offered(here), await offered(there)]).to.deep.equal([first.visitId, undefined]);
    await queue.operators.accept(here, (await queue.offer(here))?.offer ?? expect.fail());
    await queue.pass(59_999);
    expect(await offered(there)).to.equal(undefined);
    await queue.pass(1);
    expect(await offered(there)).to.equal(second.visitId);
  });

  it('keeps the place of the ticket among those of the town that helps out', async () => {
    const there = await queue.operator(2, { towns: ['Pieve'], capacity: 1 });
    const busy = await queue.ticket('k0');
    await queue.pass(60_000);
    expect(await offered(there)).to.equal(busy.visitId);
    await queue.operators.accept(there, (await queue.offer(there))?.offer ?? expect.fail());
    const foreign = await queue.ticket('k1');
    const own = await queue.visit('k2');
    await queue.openTicket(own, { town: 'Pieve' });
    await queue.pass(60_000);
    await queue.visits.end({ visitId: busy.visitId, operatorId: there, reason: 'operator' });
    await queue.operators.finishWrapUp(there, busy.visitId, 'served');
    // Both lanes are his by now; the older ticket comes first.
    expect(await offered(there)).to.equal(foreign.visitId);
  });

  it('asks somebody without the language or the service in the end, and for sign language only who has it', async () => {
    const clerk = await queue.operator(1, { languages: ['en'], skills: ['information'], towns: ['Valfiorita'] });
    const signs = await queue.operator(2, { languages: ['it'], skills: ['information'], towns: ['Pieve'], signLanguage: true, available: false });
    const visit = await queue.ticket('k1', [], 'residence-certificate');
    const deaf = await queue.ticket('k2', ['sign-language'], 'residence-certificate').catch((error: { code?: string }) => error.code);
    expect(deaf).to.equal('nobody-on-duty');
    await queue.operators.setPresence(signs, 'available');
    const asked = await queue.visit('k3');
    await queue.openTicket(asked, { needs: ['sign-language'], service: 'residence-certificate' });
    await queue.pass(299_999);
    expect([await offered(clerk), await offered(signs)]).to.deep.equal([undefined, undefined]);
    await queue.pass(1);
    expect([await offered(clerk), await offered(signs)]).to.deep.equal([visit.visitId, asked.visitId]);
  });

  it('gives a talk that was lost back to the operator it had when he is free', async () => {
    queue = await createTestQueue(redis, { kioskGraceMs: long, nodeLeaseMs: long }, rules);
    const had = await queue.operator(1, { towns: ['Valfiorita'], capacity: 1 });
    const visit = await queue.ticket('k1');
    await queue.operators.accept(had, (await queue.offer(had))?.offer ?? expect.fail());
    await queue.kiosks.closeSession({ kioskId: visit.kioskId, session: 's-k1' });
    await queue.operators.closeSession({ operatorId: had, session: 'a', silentMs: 0 });
    await queue.pass(4_000);
    const other = await queue.operator(3, { towns: ['Valfiorita'] });
    queue.clock.now += 5;
    await queue.operator(1, { towns: ['Valfiorita'], capacity: 1, session: 'b' });
    await queue.kiosks.openSession({ kioskId: visit.kioskId, session: 's-2', instance: 'test' });
    expect([await offered(had), await offered(other)]).to.deep.equal([visit.visitId, undefined]);
  });

  it('leaves no profile and no lane behind when everybody has gone', async () => {
    const operator = await queue.operator(1, { towns: ['Pieve'] });
    const visit = await queue.ticket('k1').catch(() => undefined);
    await queue.operators.closeSession({ operatorId: operator, session: 'a', silentMs: 0 });
    if (visit) await queue.visits.end({ visitId: visit.visitId, kioskId: visit.kioskId, reason: 'citizen' });
    await queue.pass(long);
    const root = `vs:{${queue.pool}}`;
    const left = await redis.connection.command(['KEYS', `${root.replace(/[{}]/g, '\\$&')}:*`]);
    expect((left as string[]).length).to.be.greaterThan(0);
    expect((left as string[]).filter((name) => /:(?:profile|free|lane|line|free-profiles)\b/.test(name))).to.deep.equal([]);
  });
});
