import { expect } from 'chai';
import { startTown, until } from '../testing/town-fixture.ts';
import type { Town } from '../testing/town-fixture.ts';

describe('queue-service over its sockets', function () {
  this.timeout(20_000);
  let town: Town;
  beforeEach(async () => {
    town = await startTown();
  });
  afterEach(() => town.close());

  it('carries a visit from touch to wrap-up', async () => {
    const desk = await town.desk('marta');
    const kiosk = await town.kiosk('kiosk-1');
    expect(kiosk.state.duty?.operatorsOnDuty).to.equal(1);
    const opened = await kiosk.openVisit('it');
    expect(opened.state).to.equal('alone');
    expect(kiosk.state.certificates?.url).to.equal('ws://127.0.0.1:4002/device');
    await kiosk.setStep({ step: 'duty', phase: 'citizen', language: 'it', service: 'residence-certificate' });
    await kiosk.openTicket([]);
    const { offers } = await until(desk, (state) => state.offers.length === 1);
    expect(offers[0]).to.include({ visitId: opened.visitId, kioskName: 'Totem kiosk-1', step: 'duty', class: 'walk-up' });
    await until(kiosk, (state) => state.visit?.state === 'offered');
    const accepted = await desk.accept(offers[0]?.offerId ?? expect.fail('no offer'));
    expect(accepted.visit).to.include({ visitId: opened.visitId, state: 'with-operator', kioskPresent: true });
    expect(accepted.access.media.url).to.equal('ws://127.0.0.1:4001/room');
    const talking = await until(kiosk, (state) => state.visit?.state === 'with-operator');
    expect(talking.visit?.operator).to.deep.equal({ displayName: 'Marta', present: true });
    await desk.endVisit(opened.visitId);
    await until(kiosk, (state) => state.visit?.state === 'ended');
    await until(desk, (state) => state.desk?.visits[0]?.state === 'wrap-up');
    const after = await desk.finishWrapUp(opened.visitId, 'served');
    expect(after.visits).to.deep.equal([]);
    expect(after.presence).to.equal('available');
  });
});
