import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { setStage } from './setting/stage.ts';
import { meet, part } from './setting/visit-scenes.ts';

/** A card of the queue's page shows a figure beside a word. */
const shows = (page: Page, word: string, figure: string) =>
  page.locator('.card dl div').filter({ hasText: new RegExp(`^\\s*${word}\\s*${figure}\\s*$`) }).waitFor();

describe('a supervisor', function () {
  this.timeout(120_000);
  const stage = setStage();

  it('sees the queue as it changes beside his desk, until he signs out; who is none does not', async () => {
    const { setting, desk, kiosk } = stage;
    const paolo = await setting.openDesk('Paolo');
    const { page, context } = paolo.browser;
    await page.getByRole('button', { name: 'Altro…' }).click();
    const opened = context.waitForEvent('page');
    await page.getByRole('link', { name: /^Vista della coda/ }).click();
    const queue = await opened;
    await queue.getByRole('heading', { name: 'La coda' }).waitFor();
    await shows(queue, 'liberi', '1');
    await kiosk.screen.walkToCard();
    await meet(kiosk, desk);
    await shows(queue, 'in colloquio', '1');
    expect(await queue.title()).to.equal('(0) La coda');
    await part(setting, kiosk, desk);
    await shows(queue, 'liberi', '1');

    // Marta's sign-in is an operator's.
    const marta = await desk.browser.context.newPage();
    await marta.goto(new URL('/queue.html', setting.town.addresses.console).href);
    await marta.getByRole('heading', { name: 'Questo account non vede la coda' }).waitFor();

    await page.getByRole('button', { name: 'Esci' }).click();
    await page.getByRole('heading', { name: 'Accesso allo sportello' }).waitFor();
    await queue.getByRole('heading', { name: 'Vista della coda' }).waitFor();
    expect(await queue.getByRole('link', { name: 'Accedi' }).getAttribute('href')).to.equal('/sign-in?page=queue');
    expect(paolo.browser.complaints).to.deep.equal([]);
  });
});
