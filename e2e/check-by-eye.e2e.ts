import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';
import { z } from 'zod';
import { operatorCertificates } from '@videosportello/protocol/contract/operator-certificates.ts';
import { findTraces } from './setting/emptiness.ts';
import { heapOfPage, heapsOfServices, services } from './setting/heap.ts';
import { setStage } from './setting/stage.ts';
import { kioskSignal } from './setting/test-media.ts';
import { meet, part, seePicture } from './setting/visit-scenes.ts';

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

/** Where a page's own bytes are looked for: behind its header, which it shares with others, in the first piece sent of it. */
const PIECE = { from: 300, to: 348 } as const;

/** Waits until the browser has made a picture of it. */
async function decoded(picture: Locator): Promise<void> {
  await picture.waitFor();
  await picture.evaluate((image: HTMLImageElement) => image.decode());
  expect(await picture.evaluate(({ complete, naturalWidth }: HTMLImageElement) => complete && naturalWidth > 0)).to.equal(true);
}

/** Whether two things stand side by side: in part at the same height, neither over the other. */
async function standBeside(one: Locator, other: Locator): Promise<boolean> {
  const [a, b] = [await one.boundingBox(), await other.boundingBox()];
  if (!a || !b) return false;
  const areApart = a.x + a.width <= b.x || b.x + b.width <= a.x;
  return areApart && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Keeps what a page is sent of scanned pages, from its next sockets on. */
function scansSentTo(page: Page): { readonly base64: string; readonly total: number }[] {
  const pieces: { readonly base64: string; readonly total: number }[] = [];
  const message = z.object({ result: operatorCertificates.client.requests['scan.fetch'].result });
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      const read = message.safeParse(JSON.parse(payload.toString()));
      if (read.success) pieces.push(read.data.result);
    }),
  );
  return pieces;
}

/** Whether the page can make a picture of an address. */
const isPicture = (page: Page, address: string) =>
  page.evaluate(async (src) => {
    const image = new Image();
    image.src = src;
    return image.decode().then(() => true, () => false);
  }, address);

describe('a document judged by eye', function () {
  this.timeout(300_000);
  const stage = setStage();

  it('stands with both its sides beside the live face and the chip’s photo, and is nowhere any more after the visit', async () => {
    const { setting, desk, kiosk } = stage;
    const page = desk.browser.page;
    const sent = scansSentTo(page);
    await kiosk.screen.walkToCard();
    await setting.bench.act('put-card', 'anselmo');
    await kiosk.screen.typeAccessNumber('654321');
    await kiosk.screen.heading('Buongiorno, ANSELMO DAL LAGO');
    await meet(kiosk, desk);
    await desk.screen.press('Chiedi un foglio a Centro La Torre');
    await kiosk.screen.heading('Metta il foglio nello scanner');
    await setting.bench.act('put-sheet');
    await kiosk.screen.touch('Scansiona');
    await kiosk.screen.heading('L’operatore vede la pagina');
    await kiosk.screen.touch('Giro il foglio e scansiono il retro');
    await page.getByText(/^Retro, scansionato a Centro La Torre/).waitFor();
    await kiosk.screen.heading('L’operatore vede la pagina');
    await kiosk.screen.touch('Ho finito');

    const [front, back] = [/^Fronte, scansionato/, /^Retro, scansionato/].map((name) => page.getByRole('img', { name })) as [Locator, Locator];
    // On the chip in JPEG 2000, which no browser shows.
    const photo = page.getByRole('img', { name: /ANSELMO DAL LAGO/ });
    for (const picture of [front, back, photo]) await decoded(picture);
    for (const [panel, picture] of [['scans-panel', front], ['face-comparison', photo]] as const) {
      const figure = page.locator(`${panel} figure`);
      const withFace = figure.filter({ has: page.locator('video') });
      await seePicture(withFace.locator('video'), kioskSignal);
      expect(await standBeside(figure.filter({ has: picture }), withFace)).to.equal(true);
    }

    await page.getByLabel('Documento', { exact: true }).selectOption('it-electronic-identity-card');
    await desk.screen.press('Comincia il controllo per Centro La Torre');
    await page.getByText(/^Detta queste cifre/).waitFor();
    const questions = page.locator('visual-check-panel fieldset');
    for (let at = 0; at < (await questions.count()); at += 1) await questions.nth(at).getByRole('button', { name: 'Sì', exact: true }).click();
    await desk.screen.press('Concludi il controllo per Centro La Torre');
    await page.getByText('L’operatore l’ha giudicato a vista, domanda per domanda.').first().waitFor();
    const words = await desk.screen.words();
    for (const line of ['Autentica sì', 'È il titolare sì']) expect(words).to.include(line);

    const address = await front.evaluate(({ src }: HTMLImageElement) => src);
    const { base64, total } = sent[0] ?? expect.fail('no page was sent');
    const piece = Buffer.from(base64, 'base64').subarray(PIECE.from, PIECE.to);
    const traces = [piece.toString('latin1'), piece.toString('base64')] as const;
    expect(base64).to.include(traces[1]);
    const pages = [page, kiosk.browser.page];
    const during = await heapsOfServices(setting);
    expect(services.filter((service) => during[service].buffers.has(total)), 'holders during the visit').to.deep.equal(['certificates']);
    expect(await isPicture(page, address)).to.equal(true);
    expect(await findTraces(setting, pages, traces), 'in memory only').to.deep.equal([]);

    await part(setting, kiosk, desk);
    await setting.bench.act('take-sheet');
    const after = await heapsOfServices(setting);
    for (const service of services) {
      expect(after[service].buffers.has(total), service).to.equal(false);
      expect(after[service].words.includes(traces[1]), service).to.equal(false);
    }
    expect(await isPicture(page, address)).to.equal(false);
    for (const one of pages) expect((await heapOfPage(one)).includes(traces[1])).to.equal(false);
    expect(await findTraces(setting, pages, traces)).to.deep.equal([]);
  });

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
