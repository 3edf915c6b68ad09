import { expect } from 'chai';
import { refusalOf, talk } from '../testing/talk.ts';
import { startTown, until } from '../testing/town-fixture.ts';

describe('queue-service when Redis is restarted', function () {
  this.timeout(30_000);

  it('answers with store-unavailable in bounded time, and then goes on without a lost visit', async () => {
    await using town = await startTown();
    const { desk, kiosk, visitId } = await talk(town);
    const waiting = await town.kiosk('kiosk-2');
    const second = await waiting.openVisit('en');
    const pid = town.service.redis?.pid ?? expect.fail();
    process.kill(pid, 'SIGKILL');
    const began = Date.now();
    const codes = new Set<string>();
    // Asked again and again until Redis is back: each answer is one that passes, and comes in time.
    for (;;) {
      await until(waiting, (state) => state.connection === 'open');
      const asked = Date.now();
      const code = await refusalOf(waiting.openTicket([]));
      expect(Date.now() - asked).to.be.lessThan(2_500);
      codes.add(code);
      if (code === 'none') break;
      // Redis may come back without its last second; then the page says hello anew, with its receipt.
      expect(code).to.be.oneOf(['store-unavailable', 'link-lost']);
      expect(Date.now() - began).to.be.lessThan(15_000);
    }
    expect(town.service.redis?.pid).not.to.equal(pid);
    expect(codes.has('store-unavailable')).to.equal(true);
    const { offers } = await until(desk, (state) => state.offers.some((offer) => offer.visitId === second.visitId));
    expect(kiosk.state.visit).to.include({ visitId, state: 'with-operator' });
    await desk.accept(offers[0]?.offerId ?? expect.fail());
    await until(waiting, (state) => state.visit?.state === 'with-operator');
    await desk.endVisit(visitId);
    await until(kiosk, (state) => state.visit?.state === 'ended');
    // Fences after the restart are newer than all before, whatever Redis remembers.
    const fences = [kiosk.state.visit?.fence.epoch ?? 0, waiting.state.visit?.fence.epoch ?? 0];
    expect(fences[1]).to.be.greaterThan(fences[0] ?? 0);
  });

  it('finds everything again after its own restart', async () => {
    await using town = await startTown();
    const { kiosk, visitId } = await talk(town);
    const answer = await fetch(`${town.http}/ready`);
    expect(await answer.json()).to.deep.equal({ ready: true });
    await town.restart();
    const again = await until(kiosk, (state) => state.connection === 'open' && state.visit?.visitId === visitId, 15_000);
    expect(again.visit?.state).to.equal('with-operator');
  });
});
