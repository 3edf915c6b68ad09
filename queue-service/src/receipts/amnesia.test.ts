import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { startTown, until } from '../../testing/town-fixture.ts';
import type { Town } from '../../testing/town-fixture.ts';
import type { Observable } from '../../client/observable.ts';
import { connectStore } from '../redis/store-connection.ts';

/** Resolves when a page is connected, or is not. */
const connected = (page: Observable<{ readonly connection: string }>, is: boolean) =>
  until(page, ({ connection }) => (connection === 'open') === is);

/** Longest time from the loss until everybody is where he was and is served, ms. */
const BACK_WITHIN_MS = 5_000;

/** A town in the middle of its day: marta in two talks, paolo in one and one in wrap-up, three people waiting. */
async function busyTown(town: Town) {
  const marta = await town.desk('marta');
  const kiosks = [];
  const open = async (name: string) => {
    const kiosk = await town.kiosk(name);
    await kiosk.openVisit('it');
    await kiosk.openTicket([]);
    kiosks.push(kiosk);
    return kiosk;
  };
  const take = async (desk: typeof marta, name: string) => {
    const kiosk = await open(name);
    const { offers } = await until(desk, (state) => state.offers.length === 1);
    await desk.accept(offers[0]?.offerId ?? expect.fail());
    await until(kiosk, (state) => state.visit?.state === 'with-operator');
    return kiosk;
  };
  const talking = [await take(marta, 'k1'), await take(marta, 'k2')];
  const paolo = await town.desk('paolo');
  talking.push(await take(paolo, 'k3'));
  const over = await take(paolo, 'k4');
  const { visitId } = over.state.visit ?? expect.fail();
  await paolo.endVisit(visitId);
  await until(paolo, ({ desk }) => desk?.visits.some((visit) => visit.state === 'wrap-up'));
  await until(over, (state) => state.visit?.state === 'ended');
  const waiting = [await open('k5'), await open('k6'), await open('k7')];
  return { marta, paolo, talking, waiting, over, visits: () => [...talking, ...waiting].map(({ state }) => state.visit?.visitId) };
}

describe('a queue that has lost its memory', function () {
  this.timeout(30_000);

  const disasters: Record<string, (town: Town) => Promise<void>> = {
    'is emptied while it runs': async (town) => {
      await using store = await connectStore({ socketPath: town.service.redis?.socketPath ?? expect.fail() });
      await store.command(['FLUSHALL']);
    },
    'dies with its disk': async (town) => {
      const { redis } = town.service;
      await rm(join(town.config.dataDir, 'redis', 'appendonlydir'), { recursive: true });
      process.kill(redis?.pid ?? expect.fail(), 'SIGKILL');
    },
  };
  for (const [what, strike] of Object.entries(disasters)) {
    it(`when Redis ${what}: everybody is where he was, nobody twice, within five seconds`, async () => {
      await using town = await startTown();
      const { marta, paolo, talking, waiting, over, visits } = await busyTown(town);
      const before = visits();
      const labels = waiting.map(({ state }) => state.visit?.ticket?.label);
      const pages = [...talking, ...waiting, marta, paolo];
      const away = pages.map((page) => connected(page, false));
      await strike(town);
      const began = Date.now();
      await Promise.all(away);
      await Promise.all(pages.map((page) => connected(page, true)));
      for (const kiosk of talking) await until(kiosk, (state) => state.visit?.state === 'with-operator' && state.visit.operator?.present === true);
      for (const [index, kiosk] of waiting.entries()) await until(kiosk, (state) => state.visit?.ticket?.place === index + 1);
      expect(visits()).to.deep.equal(before);
      expect(waiting.map(({ state }) => state.visit?.ticket?.label)).to.deep.equal(labels);
      expect(marta.state.desk?.visits.map((visit) => visit.state)).to.deep.equal(['with-operator', 'with-operator']);
      expect(paolo.state.desk?.visits.map((visit) => visit.state).toSorted()).to.deep.equal(['with-operator', 'wrap-up']);
      expect([marta, paolo].map(({ state }) => state.desk?.presence)).to.deep.equal(['available', 'available']);
      expect(over.state.visit?.state ?? 'ended').to.equal('ended');
      // It goes on: paolo has put his papers away, and the one who waits longest is his.
      const wrapUp = paolo.state.desk?.visits.find((visit) => visit.state === 'wrap-up');
      await paolo.finishWrapUp(wrapUp?.visitId ?? expect.fail(), 'served');
      const { offers } = await until(paolo, (state) => state.offers.length === 1);
      expect(Date.now() - began).to.be.lessThan(BACK_WITHIN_MS);
      expect(offers[0]?.visitId).to.equal(before[3]);
      await paolo.accept(offers[0]?.offerId ?? expect.fail());
      await marta.endVisit(before[0] ?? expect.fail());
      await until(talking[0] ?? expect.fail(), (state) => state.visit?.state === 'ended');
    });
  }
});
