import { expect } from 'chai';
import { startReplicatedRedis } from '../../testing/replicated-redis.ts';
import { startTown, until } from '../../testing/town-fixture.ts';

/** Longest time from the promotion until everybody is where he was and is served, ms. */
const BACK_WITHIN_MS = 5_000;

describe('a replica that is promoted without the last second', function () {
  this.timeout(60_000);

  it('has back what it had not heard: talks, ends, places and words, nobody twice, within five seconds', async () => {
    await using redis = await startReplicatedRedis();
    await using town = await startTown({ config: { redisUrl: redis.url } });
    const marta = await town.desk('marta');
    const paolo = await town.desk('paolo');
    const wait = async (name: string) => {
      const kiosk = await town.kiosk(name);
      await kiosk.openVisit('it');
      await kiosk.openTicket([]);
      return kiosk;
    };
    const take = async (desk: typeof marta) => {
      const { offers } = await until(desk, (state) => state.offers.length === 1);
      await desk.accept(offers[0]?.offerId ?? expect.fail());
    };
    const ended = await wait('ended');
    await take(marta);
    const talking = await wait('talking');
    await take(paolo);
    for (const desk of [marta, paolo]) {
      await wait(desk === marta ? 'second' : 'fourth');
      await take(desk);
    }
    const next = await wait('next');
    const left = await wait('left');
    const stays = await wait('stays');
    await redis.caughtUp();

    // The last second: a talk ends and the next one begins, somebody leaves the line, somebody comes, an operator takes no more.
    redis.cutReplica();
    const endedId = ended.state.visit?.visitId ?? expect.fail();
    await marta.endVisit(endedId);
    await until(marta, ({ desk }) => desk?.visits.some((visit) => visit.state === 'wrap-up'));
    await marta.finishWrapUp(endedId, 'served');
    await take(marta);
    await until(next, (state) => state.visit?.state === 'with-operator');
    await left.cancelTicket();
    const came = await wait('came');
    await paolo.setPresence('not-ready', 'break');
    const waiting = [stays, came];
    await until(came, (state) => state.visit?.ticket?.place === 2);
    const held = [talking, next, ...waiting];
    const before = held.map(({ state }) => state.visit?.visitId);
    const labels = waiting.map(({ state }) => state.visit?.ticket?.label);

    const pages = [ended, ...held, marta, paolo];
    const away = pages.map((page) => until<{ readonly connection: string }, never>(page, ({ connection }) => connection !== 'open'));
    await redis.promote();
    const began = Date.now();
    await Promise.all(away);
    await Promise.all(pages.map((page) => until<{ readonly connection: string }, never>(page, ({ connection }) => connection === 'open')));
    for (const kiosk of [talking, next]) await until(kiosk, (state) => state.visit?.state === 'with-operator' && state.visit.operator?.present === true);
    for (const [index, kiosk] of waiting.entries()) await until(kiosk, (state) => state.visit?.ticket?.place === index + 1);
    expect(held.map(({ state }) => state.visit?.visitId)).to.deep.equal(before);
    expect(waiting.map(({ state }) => state.visit?.ticket?.label)).to.deep.equal(labels);
    expect(ended.state.visit?.state ?? 'ended').to.equal('ended');
    expect(left.state.visit?.state).to.equal('alone');
    expect(marta.state.desk?.visits.map(({ kioskId }) => kioskId).toSorted()).to.deep.equal(['next', 'second']);
    expect(paolo.state.desk?.presence).to.equal('not-ready');

    await marta.endVisit(before[1] ?? expect.fail());
    await until(marta, ({ desk }) => desk?.visits.some((visit) => visit.state === 'wrap-up'));
    await marta.finishWrapUp(before[1] ?? expect.fail(), 'served');
    const { offers } = await until(marta, (state) => state.offers.length === 1);
    expect(Date.now() - began).to.be.lessThan(BACK_WITHIN_MS);
    expect(offers[0]?.visitId).to.equal(before[2]);
  });
});
