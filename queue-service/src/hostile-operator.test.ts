import { expect } from 'chai';
import { messageId, newId } from '@videosportello/protocol/ids.ts';
import { startTown, until } from '../testing/town-fixture.ts';
import type { Town } from '../testing/town-fixture.ts';
import { defaultLimits } from './config.ts';
import { SESSION_LIFE_MS } from './sign-in/console-session.ts';

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: { code?: string }) => error.code ?? 'a failure without code',
  );

describe('a hostile operator at queue-service', function () {
  this.timeout(20_000);
  let town: Town;
  let aheadMs = 0;
  beforeEach(async () => {
    aheadMs = 0;
    town = await startTown({
      config: { limits: { ...defaultLimits, messages: { burst: 40, perSecond: 1 } } },
      deps: { now: () => Date.now() + aheadMs },
    });
  });
  afterEach(() => town.close());

  /** Marta is being asked, and Paolo has signed in. */
  const asked = async () => {
    const marta = await town.desk('marta');
    const paolo = await town.desk('paolo', { available: false });
    const kiosk = await town.kiosk('kiosk-1');
    const { visitId } = await kiosk.openVisit('it');
    await kiosk.openTicket([]);
    const { offers } = await until(marta, (state) => state.offers.length === 1);
    return { marta, paolo, kiosk, visitId, offerId: offers[0]?.offerId ?? expect.fail('no offer') };
  };

  it('takes, refuses, ends, renews and writes nothing in the visit of a colleague', async () => {
    const { marta, paolo, kiosk, visitId, offerId } = await asked();
    expect(await codeOf(paolo.accept(offerId))).to.equal('offer-gone');
    expect(await codeOf(paolo.decline(offerId))).to.equal('offer-gone');
    await marta.accept(offerId);
    await until(kiosk, (state) => state.visit?.state === 'with-operator');
    const message = { messageId: newId(messageId, 'm'), body: { kind: 'ask-card' as const } };
    expect(await codeOf(paolo.endVisit(visitId))).to.equal('visit-unknown');
    expect(await codeOf(paolo.finishWrapUp(visitId, 'served'))).to.equal('visit-unknown');
    expect(await codeOf(paolo.sendMessage(visitId, message))).to.equal('visit-unknown');
    expect(await codeOf(marta.finishWrapUp(visitId, 'served'))).to.equal('visit-state');
    expect(kiosk.state.visit).to.include({ visitId, state: 'with-operator' });
  });

  it('is cut off when it sends too much too fast, and keeps its visit', async () => {
    const { marta, kiosk, visitId, offerId } = await asked();
    await marta.accept(offerId);
    const codes = await Promise.all(Array.from({ length: 60 }, () => codeOf(marta.setPresence('available'))));
    expect(codes).to.include('link-lost');
    await until(marta, (state) => state.connection === 'open' && state.access.has(visitId));
    await until(kiosk, (state) => state.visit?.state === 'with-operator' && state.visit.operator?.present);
  });

  it('begins nothing new when the sign-in has ended, may finish what is in hand, and must sign in anew', async () => {
    const { marta, kiosk, visitId, offerId } = await asked();
    await marta.accept(offerId);
    aheadMs = SESSION_LIFE_MS + 1_000;
    expect(await codeOf(marta.setPresence('available'))).to.equal('signed-out');
    await kiosk.setStep({ step: 'card', phase: 'citizen', language: 'it' });
    await until(marta, (state) => state.desk?.reason === 'end-of-shift');
    expect(marta.state.desk?.visits.map((visit) => [visit.visitId, visit.state])).to.deep.equal([[visitId, 'with-operator']]);
    await marta.endVisit(visitId);
    expect(marta.state.ended).to.equal(undefined);
    await codeOf(marta.finishWrapUp(visitId, 'served'));
    await until(marta, (state) => state.ended === 'signed-out');
    await until(kiosk, (state) => state.visit?.state === 'ended');
  });

  it('does not stay for ever on a page that only lies open', async () => {
    aheadMs = 1_500 - SESSION_LIFE_MS;
    const cookie = `vs-console=${town.service.sessions.make(town.operatorId('marta'))}`;
    aheadMs = 0;
    const desk = await town.desk('marta', { cookie, available: false });
    await until(desk, (state) => state.ended === 'signed-out');
  });
});
