import { expect } from 'chai';
import { startTown, until } from '../../testing/town-fixture.ts';
import { connectStore } from '../redis/store-connection.ts';

describe('places that move', function () {
  this.timeout(20_000);

  it('reach a page whose own reading is still on its way', async () => {
    /** While set, a session opens first, and what is read after it has its answer only when `release` is called. */
    let held: { readonly opened: PromiseWithResolvers<void>; readonly release: PromiseWithResolvers<void> } | undefined;
    let hasOpened = false;
    const connect: typeof connectStore = async (address, deps) => {
      const store = await connectStore(address, deps);
      const call: typeof store.engine.call = async (name, key, args) => {
        const answer = await store.engine.call(name, key, args);
        if (!held) return answer;
        if (name.endsWith('open_kiosk_session')) hasOpened = true;
        else if (name.endsWith('read_kiosk') && hasOpened) {
          held.opened.resolve();
          await held.release.promise;
        }
        return answer;
      };
      return { ...store, get isReady() { return store.isReady; }, engine: { ...store.engine, call }, [Symbol.asyncDispose]: () => store.close() };
    };
    await using town = await startTown({ deps: { connect } });
    const wait = async (name: string) => {
      const kiosk = await town.kiosk(name);
      await kiosk.openVisit('it');
      await kiosk.openTicket([]);
      return kiosk;
    };
    const marta = await town.desk('marta');
    for (const name of ['served', 'served-too']) {
      await wait(name);
      const { offers } = await until(marta, (state) => state.offers.length === 1);
      await marta.accept(offers[0]?.offerId ?? expect.fail());
    }
    const first = await wait('first');
    const second = await wait('second');
    const third = await wait('third');
    expect([first, second, third].map(({ state }) => state.visit?.ticket?.place)).to.deep.equal([1, 2, 3]);

    await second.close();
    held = { opened: Promise.withResolvers(), release: Promise.withResolvers() };
    const again = await town.kiosk('second', { key: second.key, connected: false });
    await held.opened.promise;
    await first.cancelTicket();
    await until(third, (state) => state.visit?.ticket?.place === 2);
    const { release } = held;
    held = undefined;
    release.resolve();
    await until(again, (state) => state.visit?.ticket?.place === 1);
  });
});
