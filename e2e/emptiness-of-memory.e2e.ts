import { expect } from 'chai';
import { foundIn, heapOfPage, heapsOfServices, services } from './setting/heap.ts';
import { setStage } from './setting/stage.ts';
import type { Stage } from './setting/stage.ts';
import { meet } from './setting/visit-scenes.ts';

/** The card of the specimen holder; the kiosk's drawings show another number, so that this one is the visit's own. */
const ACCESS_NUMBER = '123456';
const MESSAGE = 'Ho qui il Suo trasloco.';

function visitIdIn(logs: readonly string[]): string {
  const found = logs.map((line) => /"visitId":"([^"]+)"/.exec(line)?.[1]).find((id) => id !== undefined);
  if (found === undefined) throw new Error('No log line names a visit.');
  return found;
}

/** How often the operator asks the kiosk, and how long it is looked for there, ms. */
const ASKED_MOST = 3;
const SHOWN_WITHIN_MS = 15_000;

/** Has the words shown to the citizen as an operator would: again when the kiosk has not shown them. */
async function showReview({ desk, kiosk }: Stage): Promise<void> {
  for (let asked = 1; ; asked += 1) {
    await desk.screen.press(/^Mostra a .* per il controllo/);
    try {
      return await kiosk.screen.key('Sì, stampate').waitFor({ timeout: SHOWN_WITHIN_MS });
    } catch (error) {
      if (asked === ASKED_MOST) throw error;
    }
  }
}

describe('the memory of the kiosk page and of the services', function () {
  this.timeout(240_000);
  const stage = setStage();

  it('holds the words of a visit while it runs, and none of them after it', async () => {
    const { setting, desk, kiosk } = stage;
    const { page } = kiosk.browser;
    const before = await heapsOfServices(setting);

    await kiosk.screen.walkToCard();
    await setting.bench.act('put-card', 'giulia');
    await kiosk.screen.heading('Scriva le sei cifre della carta');
    for (const figure of ACCESS_NUMBER) await kiosk.screen.touch(new RegExp(`^${figure}$`));
    expect(foundIn(await heapOfPage(page), [ACCESS_NUMBER])).to.deep.equal([ACCESS_NUMBER]);
    await kiosk.screen.touch(/^Avanti$/);
    await kiosk.screen.heading('Buongiorno, GIULIA CONTI');

    await meet(kiosk, desk);
    await kiosk.screen.touch('Scrivo');
    for (const letter of 'zia') await kiosk.screen.touch(new RegExp(`^${letter}$`));
    await kiosk.screen.touch('Invia');
    await desk.screen.write(MESSAGE);
    await page.getByRole('log').getByText(MESSAGE).waitFor();
    await kiosk.screen.touch('Chiudo la tastiera');

    await desk.screen.press('Sì, corrisponde');
    await desk.browser.page.getByText('È il titolare').first().waitFor();
    await desk.screen.prepareResidence({ code: '01234567890123', date: '2026-01-15' });
    const visitId = visitIdIn(setting.logs);
    // Looking stops each service for seconds, and lines are lost by it. So nobody is asked anything meanwhile, ...
    const during = await heapsOfServices(setting);
    for (const service of services) expect(foundIn(during[service].words, [visitId]), service).to.deep.equal([visitId]);
    const onCard = ['GIULIA', 'CONTI', 'CNTGLI85C54X000O', 'CA00001AA'];
    expect(foundIn(during.certificates.words, onCard)).to.deep.equal(onCard);
    // ... and the operator asks once more when the kiosk's line was not back yet.
    await showReview(stage);
    const shown = await page.locator('step-review dd').allTextContents();
    const visit = ['GIULIA', 'CONTI', 'CNTGLI85C54X000O', MESSAGE, ...shown];
    // The same look finds them while they are there: without this, a look that finds nothing would prove nothing.
    expect(foundIn(await heapOfPage(page), visit)).to.deep.equal(visit);

    await kiosk.screen.touch('Sì, stampate');
    await desk.screen.issue();
    await kiosk.screen.heading('Prenda il Suo foglio');
    const numbered = await desk.browser.page.getByRole('tabpanel', { name: /^Certificato/ }).getByText(/^Numero /).first().textContent();
    const certificateNumber = numbered?.replace(/^Numero\s+/, '').split(/[\s,.;]/)[0] ?? '';
    expect(certificateNumber).to.match(/\d/);
    await kiosk.screen.touch('Ho il foglio');
    await desk.screen.endVisit('Certificato rilasciato');
    await kiosk.screen.heading('Grazie, arrivederci');
    await setting.bench.act('take-card');
    await kiosk.screen.heading('Certificati con l’aiuto di una persona');

    const words = [...visit, ACCESS_NUMBER, 'Giulia', '1985-03-14', '14/03/1985', 'CA00001AA', '01234567890123', certificateNumber];
    expect(foundIn(await heapOfPage(page), [...words, 'Marta'])).to.deep.equal([]);
    const after = await heapsOfServices(setting);
    // The invented registry stands in the memory of certificates at any time; of a visit nothing is added to it.
    for (const service of services) expect(foundIn(after[service].words, words), service).to.deep.equal(foundIn(before[service].words, words));
  });
});
