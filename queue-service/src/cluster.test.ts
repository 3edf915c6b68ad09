import { expect } from 'chai';
import { startRedisCluster } from '../testing/redis-cluster.ts';
import { startTown, until } from '../testing/town-fixture.ts';
import { keysOf } from './redis/keys.ts';

describe('queue-service on a Redis cluster', function () {
  this.timeout(90_000);

  it('finds the master of its pool from any node, and the new one when it is killed, with everybody where he was', async () => {
    await using cluster = await startRedisCluster();
    const [one, two] = cluster.urls;
    await using town = await startTown({ config: { redisUrl: one ?? expect.fail() } });
    await using other = await startTown({ config: { redisUrl: two ?? expect.fail(), nodeSecret: town.config.nodeSecret }, nodes: false });
    const marta = await town.desk('marta');
    const talking = await town.kiosk('talking');
    await talking.openVisit('it');
    await talking.openTicket([]);
    const { offers } = await until(marta, (state) => state.offers.length === 1);
    await marta.accept(offers[0]?.offerId ?? expect.fail());
    const busy = await town.kiosk('busy');
    await busy.openVisit('it');
    await busy.openTicket([]);
    const more = await until(marta, (state) => state.offers.length === 1);
    await marta.accept(more.offers[0]?.offerId ?? expect.fail());
    // The one who waits is at the other process.
    const { key } = await town.enrol('waiting');
    const waiting = await town.kiosk('waiting', { key, at: other.service.socketUrl });
    await waiting.openVisit('it');
    await waiting.openTicket([]);
    await until(waiting, (state) => state.visit?.state === 'waiting' && state.visit.ticket?.place === 1);
    const before = [talking, busy, waiting].map(({ state }) => state.visit?.visitId);

    const pages = [talking, busy, waiting, marta];
    await cluster.killMasterOf(keysOf(town.config.pool).root);
    // Votes take their time; then the processes must find the new master, by whatever node they were told of first.
    const isServed = async () => (await fetch(`${town.http}/ready`)).ok && (await fetch(`${other.http}/ready`)).ok;
    const deadline = Date.now() + 30_000;
    while (!(await isServed())) expect(Date.now()).to.be.lessThan(deadline);
    for (const page of pages) await until<{ readonly connection: string }, never>(page, ({ connection }) => connection === 'open', 20_000);
    for (const kiosk of [talking, busy]) await until(kiosk, (state) => state.visit?.state === 'with-operator' && state.visit.operator?.present === true, 20_000);
    await until(waiting, (state) => state.visit?.ticket?.place === 1, 20_000);
    expect([talking, busy, waiting].map(({ state }) => state.visit?.visitId)).to.deep.equal(before);

    await until(marta, (state) => state.connection === 'open' && state.desk?.visits.length === 2, 20_000);
    // Had the new master not heard of the last word, everybody comes once more: a page asks again then.
    for (let code: string | undefined; code !== 'done' && code !== 'visit-state'; ) {
      await until(marta, (state) => state.connection === 'open', 20_000);
      code = await marta.endVisit(before[0] ?? expect.fail()).then(() => 'done', (error: { code?: string }) => error.code);
      expect(code).to.be.oneOf(['done', 'link-lost', 'store-unavailable', 'visit-state']);
    }
    await until(marta, ({ desk }) => desk?.visits.some((visit) => visit.state === 'wrap-up'));
    await marta.finishWrapUp(before[0] ?? expect.fail(), 'served');
    const next = await until(marta, (state) => state.offers.length === 1);
    expect(next.offers[0]?.visitId).to.equal(before[2]);
  });
});
