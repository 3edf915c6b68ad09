import { expect } from 'chai';
import type { KioskId, OperatorId, VisitId } from '@videosportello/protocol/ids.ts';
import { newId, visitId as visitIdSchema } from '@videosportello/protocol/ids.ts';
import type { VisitClaim } from '@videosportello/protocol/receipt.ts';
import { createSeededRandom } from '../../city/seeded-random.ts';
import { createTestQueue, plainRules, startTestRedis } from '../../testing/queue-fixture.ts';
import type { TestQueue, TestRedis } from '../../testing/queue-fixture.ts';
import { lanesServed, planOf } from '../routing/lanes.ts';
import { deskClaimOf, endedClaim, visitClaimOf } from './claims.ts';

const day = '2026-11-24';
const lanes = lanesServed(plainRules, { languages: ['it', 'en'], skills: ['residence-certificate', 'information'], towns: [], signLanguage: false });
const CAPACITIES = [1, 2, 3];

/** The pool's keys as they are now; `bringBack` makes them so again, as a replica has them that has heard no more. */
async function copyOf(redis: TestRedis, queue: TestQueue) {
  const { connection } = redis;
  const keysAt = async (root: string) => (await connection.command(['KEYS', `${root}:*`])) as string[];
  const aside = `aside:${queue.keys.root}`;
  const copy = async (from: string, to: string) => {
    for (const key of await keysAt(from)) await connection.command(['COPY', key, `${to}${key.slice(from.length)}`, 'REPLACE']);
  };
  await copy(queue.keys.root, aside);
  return async () => {
    const present = await keysAt(queue.keys.root);
    if (present.length > 0) await connection.command(['DEL', ...present]);
    await copy(aside, queue.keys.root);
  };
}

/** An operator who is not there may keep somebody from what he wants; nothing else may. */
const onlyNobody = (code: string) => (error: { code?: string }) => expect(error.code).to.equal(code);

describe('a store that has lost its last second', function () {
  this.timeout(120_000);
  let redis: TestRedis;
  before(async () => {
    redis = await startTestRedis();
  });
  after(() => redis.close());

  /** Everything in which a citizen or an operator would notice a difference: the line, talks, wrap-ups, who is alone. */
  const lookAt = async (queue: TestQueue, kiosks: readonly KioskId[], desks: readonly OperatorId[]) => {
    const visits: Record<string, string> = {};
    for (const kiosk of kiosks) {
      const { visit } = await queue.kiosks.read(kiosk);
      if (visit) visits[kiosk] = `${visit.id} ${visit.state === 'offered' ? 'waiting' : visit.state} ${visit.label} ${visit.class}`;
    }
    const hands: Record<string, string[]> = {};
    const line: string[] = [];
    for (const desk of desks) {
      const entries = (await queue.operators.readDesk(desk)).visits;
      hands[desk] = entries.filter(({ slot }) => slot !== 'offered').map(({ visit, slot }) => `${visit.id} ${slot}`).toSorted();
      // Who is being asked for stands before all who wait.
      line.push(...entries.filter(({ slot }) => slot === 'offered').map(({ visit }) => visit.id));
    }
    return { visits, hands, line: [...line, ...(await queue.kiosks.readLine()).line].toSorted() };
  };

  for (let seed = 1; seed <= 80; seed += 1) {
    it(`has it back, whatever happened in it and in whatever order they come (${seed})`, async () => {
      const random = createSeededRandom(seed);
      const one = <Item>(items: readonly Item[]): Item | undefined => items[random.integer(Math.max(items.length, 1))];
      const queue = await createTestQueue(redis);
      const desks: OperatorId[] = [];
      for (const capacity of CAPACITIES) desks.push(await queue.operator(capacity, { capacity }));
      const kiosks: KioskId[] = [];
      for (let number = 1; number <= 9; number += 1) kiosks.push(await queue.kiosk(`k${number}`));
      /** What each kiosk was told last. */
      const told = new Map<KioskId, VisitClaim>();
      const tell = async () => {
        for (const kiosk of kiosks) {
          const { visit } = await queue.kiosks.read(kiosk);
          const before = told.get(kiosk);
          if (visit) told.set(kiosk, visitClaimOf(visit));
          else if (before && before.state !== 'ended') told.set(kiosk, endedClaim(before));
        }
      };
      const runningAt = async (kiosk: KioskId) => (await queue.kiosks.read(kiosk)).visit;
      const handOf = async (desk: OperatorId, slot: string): Promise<VisitId[]> =>
        (await queue.operators.readDesk(desk)).visits.filter((entry) => entry.slot === slot).map(({ visit }) => visit.id);
      const acts: Record<string, (kiosk: KioskId, desk: OperatorId) => Promise<unknown>> = {
        comes: async (kiosk) => (await runningAt(kiosk)) ?? queue.visits.open({ visitId: newId(visitIdSchema, 'v'), kioskId: kiosk, language: 'it' }),
        asks: async (kiosk) => {
          const visit = await runningAt(kiosk);
          if (visit?.state === 'alone') await queue.openTicket({ kioskId: kiosk, visitId: visit.id }).catch(onlyNobody('nobody-on-duty'));
        },
        'goes on': async (kiosk) => {
          const visit = await runningAt(kiosk);
          if (visit) await queue.visits.setStep({ visitId: visit.id, kioskId: kiosk, step: 'card', phase: 'citizen', language: 'it', service: undefined, plan: planOf(plainRules, { town: 'Valfiorita', language: 'it', service: undefined, needs: [] }) });
        },
        cancels: async (kiosk) => {
          const visit = await runningAt(kiosk);
          if (visit && (visit.state === 'waiting' || visit.state === 'offered') && random.integer(2) === 0) await queue.visits.cancelTicket({ visitId: visit.id, kioskId: kiosk });
        },
        leaves: async (kiosk) => {
          const visit = await runningAt(kiosk);
          if (visit && random.integer(3) === 0) await queue.visits.end({ visitId: visit.id, kioskId: kiosk, reason: 'citizen' });
        },
        accepts: async (_, desk) => {
          const offer = await queue.offer(desk);
          if (offer?.offer !== undefined) await queue.operators.accept(desk, offer.offer);
        },
        'ends the talk': async (_, desk) => {
          const visitId = one(await handOf(desk, 'in-call'));
          if (visitId !== undefined) await queue.visits.end({ visitId, operatorId: desk, reason: 'operator' });
        },
        'hands over': async (_, desk) => {
          const visitId = one(await handOf(desk, 'in-call'));
          if (visitId !== undefined) await queue.operators.handOver(desk, visitId).catch(onlyNobody('nobody-else-on-duty'));
        },
        declines: async (_, desk) => {
          const offer = await queue.offer(desk);
          if (offer?.offer !== undefined) await queue.operators.decline(desk, offer.offer);
        },
        'says whether he is there': (_, desk) => queue.operators.setPresence(desk, random.integer(3) === 0 ? 'not-ready' : 'available', 'break'),
        'puts away': async (_, desk) => {
          const visitId = one(await handOf(desk, 'wrap-up'));
          if (visitId !== undefined) await queue.operators.finishWrapUp(desk, visitId, 'served');
        },
      };
      const live = async (steps: number) => {
        for (let step = 0; step < steps; step += 1) {
          queue.clock.now += 20;
          await one(Object.values(acts))?.(one(kiosks) ?? expect.fail(), one(desks) ?? expect.fail());
          await tell();
        }
      };
      await live(60);
      const bringBack = await copyOf(redis, queue);
      await live(12);
      queue.clock.now += 1;
      const words = await Promise.all(desks.map(async (desk) => deskClaimOf(desk, await queue.operators.readDesk(desk))));
      const truth = await lookAt(queue, kiosks, desks);

      await bringBack();
      const from = queue.steps.length;
      // A process closes its sockets when it hears of the loss; another one may not have heard of it yet.
      if (random.integer(2) === 0) {
        for (const desk of desks) await queue.operators.closeSession({ operatorId: desk, session: 'a', silentMs: 0 });
        for (const kiosk of kiosks) await queue.kiosks.closeSession({ kioskId: kiosk, session: `s-${kiosk}` });
      }
      const comers = [
        ...kiosks.map((kioskId) => async () => {
          const claim = told.get(kioskId);
          await queue.kiosks.openSession({ kioskId, session: `again-${kioskId}`, instance: 'kiosks', recall: claim && { claim, day } });
        }),
        ...desks.map((operatorId, index) => async () => {
          const claim = words[index] ?? expect.fail();
          await queue.operators.openSession({ operatorId, session: 'again', signIn: 'in-a', instance: `again-${operatorId}`, capacity: CAPACITIES[index] ?? 1, lanes, recall: { claim, day } });
        }),
      ];
      while (comers.length > 0) {
        queue.clock.now += 20;
        await comers.splice(random.integer(comers.length), 1)[0]?.();
      }
      const now = await lookAt(queue, kiosks, desks);
      expect(now).to.deep.equal(truth);
      // Nodes forget for good what they are told as ended.
      const ended = queue.steps.slice(from).filter(({ kind }) => kind === 'ended').map(({ visitId }) => visitId);
      expect(ended, 'ends are told once').to.have.lengthOf(new Set(ended).size);
      const running = Object.values(now.visits).map((text) => text.split(' ')[0]);
      expect(ended.filter((id) => running.includes(id)), 'ended, and goes on').to.deep.equal([]);
    });
  }

  it('lets a desk come again whose talk went on and ended in it', async () => {
    const queue = await createTestQueue(redis);
    const marta = await queue.operator(1);
    const { kioskId, visitId } = await queue.ticket('k1');
    await queue.operators.accept(marta, (await queue.offer(marta))?.offer ?? expect.fail());
    const bringBack = await copyOf(redis, queue);
    queue.clock.now += 20;
    const plan = planOf(plainRules, { town: 'Valfiorita', language: 'it', service: undefined, needs: [] });
    await queue.visits.setStep({ visitId, kioskId, step: 'card', phase: 'citizen', language: 'it', service: undefined, plan });
    const last = visitClaimOf((await queue.kiosks.read(kioskId)).visit ?? expect.fail());
    await queue.visits.end({ visitId, operatorId: marta, reason: 'operator' });
    queue.clock.now += 1;
    const word = deskClaimOf(marta, await queue.operators.readDesk(marta));
    await bringBack();
    const come = (session: string) =>
      queue.operators.openSession({ operatorId: marta, session, signIn: 'in-a', instance: 'again', capacity: 2, lanes, recall: session === 'again' ? { claim: word, day } : undefined });
    await come('again');
    await queue.kiosks.openSession({ kioskId, session: 'again', instance: 'kiosks', recall: { claim: endedClaim(last), day } });
    await come('third');
    expect((await queue.operators.readDesk(marta)).visits.map(({ slot }) => slot)).to.deep.equal(['wrap-up']);
  });

  it('does not take for ended what a desk has handed over in it', async () => {
    const queue = await createTestQueue(redis);
    const marta = await queue.operator(1);
    const paolo = await queue.operator(2);
    const { kioskId, visitId } = await queue.ticket('k1');
    await queue.operators.accept(marta, (await queue.offer(marta))?.offer ?? expect.fail());
    const bringBack = await copyOf(redis, queue);
    queue.clock.now += 20;
    await queue.operators.handOver(marta, visitId);
    await queue.operators.decline(paolo, (await queue.offer(paolo))?.offer ?? expect.fail());
    const claim = visitClaimOf((await queue.kiosks.read(kioskId)).visit ?? expect.fail());
    expect(claim).to.include({ state: 'waiting', class: 'coming-back' });
    queue.clock.now += 1;
    const word = deskClaimOf(marta, await queue.operators.readDesk(marta));
    await bringBack();
    const from = queue.steps.length;
    await queue.operators.openSession({ operatorId: marta, session: 'again', signIn: 'in-a', instance: 'again', capacity: 2, lanes, recall: { claim: word, day } });
    await queue.kiosks.openSession({ kioskId, session: 'again', instance: 'kiosks', recall: { claim, day } });
    expect(queue.steps.slice(from).map(({ kind }) => kind)).not.to.include('ended');
    expect((await queue.kiosks.read(kioskId)).visit).to.include({ id: visitId, state: 'waiting', counter: claim.fence.counter });
    expect((await queue.operators.readDesk(marta)).visits).to.deep.equal([]);
  });

  it('has nobody there who went in it', async () => {
    const queue = await createTestQueue(redis);
    const marta = await queue.operator(1);
    const kioskId = await queue.kiosk('k1');
    const bringBack = await copyOf(redis, queue);
    queue.clock.now += 20;
    await queue.operators.closeSession({ operatorId: marta, session: 'a', silentMs: 0 });
    await queue.kiosks.closeSession({ kioskId, session: 's-k1' });
    await bringBack();
    for (let second = 0; second < 10; second += 1) {
      await queue.renew('kiosks', 'nodes', 'desk-1');
      await queue.pass(1_000);
    }
    const { kiosk, onDuty } = await queue.kiosks.read(kioskId);
    expect({ present: kiosk.present, onDuty }).to.deep.equal({ present: false, onDuty: 0 });
  });

  it('takes a shown ticket for used, of which only a visit that is over knows', async () => {
    const queue = await createTestQueue(redis);
    await queue.operator(1);
    const { kioskId } = await queue.ticket('k1');
    const claim = { ...visitClaimOf((await queue.kiosks.read(kioskId)).visit ?? expect.fail()), shown: 'kept-1' };
    await queue.kiosks.openSession({ kioskId, session: 'again', instance: 'kiosks', recall: { claim: endedClaim(claim), day } });
    expect(await redis.connection.command(['ZSCORE', queue.keys.keptUsed(), 'kept-1'])).not.to.equal(null);
  });

  it('is found lost once, also when its clock is behind', async () => {
    const queue = await createTestQueue(redis);
    const rebuiltAt = () => redis.connection.command(['GET', queue.keys.rebuild()]);
    const renew = () => queue.renew('kiosks');
    queue.clock.now += 5_000;
    await renew();
    await redis.connection.command(['SET', queue.keys.clock(), String(queue.clock.now - 1_000)]);
    queue.clock.now -= 800;
    await renew();
    const first = await rebuiltAt();
    expect(first).not.to.equal(null);
    for (let times = 0; times < 5; times += 1) {
      queue.clock.now += 100;
      await renew();
      expect(await rebuiltAt()).to.equal(first);
    }
  });
});
