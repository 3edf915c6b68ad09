import type { Locator, Page } from 'playwright-core';

/** The operator's desk as an operator uses it. */
export interface DeskScreen {
  readonly page: Page;
  key(name: string | RegExp): Locator;
  press(name: string | RegExp): Promise<void>;
  goAvailable(): Promise<void>;
  /** Takes a break: no offers come. */
  pause(): Promise<void>;
  /** Waits for an offer of the kiosk and accepts it. */
  accept(kiosk?: string): Promise<void>;
  /** The citizen's large picture. */
  citizenVideo(): Locator;
  /** Writes a line to the citizen. */
  write(text: string): Promise<void>;
  /** The lines of the talk by text. */
  textLines(): Locator;
  /** Fills the form for a residence certificate with a duty mark and has the words prepared. */
  prepareResidence(mark: { code: string; date: string }): Promise<void>;
  issue(): Promise<void>;
  /** Ends the talk and closes the visit with an outcome. */
  endVisit(outcome: string): Promise<void>;
  words(): Promise<string>;
}

export function deskScreen(page: Page): DeskScreen {
  const key = (name: string | RegExp) => page.getByRole('button', { name }).first();
  const press = (name: string | RegExp) => key(name).click();
  return {
    page,
    key,
    press,
    goAvailable: () => press(/^Prendi servizio/),
    async pause() {
      await press(/^Sospendi/);
      await press(/^pausa$/i);
    },
    async accept(kiosk = 'Centro La Torre') {
      await page.getByRole('region', { name: 'Richiesta' }).getByRole('heading', { name: kiosk }).waitFor();
      await press(/^Accetta/);
      await page.getByRole('tab', { name: new RegExp(kiosk) }).waitFor();
    },
    citizenVideo: () => page.locator('video').first(),
    async write(text) {
      await page.getByRole('textbox', { name: 'Scrivi a Centro La Torre' }).fill(text);
      await press('Invia');
    },
    textLines: () => page.getByRole('list', { name: 'Testo con Centro La Torre' }).getByRole('listitem'),
    async prepareResidence({ code, date }) {
      await page.getByRole('tab', { name: /^Certificato/ }).click();
      await page.getByRole('radio', { name: 'Uso privato' }).check();
      await page.getByRole('radio', { name: 'della persona identificata' }).check();
      await page.getByRole('radio', { name: /^dovuta/ }).check();
      await page.getByLabel(/^Identificativo/).fill(code);
      await page.getByLabel('Data della marca').fill(date);
      await press(/^Prepara le parole/);
      await key(/^Mostra a .* per il controllo/).waitFor();
    },
    async issue() {
      await press(/^Emetti e stampa a/);
      await page.getByRole('dialog').getByRole('button', { name: 'Emetti e stampa', exact: true }).click();
    },
    async endVisit(outcome) {
      await press(/^Termina la visita/);
      const confirm = page.getByRole('dialog').getByRole('button', { name: /^Termina/ });
      await confirm.click();
      await page.getByRole('heading', { name: /^Chiudere la visita/ }).waitFor();
      await page.getByRole('radio', { name: outcome }).check();
      await press(/^Chiudi la visita/);
    },
    words: () => page.locator('body').ariaSnapshot(),
  };
}
