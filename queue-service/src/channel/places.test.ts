import { expect } from 'chai';
import { kioskId, visitId } from '@videosportello/protocol/ids.ts';
import { startTown, until } from '../../testing/town-fixture.ts';
import { connectStore } from '../redis/store-connection.ts';
import type { LineReading } from '../redis/records.ts';
import { createPlaces } from './places.ts';
import { createSocketRegistry } from './socket-registry.ts';

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

  it('are told to the first ten each time, to the others every fourth time, and to all before nothing more is told', async () => {
    const planned: { readonly run: () => void; readonly delayMs: number }[] = [];
    const sockets = createSocketRegistry();
    const told: ReadonlyMap<string, number>[] = [];
    const nobody = () => Promise.reject(new Error('not asked'));
    const kiosk = kioskId.parse('kiosk-1');
    sockets.kiosks.set(kiosk, {
      kioskId: kiosk,
      session: 'one',
      refresh() {},
      tellPlace: (places) => void told.push(places),
      tellDuty() {},
      revoked() {},
      deliver: nobody,
      close() {},
    });
    const line = Array.from({ length: 200 }, (_, index) => visitId.parse(`v_${String(index).padStart(24, '0')}`));
    let reading: LineReading = { line, slots: 4, handling: { mean: 300_000, count: 9 }, onDuty: 2 };
    using places = createPlaces({
      kiosks: sockets.kiosks,
      store: { readLine: async () => reading },
      timers: { setTimeout: (run, delayMs) => planned.push({ run, delayMs }), clearTimeout() {} },
      onError: (error) => expect.fail(String(error)),
    });
    /** The one timer there is comes; what it tells, and after how long. */
    const comes = async () => {
      expect(planned).to.have.lengthOf(1);
      const [{ run, delayMs } = expect.fail()] = planned.splice(0);
      run();
      await Promise.resolve();
      await Promise.resolve();
      return { delayMs, told: told.pop()?.size };
    };
    places.moved();
    places.moved();
    expect(await comes()).to.deep.equal({ delayMs: 1_000, told: 200 });
    expect(planned).to.deep.equal([]);

    places.moved();
    expect(await comes()).to.deep.equal({ delayMs: 5_000, told: 10 });
    reading = { ...reading, line: line.slice(100, 150) };
    expect(await comes()).to.deep.equal({ delayMs: 5_000, told: 10 });
    expect(await comes()).to.deep.equal({ delayMs: 2_000, told: 10 });
    expect(await comes()).to.deep.equal({ delayMs: 2_000, told: 50 });
    expect(planned).to.deep.equal([]);
  });
});
