import { expect } from 'chai';
import { findTraces } from './setting/emptiness.ts';
import { setStage } from './setting/stage.ts';
import { meet, part } from './setting/visit-scenes.ts';

/** The PIN of the town's health cards, as the bench shows it. */
const PIN = '73194';
const WRONG = '73195';

describe('a health card with its PIN', function () {
  this.timeout(120_000);
  const stage = setStage();

  it('makes the citizen known after a wrong PIN and a right one; the PIN stays at the kiosk', async () => {
    const { setting, desk, kiosk } = stage;
    const kioskPage = kiosk.browser.page;
    const deskPage = desk.browser.page;
    await kiosk.screen.walkToCard();
    await setting.bench.act('put-card', 'giulia-ts');
    await kiosk.screen.heading('Scriva il PIN della tessera');
    await kioskPage.getByText('Restano 3 tentativi.').waitFor();
    expect(await kiosk.screen.words()).to.include('Videosportello').and.to.include('kiosk-1');
    await kiosk.screen.typePin(WRONG);
    await kiosk.screen.heading('La tessera non ha risposto come serve');
    await kioskPage.getByText('Il PIN non è quello della tessera. Lo controlli e riprovi.').waitFor();

    await meet(kiosk, desk);
    await deskPage.getByText('Il PIN scritto non è quello della tessera.').first().waitFor();
    await kiosk.screen.touch('Continuo con la carta');
    await kiosk.screen.heading('La tessera non ha risposto come serve');
    await kiosk.screen.touch('Riprovo');
    await kiosk.screen.heading('Scriva il PIN della tessera');
    await kioskPage.getByText('Restano 2 tentativi.').waitFor();
    await deskPage.getByText('Il cittadino scrive il PIN della tessera.').first().waitFor();
    await kiosk.screen.typePin(PIN);
    await kiosk.screen.heading('Buongiorno, GIULIA CONTI');
    await deskPage.getByText('La tessera ha firmato la domanda di questa visita.').first().waitFor();
    const words = await desk.screen.words();
    for (const line of ['Autentica sì', 'Non copiata sì', 'È il titolare sì', 'Ha scritto il PIN giusto']) expect(words).to.include(line);

    await part(setting, kiosk, desk);
    expect(await findTraces(setting, [kioskPage, deskPage], [PIN, WRONG])).to.deep.equal([]);
  });

  it('is not asked for where the citizen does not want it, and its last try is the operator’s to allow', async () => {
    const { setting, desk, kiosk } = stage;
    const kioskPage = kiosk.browser.page;
    await kiosk.screen.walkToCard();
    await setting.bench.act('put-card', 'anselmo-ts');
    await kiosk.screen.heading('Scriva il PIN della tessera');
    await kiosk.screen.touch('Non voglio usare il PIN');
    await kioskPage.getByText('Va bene, senza PIN.').waitFor();
    for (const left of [3, 2]) {
      await kiosk.screen.touch('Riprovo');
      await kiosk.screen.heading('Scriva il PIN della tessera');
      await kioskPage.getByText(`Restano ${left} tentativi.`).waitFor();
      await kiosk.screen.typePin(WRONG);
      await kiosk.screen.heading('La tessera non ha risposto come serve');
    }
    await kiosk.screen.touch('Riprovo');
    await kioskPage.getByText('Resta un solo tentativo per il PIN. Prima di usarlo, parli con una persona.').waitFor();

    await meet(kiosk, desk);
    await desk.browser.page.getByText('Se anche questo PIN è sbagliato, la tessera si blocca.').first().waitFor();
    await desk.screen.press('Permetti l’ultimo tentativo a Centro La Torre');
    await kiosk.screen.heading('Carta trovata');
    await kiosk.screen.touch(/^Avanti$/);
    await kiosk.screen.heading('Scriva il PIN della tessera');
    await kioskPage.getByText('Attenzione: è l’ultimo tentativo.').waitFor();
    await kiosk.screen.typePin(PIN);
    await kiosk.screen.heading('Buongiorno, ANSELMO DAL LAGO');
    await part(setting, kiosk, desk);
  });
});
