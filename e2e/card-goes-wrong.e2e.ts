import { expect } from 'chai';
import { setStage } from './setting/stage.ts';
import { meet, part } from './setting/visit-scenes.ts';
import type { AtKiosk } from './setting/visit-scenes.ts';

/** The card lies on the reader already: on to its number. */
async function goOnWithCard(kiosk: AtKiosk): Promise<void> {
  await kiosk.screen.heading('Carta trovata');
  await kiosk.screen.touch(/^Avanti$/);
}

describe('the card, when something goes wrong', function () {
  this.timeout(120_000);
  const stage = setStage();

  it('says a wrong number plainly, leaves the third to the operator, and reads the card when he lets him try again', async () => {
    const { setting, desk, kiosk } = stage;
    const { bench } = setting;
    const deskPage = desk.browser.page;
    const kioskPage = kiosk.browser.page;
    await kiosk.screen.walkToCard();
    await bench.act('put-card', 'giulia');
    await kiosk.screen.typeAccessNumber('111111');
    await kioskPage.getByText('Il numero non è quello della carta. Guardi davanti, in basso a destra. Può provare ancora 2 volte.').waitFor();

    // The visit and its place stay: a person comes in the middle of it.
    await meet(kiosk, desk);
    await deskPage.getByText('Numeri sbagliati: 1 di 3.').waitFor();
    await kiosk.screen.touch('Continuo con la carta');
    await goOnWithCard(kiosk);
    await kiosk.screen.typeAccessNumber('222222');
    await kioskPage.getByText('Può provare ancora una volta.').waitFor();
    await kiosk.screen.typeAccessNumber('333333');
    await kiosk.screen.heading('Tre numeri sbagliati');
    expect(await kiosk.screen.words()).to.include('Ora decide l’operatore. La Sua carta non è bloccata.');
    await deskPage.getByText('Numeri sbagliati: 3 di 3.').waitFor();

    await desk.screen.press('Lascia riprovare Centro La Torre');
    await goOnWithCard(kiosk);
    await kiosk.screen.typeAccessNumber('123456');
    await kiosk.screen.heading('Buongiorno, GIULIA CONTI');
    await deskPage.getByText('14/03/1985').first().waitFor();
    expect(await desk.screen.words()).to.include('Autentica sì');
    await part(setting, kiosk, desk);
  });

  it('says that the card was taken away too early, keeps the visit and reads the card when it is back', async () => {
    const { setting, desk, kiosk } = stage;
    const { bench } = setting;
    await kiosk.screen.walkToCard();
    await bench.act('remove-after', 'giulia:10');
    await kiosk.screen.typeAccessNumber('123456');
    await kiosk.browser.page.getByText('La carta è stata tolta troppo presto. La appoggi e riscriva il numero.').waitFor();
    await kiosk.screen.heading('Scriva le sei cifre della carta');
    await kiosk.browser.page.getByText('Ora la carta non è sul lettore. La appoggi di nuovo.').waitFor();
    await meet(kiosk, desk);
    await desk.browser.page.getByText('Lettura non riuscita. La carta è stata tolta troppo presto.').waitFor();

    await kiosk.screen.touch('Continuo con la carta');
    await kiosk.screen.heading('Appoggi la carta sul lettore');
    await bench.act('put-card', 'giulia');
    await kiosk.screen.typeAccessNumber('123456');
    await kiosk.screen.heading('Buongiorno, GIULIA CONTI');
    await desk.browser.page.getByText('14/03/1985').first().waitFor();
    await part(setting, kiosk, desk);
  });
});
