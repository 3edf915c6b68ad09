import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { setStage } from './setting/stage.ts';
import { meet, part } from './setting/visit-scenes.ts';

/** What is copied from the invented person's passport. */
const PASSPORT = {
  Cognome: 'Conti',
  Nomi: 'Giulia',
  'Data di nascita': '1985-03-14',
  'Cittadinanza (ITA)': 'ita',
  'Numero del documento': 'YA0000001',
  Scadenza: '2031-03-14',
  'Codice fiscale': 'CNTGLI85C54X000O',
};

const answer = (page: Page, question: string | RegExp, word: 'Sì' | 'No' | 'Non so') =>
  page.getByRole('group', { name: question }).getByRole('button', { name: word, exact: true }).click();

describe('a document judged by eye', function () {
  this.timeout(180_000);
  const stage = setStage();

  it('is scanned at the kiosk, judged question by question, and what one operator doubts a colleague settles', async () => {
    const { setting, desk, kiosk } = stage;
    const page = desk.browser.page;
    await kiosk.screen.walkToCard();
    await meet(kiosk, desk);

    await desk.screen.press('Chiedi un foglio a Centro La Torre');
    await kiosk.screen.heading('Metta il foglio nello scanner');
    await kiosk.screen.touch('Scansiona');
    await kiosk.screen.heading('La scansione non è riuscita');
    await setting.bench.act('put-sheet');
    await kiosk.screen.touch('Riprova');
    await kiosk.screen.heading('L’operatore vede la pagina');
    await kiosk.screen.touch('Ho finito');
    await page.getByText(/^Fronte, scansionato a Centro La Torre/).waitFor();

    await page.getByLabel('Documento', { exact: true }).selectOption('passport');
    await desk.screen.press('Comincia il controllo per Centro La Torre');
    await page.getByText(/^Detta queste cifre/).waitFor();
    for (const question of [/aspetto del suo tipo/, /lettura ottica/, /Il volto davanti/, /età della persona/, /Il gesto/, /Le cifre sono state/]) {
      await answer(page, question, 'Sì');
    }
    await answer(page, /La foto è intatta/, 'Non so');
    for (const [label, value] of Object.entries(PASSPORT)) await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByLabel('Sesso', { exact: true }).selectOption('F');
    await desk.screen.press('Concludi il controllo per Centro La Torre');
    await page.getByText('Serve un secondo operatore').first().waitFor();

    await desk.screen.press('Passa la visita di Centro La Torre a un collega');
    await page.getByText('Nessun altro collega è in servizio per questa visita: resta a te.').first().waitFor();
    await kiosk.screen.heading('Marta è con Lei');

    const paolo = await setting.openDesk('Paolo');
    await paolo.screen.goAvailable();
    await desk.screen.press('Passa la visita di Centro La Torre a un collega');
    await kiosk.screen.heading('Un momento: torniamo subito da Lei');
    await paolo.screen.accept();
    await kiosk.screen.heading('Paolo è con Lei');
    await page.getByText('0/2').first().waitFor();
    const second = paolo.browser.page;
    await second.getByText(/^Fronte, scansionato a Centro La Torre/).waitFor();
    await answer(second, /La foto è intatta/, 'Sì');
    await second.getByText('È il titolare').first().waitFor();
    await second.getByText('L’operatore l’ha giudicato a vista, domanda per domanda.').nth(1).waitFor();
    const words = await paolo.screen.words();
    for (const line of ['Autentica sì', 'Non copiata non chiesto', 'È il titolare sì']) expect(words).to.include(line);
    await part(setting, kiosk, { browser: paolo.browser, screen: paolo.screen });
  });
});
