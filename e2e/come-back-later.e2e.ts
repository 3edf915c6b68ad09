import { expect } from 'chai';
import { keptTicketText } from '@videosportello/protocol/kept-ticket.ts';
import { setStage } from './setting/stage.ts';
import { meet, part } from './setting/visit-scenes.ts';
import type { AtDesk } from './setting/visit-scenes.ts';

/** The operator lets the citizen wait; the same one is not offered to her again for half a minute. */
async function declineOffer({ browser, screen }: AtDesk): Promise<void> {
  await browser.page.getByRole('region', { name: 'Richiesta' }).waitFor();
  await screen.press(/^Rifiuta/);
}

describe('somebody who comes back later', function () {
  this.timeout(150_000);
  const stage = setStage();

  it('takes his place along on paper, brings it back by the scanner, and is served; the paper serves once', async () => {
    const { setting, desk, kiosk } = stage;
    const { bench } = setting;
    const { page } = kiosk.browser;
    await kiosk.screen.askForPerson();
    await declineOffer(desk);
    await kiosk.screen.heading('Lei è in fila');
    const label = await page.locator('step-person .label').innerText();
    await kiosk.screen.touch('Torno più tardi e tengo il posto');
    await kiosk.screen.heading(/^Il Suo posto è tenuto fino alle \d{2}:\d{2}$/);
    expect(await page.locator('step-kept .label').innerText()).to.equal(label);
    await page.getByText('Prenda il biglietto, qui sotto.').waitFor();
    await kiosk.screen.touch('Ho il biglietto');
    await kiosk.screen.heading('Certificati con l’aiuto di una persona');

    const { printer } = await bench.state();
    expect(printer.pages).to.have.length(1);
    await bench.act('put-sheet', printer.pages[0]?.id ?? '');
    await kiosk.screen.touch('Ho un biglietto');
    await kiosk.screen.heading('Metta il biglietto nello scanner');
    await kiosk.screen.touch('Leggi il biglietto');
    await page.getByText('Ha ripreso il Suo posto. Prenda il foglio dallo scanner.').waitFor();
    expect(await page.locator('step-person .label').innerText()).to.equal(label);
    await desk.screen.accept();
    await kiosk.screen.heading('Marta è con Lei');
    await part(setting, kiosk, desk);

    await kiosk.screen.touch('Ho un biglietto');
    await kiosk.screen.touch('Leggi il biglietto');
    await kiosk.screen.heading('Il biglietto non vale più');
    await page.getByText('Questo biglietto è già stato usato. Può prendere un numero nuovo.').waitFor();
    await kiosk.screen.touch('Prendo un numero nuovo');
    await desk.screen.accept();
    await kiosk.screen.heading('Marta è con Lei');
    await part(setting, kiosk, desk);
    await bench.act('take-sheet');
    const words = setting.logs.flatMap((line) => line.split(/["\s]/));
    expect(words.filter((word) => keptTicketText.safeParse(word).success && word.length > 150), 'tickets in logs').to.deep.equal([]);
  });

  it('is told what is wrong with the sheet, and may go on without a ticket', async () => {
    const { setting, desk, kiosk } = stage;
    const { page } = kiosk.browser;
    await kiosk.screen.touch('Ho un biglietto');
    await kiosk.screen.touch('Leggi il biglietto');
    await page.getByText('Nello scanner non c’è nessun foglio. Lo appoggi sul vetro e riprovi.').waitFor();
    await setting.bench.act('put-sheet');
    await kiosk.screen.touch('Riprova');
    await page.getByText('Qui non si legge un biglietto valido. Giri il foglio e riprovi, oppure prenda un numero nuovo.').waitFor();
    await setting.bench.act('take-sheet');
    await meet(kiosk, desk);
    await part(setting, kiosk, desk);
  });
});

describe('somebody who needs a person of a certain kind', function () {
  this.timeout(120_000);
  const stage = setStage();

  it('asks for sign language with one touch, hears that nobody on duty knows it, and goes on in writing', async () => {
    const { setting, desk, kiosk } = stage;
    await kiosk.screen.touch('Lingua dei segni');
    await kiosk.screen.heading('Ora nessuno in servizio conosce la lingua dei segni');
    await kiosk.screen.touch('Scrivo con una persona');
    await desk.screen.accept();
    await kiosk.screen.heading('Marta è con Lei');
    await part(setting, kiosk, desk);
  });

  it('is offered to the colleague who signs', async () => {
    const { setting, desk, kiosk } = stage;
    const paolo = await setting.openDesk('Paolo');
    await paolo.screen.goAvailable();
    await kiosk.screen.touch('Lingua dei segni');
    await paolo.screen.accept();
    expect(await paolo.screen.words()).to.include('lingua dei segni (LIS)');
    await kiosk.screen.heading('Paolo è con Lei');
    expect(await desk.browser.page.getByRole('region', { name: 'Richiesta' }).count()).to.equal(0);
    await part(setting, kiosk, paolo);
  });
});
