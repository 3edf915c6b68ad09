import { expect } from 'chai';
import { minutes, ms } from '@videosportello/protocol/units.ts';
import { refusalOf } from '../../testing/talk.ts';
import { startTown, until } from '../../testing/town-fixture.ts';
import { connectStore } from '../redis/store-connection.ts';
import { defaultPolicy } from '../config.ts';

const policy = { ...defaultPolicy, standstillMs: ms(0), instanceLeaseMs: minutes(1_440), operatorLeaseMs: minutes(1_440) };

describe('come back later', function () {
  this.timeout(30_000);

  /** A town whose only operator has his hands full, and two people waiting. */
  const queueOfTwo = async (deps: { storeNow?: () => number; now?: () => number } = {}) => {
    const town = await startTown({ config: { policy }, deps });
    const desk = await town.desk('marta');
    for (const name of ['k1', 'k2']) {
      const kiosk = await town.kiosk(name);
      await kiosk.openVisit('it');
      await kiosk.openTicket([]);
      const { offers } = await until(desk, (state) => state.offers.length === 1);
      await desk.accept(offers[0]?.offerId ?? expect.fail());
    }
    const kiosks = [await town.kiosk('k3'), await town.kiosk('k4')] as const;
    for (const kiosk of kiosks) {
      await kiosk.openVisit('en');
      await kiosk.openTicket([]);
    }
    await until(kiosks[1], (state) => state.visit?.ticket?.place === 2);
    return { town, desk, first: kiosks[0], second: kiosks[1] };
  };

  it('keeps the place: shown at another kiosk the visit stands before those who came after it, and nobody is held up meanwhile', async () => {
    const { town, first, second } = await queueOfTwo();
    await using _ = town;
    const label = first.state.visit?.ticket?.label;
    const kept = await first.keepTicket();
    expect(kept.label).to.equal(label);
    expect(kept.until - Date.now()).to.be.within(minutes(29), minutes(30));
    await until(second, (state) => state.visit?.ticket?.place === 1);
    const elsewhere = await town.kiosk('k5');
    const visit = await elsewhere.showTicket(kept.ticket);
    expect(visit).to.include({ state: 'waiting', language: 'en' });
    expect(visit.ticket).to.include({ label, class: 'walk-up', place: 1 });
    await until(second, (state) => state.visit?.ticket?.place === 2);
    // Once more at the same kiosk: the same visit. Elsewhere it has served.
    expect((await elsewhere.showTicket(kept.ticket)).visitId).to.equal(visit.visitId);
    expect(await refusalOf((await town.kiosk('k6')).showTicket(kept.ticket))).to.equal('ticket-used');
  });

  it('goes on with a visit that was begun alone, and is busy with one that waits', async () => {
    const { town, first, second } = await queueOfTwo();
    await using _ = town;
    const kept = await first.keepTicket();
    expect(await refusalOf(second.showTicket(kept.ticket))).to.equal('kiosk-busy');
    const begun = await first.openVisit('it');
    const shown = await first.showTicket(kept.ticket);
    expect(shown.visitId).to.equal(begun.visitId);
    expect(shown.ticket?.place).to.equal(1);
    // It may be kept anew: the new ticket serves, the old one does not.
    const again = await first.keepTicket();
    expect(await refusalOf(first.showTicket(kept.ticket))).to.equal('ticket-used');
    expect((await first.showTicket(again.ticket)).ticket?.place).to.equal(1);
  });

  it('is refused when its time is over, when it is forged, and without a place', async () => {
    const clock = { now: Date.now() };
    const { town, first } = await queueOfTwo({ storeNow: () => clock.now });
    await using _ = town;
    const kept = await first.keepTicket();
    clock.now = kept.until + 1_000;
    expect(await refusalOf(first.showTicket(kept.ticket))).to.equal('ticket-expired');
    expect(await refusalOf(first.showTicket(`${kept.ticket.slice(0, -4)}AAAA`))).to.equal('ticket-unknown');
    expect(await refusalOf(first.showTicket('a word'))).to.equal('ticket-unknown');
    await first.openVisit('it');
    expect(await refusalOf(first.keepTicket())).to.equal('visit-state');
  });

  it('outlives the memory of the queue, and serves once', async () => {
    const { town, first, second } = await queueOfTwo();
    await using _ = town;
    const before = [first.state.visit?.ticket?.label, second.state.visit?.ticket?.label];
    const kept = await first.keepTicket();
    await using store = await connectStore({ socketPath: town.service.redis?.socketPath ?? expect.fail() });
    const away = until(second, ({ connection }) => connection !== 'open');
    await store.command(['FLUSHALL']);
    await away;
    await until(second, ({ connection, visit }) => connection === 'open' && visit?.ticket?.label === before[1]);
    await until(first, ({ connection }) => connection === 'open');
    const shown = await first.showTicket(kept.ticket);
    expect(shown.ticket).to.include({ label: before[0], place: 1 });
    await until(second, (state) => state.visit?.ticket?.place === 2);
    expect(await refusalOf((await town.kiosk('k6')).showTicket(kept.ticket))).to.equal('ticket-used');
  });
});
