import { expect } from 'chai';
import type { KioskId, OperatorId } from '@videosportello/protocol/ids.ts';
import type { DeskClaim, VisitClaim } from '@videosportello/protocol/receipt.ts';
import { createTestQueue, plainRules, startTestRedis } from '../../testing/queue-fixture.ts';
import type { TestQueue, TestRedis } from '../../testing/queue-fixture.ts';
import { lanesServed } from '../routing/lanes.ts';
import { deskClaimOf, endedClaim, visitClaimOf } from './claims.ts';
import type { KeptKiosk } from './enrolment-mirror.ts';

const day = '2026-11-24';
const lanes = lanesServed(plainRules, { languages: ['it', 'en'], skills: ['residence-certificate', 'information'], towns: [], signLanguage: false });

/** Who comes back, with what he was told. */
type Comer = { readonly kiosk: KioskId; readonly claim: VisitClaim | undefined } | { readonly desk: OperatorId; readonly claim: DeskClaim };

describe('claims after the store has lost everything', function () {
  this.timeout(60_000);
  let redis: TestRedis;
  before(async () => {
    redis = await startTestRedis();
  });
  after(() => redis.close());

  const claimOf = async (queue: TestQueue, kiosk: KioskId) => {
    const { visit } = await queue.kiosks.read(kiosk);
    return visit && visitClaimOf(visit);
  };
  const claimOfDesk = async (queue: TestQueue, desk: OperatorId) => deskClaimOf(desk, await queue.operators.readDesk(desk));
  const enrolments = async (queue: TestQueue): Promise<KeptKiosk[]> =>
    (await queue.kiosks.readBoard()).kiosks.map(({ id, name, town, x, revoked, changedAt = 0 }) => ({ id, name, town, x, revoked, changedAt }));
  /** Every key of the pool is gone. */
  const forget = async (queue: TestQueue, kept: readonly KeptKiosk[]) => {
    const names = (await redis.connection.command(['KEYS', `${queue.keys.root}:*`])) as string[];
    await redis.connection.command(['DEL', ...names]);
    await queue.kiosks.restore(kept);
    await queue.nodes.openSession({ nodeId: queue.id('media-1'), kind: 'media', url: 'ws://127.0.0.1:1', session: 'm2', instance: 'nodes' });
    await queue.nodes.openSession({ nodeId: queue.id('cert-1'), kind: 'certificates', url: 'ws://127.0.0.1:2', session: 'c2', instance: 'nodes' });
  };
  const come = async (queue: TestQueue, comer: Comer) => {
    if ('kiosk' in comer) {
      const recall = comer.claim && { claim: comer.claim, day };
      return queue.kiosks.openSession({ kioskId: comer.kiosk, session: `again-${comer.kiosk}`, instance: 'kiosks', recall });
    }
    return queue.operators.openSession({
      operatorId: comer.desk, session: 'again', signIn: 'in-a', instance: `again-${comer.desk}`, capacity: 2, lanes, recall: { claim: comer.claim, day },
    });
  };

  /** A small house in the middle of its day: a talk, a wrap-up, an offer, two who wait, one alone. */
  const busyHouse = async () => {
    const queue = await createTestQueue(redis);
    const marta = await queue.operator(1);
    const first = await queue.ticket('k1');
    const offer = await queue.offer(marta);
    await queue.operators.accept(marta, offer?.offer ?? expect.fail());
    const over = await queue.ticket('k2');
    await queue.operators.accept(marta, (await queue.offer(marta))?.offer ?? expect.fail());
    await queue.visits.end({ visitId: over.visitId, operatorId: marta, reason: 'operator' });
    const asked = await queue.ticket('k3');
    const walking = await queue.ticket('k4');
    const assisted = await queue.ticket('k5', ['assisted']);
    const alone = await queue.visit('k6');
    const paolo = await queue.operator(2);
    expect((await queue.offer(paolo))?.id).to.equal(assisted.visitId);
    return { queue, marta, paolo, first, over, asked, walking, assisted, alone };
  };

  const shuffled = <Item>(items: readonly Item[], seed: number): Item[] => {
    let state = seed;
    const left = [...items];
    const out: Item[] = [];
    while (left.length > 0) {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      out.push(...left.splice(state % left.length, 1));
    }
    return out;
  };

  it('stand where they stood, nobody twice, in whatever order they come', async () => {
    const house = await busyHouse();
    const { queue, marta, paolo, first, over, asked, walking, assisted, alone } = house;
    const sites = [first, over, asked, walking, assisted, alone].map(({ kioskId }) => kioskId);
    const comers: Comer[] = [
      ...(await Promise.all(sites.map(async (kiosk) => ({ kiosk, claim: await claimOf(queue, kiosk) })))),
      ...(await Promise.all([marta, paolo].map(async (desk) => ({ desk, claim: await claimOfDesk(queue, desk) })))),
    ];
    const kept = await enrolments(queue);
    for (let seed = 1; seed <= 24; seed += 1) {
      await forget(queue, kept);
      const order = shuffled(comers, seed);
      for (const comer of order) {
        queue.clock.now += 50;
        await come(queue, comer);
        // Nobody is asked before everybody could be back.
        expect((await queue.kiosks.readBoard()).kiosks.every(({ state }) => state !== 'offered'), `order ${seed}`).to.equal(true);
      }
      const line = (await queue.kiosks.readLine()).line;
      expect(line, `order ${seed}`).to.deep.equal([assisted.visitId, asked.visitId, walking.visitId]);
      await queue.pass(2_500);
      const desk = await queue.operators.readDesk(marta);
      expect(desk.visits.map(({ visit, slot }) => `${visit.id} ${slot}`).toSorted(), `order ${seed}`).to.deep.equal(
        [`${first.visitId} in-call`, `${over.visitId} wrap-up`].toSorted(),
      );
      expect((await queue.operators.readDesk(paolo)).visits.map(({ visit, slot }) => `${visit.id} ${slot}`), `order ${seed}`).to.deep.equal([
        `${assisted.visitId} offered`,
      ]);
      expect((await queue.kiosks.readLine()).line).to.deep.equal([asked.visitId, walking.visitId]);
      expect((await claimOf(queue, alone.kioskId))?.state).to.equal('alone');
      expect((await claimOf(queue, over.kioskId))?.visitId).to.equal(undefined);
      const talk = (await queue.kiosks.read(first.kioskId)).visit;
      expect(talk).to.include({ state: 'with-operator', operator: marta, id: first.visitId });
    }
  });

  it('goes on counting: no number, place or fence is given away twice', async () => {
    const queue = await createTestQueue(redis);
    const marta = await queue.operator(1);
    const first = await queue.ticket('k1');
    const second = await queue.ticket('k2');
    const before = await Promise.all([first, second].map(async ({ kioskId }) => ({ kiosk: kioskId, claim: await claimOf(queue, kioskId) })));
    await forget(queue, await enrolments(queue));
    await queue.operators.openSession({ operatorId: marta, session: 'b', signIn: 'in-b', instance: 'desk-1', capacity: 2, lanes });
    await queue.operators.setPresence(marta, 'available');
    const third = await queue.ticket('k3');
    for (const comer of before) await come(queue, comer);
    const now = await Promise.all([first, second, third].map(async ({ kioskId }) => (await queue.kiosks.read(kioskId)).visit));
    expect(now.map((visit) => visit?.label)).to.deep.equal(['A01', 'A02', 'N01']);
    expect((await queue.kiosks.readLine()).line).to.deep.equal(now.map((visit) => visit?.id));
    // The store alone knows no fence any more: its next one is newer than all that were claimed before or after it.
    expect(now[2]?.epoch).to.be.greaterThan(Math.max(now[0]?.epoch ?? 0, now[1]?.epoch ?? 0));
  });

  it('lets somebody without a receipt join the tail', async () => {
    const { queue, asked, walking, paolo } = await busyHouse();
    const comers = await Promise.all([asked, walking].map(async ({ kioskId }) => ({ kiosk: kioskId, claim: await claimOf(queue, kioskId) })));
    const desk = await claimOfDesk(queue, paolo);
    const kept = await enrolments(queue);
    await forget(queue, kept);
    await come(queue, { desk: paolo, claim: desk });
    const nameless = await queue.ticket('k9');
    for (const comer of comers.toReversed()) await come(queue, comer);
    expect((await queue.kiosks.readLine()).line).to.deep.equal([asked.visitId, walking.visitId, nameless.visitId]);
  });

  it('gives a talk whose desk does not come back to a colleague, first of all', async () => {
    const { queue, marta, paolo, first, asked } = await busyHouse();
    const comers: Comer[] = [
      { kiosk: first.kioskId, claim: await claimOf(queue, first.kioskId) },
      { kiosk: asked.kioskId, claim: await claimOf(queue, asked.kioskId) },
      { desk: paolo, claim: await claimOfDesk(queue, paolo) },
    ];
    const kept = await enrolments(queue);
    await forget(queue, kept);
    for (const comer of comers) await come(queue, comer);
    expect((await queue.kiosks.read(first.kioskId)).visit).to.include({ state: 'with-operator', operator: marta });
    await queue.pass(2_500);
    expect((await queue.offer(paolo))?.id).to.equal(asked.visitId);
    await queue.operators.accept(paolo, (await queue.offer(paolo))?.offer ?? expect.fail());
    await queue.pass(1_500);
    const again = (await queue.kiosks.read(first.kioskId)).visit;
    expect(again).to.include({ class: 'coming-back', state: 'offered', operator: paolo });
  });

  it('ends a talk whose kiosk does not come back within its grace', async () => {
    const { queue, marta, first } = await busyHouse();
    const claim = await claimOfDesk(queue, marta);
    const kept = await enrolments(queue);
    await forget(queue, kept);
    await come(queue, { desk: marta, claim });
    expect((await queue.operators.readDesk(marta)).visits.some(({ visit, slot }) => visit.id === first.visitId && slot === 'in-call')).to.equal(true);
    await queue.pass(30_000);
    expect(queue.steps.at(-1)).to.include({ kind: 'ended', visitId: first.visitId });
  });

  it('believes the newer of two claims of one visit, whoever comes first', async () => {
    const { queue, marta, first } = await busyHouse();
    const stale = await claimOfDesk(queue, marta);
    // The desk lapses unheard; the visit waits again under a newer fence.
    await queue.operators.closeSession({ operatorId: marta, session: 'a', silentMs: 4_000 });
    await queue.pass(1);
    const newer = await claimOf(queue, first.kioskId);
    expect(newer).to.include({ class: 'coming-back', state: 'waiting' });
    const kept = await enrolments(queue);
    for (const kioskFirst of [true, false]) {
      await forget(queue, kept);
      const comers: Comer[] = [{ kiosk: first.kioskId, claim: newer }, { desk: marta, claim: stale }];
      for (const comer of kioskFirst ? comers : comers.toReversed()) await come(queue, comer);
      const { visit } = await queue.kiosks.read(first.kioskId);
      expect(visit).to.include({ state: 'waiting', class: 'coming-back', counter: newer?.fence.counter });
      expect((await queue.operators.readDesk(marta)).visits.map(({ slot }) => slot)).not.to.include('in-call');
    }
  });

  it('wakes no visit that the store knows to be over', async () => {
    const queue = await createTestQueue(redis);
    await queue.operator(1);
    const visit = await queue.ticket('k1');
    const claim = await claimOf(queue, visit.kioskId);
    await queue.kiosks.closeSession({ kioskId: visit.kioskId, session: 's-k1' });
    await queue.pass(30_000);
    await come(queue, { kiosk: visit.kioskId, claim });
    expect((await queue.kiosks.read(visit.kioskId)).visit).to.equal(undefined);
    expect((await queue.kiosks.readLine()).line).to.deep.equal([]);
  });

  it('ends what only an older copy of the store takes for running', async () => {
    const queue = await createTestQueue(redis);
    await queue.operator(1);
    const visit = await queue.ticket('k1');
    const claim = (await claimOf(queue, visit.kioskId)) ?? expect.fail();
    await come(queue, { kiosk: visit.kioskId, claim: endedClaim(claim) });
    expect((await queue.kiosks.read(visit.kioskId)).visit).to.equal(undefined);
    expect(queue.steps.at(-1)).to.include({ kind: 'ended', visitId: visit.visitId });
  });

  it('keeps a revoked kiosk out, and takes the newer word about each', async () => {
    const { queue, first, asked } = await busyHouse();
    const before = await enrolments(queue);
    queue.clock.now += 1;
    await queue.kiosks.revoke(asked.kioskId);
    const after_ = await enrolments(queue);
    const claim = await claimOf(queue, first.kioskId);
    for (const [earlier, later] of [[before, after_], [after_, before]] as const) {
      await forget(queue, earlier);
      await queue.kiosks.restore(later);
      await come(queue, { kiosk: first.kioskId, claim });
      const code = await come(queue, { kiosk: asked.kioskId, claim: undefined }).then(() => 'none', (error: { code: string }) => error.code);
      expect(code).to.equal('kiosk-revoked');
    }
  });
});
