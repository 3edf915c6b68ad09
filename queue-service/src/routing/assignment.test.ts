import { expect } from 'chai';
import type { OperatorId, VisitId } from '@videosportello/protocol/ids.ts';
import { minutes } from '@videosportello/protocol/units.ts';
import { createTestQueue, startTestRedis } from '../../testing/queue-fixture.ts';
import type { TestQueue, TestRedis } from '../../testing/queue-fixture.ts';

describe('assignment', () => {
  let redis: TestRedis;
  let queue: TestQueue;
  before(async function () {
    this.timeout(20_000);
    redis = await startTestRedis();
  });
  after(() => redis.close());
  beforeEach(async () => {
    queue = await createTestQueue(redis);
  });

  const offerOf = async (operator: OperatorId) => (await queue.offer(operator)) ?? expect.fail('no offer');
  const offeredVisit = async (operator: OperatorId) => (await queue.offer(operator))?.id;
  const codeOf = (work: Promise<unknown>) => work.then(() => 'none', (error: { code?: string }) => error.code);
  const accept = async (operator: OperatorId) => queue.operators.accept(operator, (await offerOf(operator)).offer ?? expect.fail());
  const presenceOf = async (operator: OperatorId) => {
    const { operator: record } = await queue.operators.readDesk(operator);
    return [record.presence, record.reason];
  };

  it('offers the highest class first and inside a class the oldest ticket', async () => {
    const busy = await queue.operator(9, { capacity: 1 });
    await queue.ticket('k0');
    await accept(busy);
    const first = await queue.ticket('k1');
    const second = await queue.ticket('k2');
    const assisted = await queue.ticket('k3', ['assisted']);
    expect((await queue.kiosks.read(second.kioskId)).place).to.equal(3);
    const order: (VisitId | undefined)[] = [];
    const operator = await queue.operator(1, { capacity: 8 });
    for (let turn = 0; turn < 3; turn += 1) {
      order.push(await offeredVisit(operator));
      await accept(operator);
    }
    expect(order).to.deep.equal([assisted.visitId, first.visitId, second.visitId]);
  });

  for (const [what, minutesOfNotes, mean] of [
    ['counts a talk with its notes', 4, 7],
    ['counts notes that were left lying over half a day as an hour', 600, 60],
  ] as const) {
    it(`${what} in what talks take`, async () => {
      const operator = await queue.operator(1);
      const { kioskId, visitId } = await queue.ticket('k1');
      await accept(operator);
      queue.clock.now += minutes(3);
      await queue.visits.end({ visitId, operatorId: operator, reason: 'operator' });
      queue.clock.now += minutes(minutesOfNotes);
      await queue.operators.finishWrapUp(operator, visitId, 'served');
      expect((await queue.kiosks.read(kioskId)).handling).to.deep.equal({ mean: minutes(mean), count: 1 });
    });
  }

  it('takes other needs of somebody who waits in: another class, other operators, the same place inside the class', async () => {
    const busy = await queue.operator(9, { capacity: 1, signLanguage: true });
    await queue.ticket('k0');
    await accept(busy);
    const first = await queue.ticket('k1');
    const second = await queue.ticket('k2');
    const third = await queue.ticket('k3', ['assisted']);
    const placeOf = async ({ kioskId }: typeof first) => (await queue.kiosks.read(kioskId)).place;
    expect(await placeOf(first)).to.equal(2);
    await queue.openTicket(first, { needs: ['assisted'] });
    // Of the two who are assisted now, the one who came first.
    expect([await placeOf(first), await placeOf(third), await placeOf(second)]).to.deep.equal([1, 2, 3]);
    expect((await queue.kiosks.read(first.kioskId)).visit).to.deep.include({ class: 'assisted', needs: ['assisted'], state: 'waiting' });

    await queue.openTicket(second, { needs: ['sign-language'] });
    const speaking = await queue.operator(1, { capacity: 8 });
    const signing = await queue.operator(2, { capacity: 8, signLanguage: true });
    for (const { visitId } of [first, third]) {
      const asked = (await offeredVisit(speaking)) === visitId ? speaking : signing;
      expect(await offeredVisit(asked)).to.equal(visitId);
      await accept(asked);
    }
    expect([await offeredVisit(speaking), await offeredVisit(signing)]).to.deep.equal([undefined, second.visitId]);
  });

  it('refuses needs that nobody on duty can meet, and leaves the place as it is', async () => {
    const busy = await queue.operator(9, { capacity: 1 });
    await queue.ticket('k0');
    await accept(busy);
    const waiting = await queue.ticket('k1');
    const before = await queue.kiosks.read(waiting.kioskId);
    expect(await codeOf(queue.openTicket(waiting, { needs: ['sign-language'] }))).to.equal('nobody-on-duty');
    const after = await queue.kiosks.read(waiting.kioskId);
    expect(after.visit).to.deep.equal(before.visit);
    expect(after.place).to.equal(before.place);
    // Of somebody who is being offered or served, they change nothing any more.
    const free = await queue.operator(1);
    expect(await offeredVisit(free)).to.equal(waiting.visitId);
    await queue.openTicket(waiting, { needs: ['assisted'] });
    expect((await queue.kiosks.read(waiting.kioskId)).visit?.needs).to.deep.equal([]);
  });

  it('asks the operator with least in hand who has been idle longest, and only one who speaks the language', async () => {
    const foreign = await queue.operator(1, { languages: ['en'] });
    queue.clock.now += 10;
    const longest = await queue.operator(2);
    queue.clock.now += 10;
    const later = await queue.operator(3);
    const { visitId } = await queue.ticket('k1');
    expect(await offeredVisit(longest)).to.equal(visitId);
    await accept(longest);
    const next = await queue.ticket('k2');
    expect(await offeredVisit(later)).to.equal(next.visitId);
    expect(await offeredVisit(foreign)).to.equal(undefined);
  });

  it('never gives an operator more visits than his capacity, wrap-up counted', async () => {
    const operator = await queue.operator(1, { capacity: 2 });
    const [a, , c] = [await queue.ticket('k1'), await queue.ticket('k2'), await queue.ticket('k3')];
    await accept(operator);
    await accept(operator);
    expect(await offeredVisit(operator)).to.equal(undefined);
    await queue.visits.end({ visitId: a.visitId, operatorId: operator, reason: 'operator' });
    expect(await offeredVisit(operator)).to.equal(undefined);
    await queue.operators.finishWrapUp(operator, a.visitId, 'served');
    expect(await offeredVisit(operator)).to.equal(c.visitId);
  });

  it('offers a declined visit to the next operator at once and to the same one after half a minute', async () => {
    const first = await queue.operator(1);
    queue.clock.now += 5;
    const second = await queue.operator(2);
    const { visitId } = await queue.ticket('k1');
    const offer = await offerOf(first);
    await queue.operators.decline(first, offer.offer ?? expect.fail());
    expect(await offeredVisit(second)).to.equal(visitId);
    expect(await codeOf(queue.operators.accept(first, offer.offer ?? expect.fail()))).to.equal('offer-gone');
    await queue.operators.decline(second, (await offerOf(second)).offer ?? expect.fail());
    expect([await offeredVisit(first), await offeredVisit(second)]).to.deep.equal([undefined, undefined]);
    const again = await createTestQueue(redis);
    const only = await again.operator(1);
    const refused = await again.ticket('k1');
    await again.operators.decline(only, (await again.offer(only))?.offer ?? expect.fail());
    await again.pass(29_999);
    expect(await again.offer(only)).to.equal(undefined);
    await again.pass(1);
    expect((await again.offer(only))?.id).to.equal(refused.visitId);
  });

  it('takes back an offer after 15 s, makes its operator not ready, and offers the visit again under a newer fence', async () => {
    const long = await createTestQueue(redis);
    const first = await long.operator(1);
    long.clock.now += 5;
    const second = await long.operator(2);
    const { visitId } = await long.ticket('k1');
    const missed = (await long.offer(first)) ?? expect.fail();
    await long.pass(14_999);
    expect((await long.offer(first))?.id).to.equal(visitId);
    // Exactly at its end the offer is gone, whether or not anybody has swept.
    long.clock.now += 1;
    expect(await codeOf(long.operators.accept(first, missed.offer ?? expect.fail()))).to.equal('offer-gone');
    await long.pass(0);
    const { operator } = await long.operators.readDesk(first);
    expect([operator.presence, operator.reason]).to.deep.equal(['not-ready', 'missed-offer']);
    const next = (await long.offer(second)) ?? expect.fail();
    expect(next.id).to.equal(visitId);
    expect([next.epoch, next.counter > missed.counter]).to.deep.equal([7, true]);
    expect(next.since).to.equal(missed.since);
  });

  it('passes an offer on when its operator becomes not ready', async () => {
    const first = await queue.operator(1);
    queue.clock.now += 5;
    const second = await queue.operator(2);
    const { visitId } = await queue.ticket('k1');
    await queue.operators.setPresence(first, 'not-ready', 'break');
    expect(await presenceOf(first)).to.deep.equal(['not-ready', 'break']);
    expect(await offeredVisit(second)).to.equal(visitId);
  });

  it('tells at once that nobody is on duty who could help', async () => {
    const visit = await queue.visit('k1');
    const ticket = () => queue.openTicket(visit);
    expect(await codeOf(ticket())).to.equal('nobody-on-duty');
    await queue.operator(1, { languages: ['en'] });
    expect(await codeOf(ticket())).to.equal('nobody-on-duty');
    await queue.operator(2);
    expect(await codeOf(ticket())).to.equal('none');
  });

  it('holds a ticket back while its kiosk is away and gives it its old place when it is back', async () => {
    const busy = await queue.operator(9, { capacity: 1 });
    await queue.ticket('k0');
    await accept(busy);
    const away = await queue.ticket('k1');
    const here = await queue.ticket('k2');
    await queue.kiosks.closeSession({ kioskId: away.kioskId, session: 's-k1' });
    const operator = await queue.operator(1, { capacity: 1 });
    expect(await offeredVisit(operator)).to.equal(here.visitId);
    await queue.kiosks.openSession({ kioskId: away.kioskId, session: 's-k1b', instance: 'test' });
    const other = await queue.operator(2);
    expect(await offeredVisit(other)).to.equal(away.visitId);
  });

  it('numbers tickets A01 to Z99 anew each day', async () => {
    await queue.operator(1, { capacity: 1 });
    const labelOf = async (name: string, day: string) => {
      const visit = await queue.visit(name);
      await queue.openTicket(visit, { day });
      return (await queue.kiosks.read(visit.kioskId)).visit?.label;
    };
    expect([await labelOf('k1', '2026-11-24'), await labelOf('k2', '2026-11-24')]).to.deep.equal(['A01', 'A02']);
    expect(await labelOf('k3', '2026-11-25')).to.equal('A01');
    await redis.connection.command(['HSET', queue.keys.labels(), 'number', '99']);
    expect(await labelOf('k4', '2026-11-25')).to.equal('B01');
  });

  it('binds no visit to two operators and overfills nobody, whatever happens at the same time', async function () {
    this.timeout(30_000);
    const many = await createTestQueue(redis);
    const operators = await Promise.all([1, 2, 3, 4].map((number) => many.operator(number, { capacity: 2 })));
    const visits = await Promise.all(Array.from({ length: 24 }, (_, index) => many.ticket(`k${index}`)));
    const holders = new Map<VisitId, OperatorId>();
    const finished = new Set<VisitId>();
    // A small generator with a fixed seed (Lehmer, minimal standard): the same history at every run.
    let seed = 42;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const act = async (operator: OperatorId) => {
      const desk = await many.operators.readDesk(operator);
      expect(desk.visits.length).to.be.at.most(2);
      for (const { slot, visit } of desk.visits) {
        if (slot === 'offered' && visit.offer !== undefined) {
          if (random(4) === 0) await many.operators.decline(operator, visit.offer);
          else {
            // Twice at once, and by a stranger: one binding comes of it.
            const stranger = operators[random(4)] ?? operator;
            const results = await Promise.allSettled([
              many.operators.accept(operator, visit.offer),
              many.operators.accept(stranger, visit.offer),
              many.operators.accept(operator, visit.offer),
            ]);
            expect(results[0].status).to.equal('fulfilled');
            if (stranger !== operator) expect(results[1].status).to.equal('rejected');
            expect(holders.has(visit.id)).to.equal(false);
            holders.set(visit.id, operator);
          }
        } else if (slot === 'in-call') {
          expect(holders.get(visit.id)).to.equal(operator);
          await many.visits.end({ visitId: visit.id, operatorId: operator, reason: 'operator' });
        } else if (slot === 'wrap-up') {
          await many.operators.finishWrapUp(operator, visit.id, 'served');
          finished.add(visit.id);
        }
      }
    };
    const alive = async () => {
      many.clock.now += 100;
      await many.pass(0);
    };
    for (let round = 0; finished.size < visits.length && round < 2_000; round += 1) {
      await Promise.all(operators.map(act));
      await alive();
    }
    expect(finished.size).to.equal(visits.length);
  });
});
