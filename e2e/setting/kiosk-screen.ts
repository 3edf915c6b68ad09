import type { Locator, Page } from 'playwright-core';

/** The citizen's screen as a citizen uses it: by the words he reads. */
export interface KioskScreen {
  readonly page: Page;
  /** Waits for a screen by its heading. */
  heading(name: string | RegExp): Promise<void>;
  key(name: string | RegExp): Locator;
  touch(name: string | RegExp): Promise<void>;
  /** From the first screen to "put your card on the reader". */
  walkToCard(): Promise<void>;
  /** Types the six figures on the screen's keypad and goes on. */
  typeAccessNumber(digits: string): Promise<void>;
  /** Types a PIN on the screen's keypad and confirms. */
  typePin(digits: string): Promise<void>;
  askForPerson(): Promise<void>;
  /** Opens the keyboard and writes a line to the operator: lower-case letters, one touch each. */
  write(letters: string): Promise<void>;
  /** The operator's picture. */
  operatorVideo(): Locator;
  /** What plays the operator's voice. */
  operatorVoice(): Locator;
  /** Everything that can be read on the screen now. */
  words(): Promise<string>;
}

/** The screen takes no second touch of a key within half a second, of a key that writes within a quarter (EN 301 549, 5.8). */
const TOUCH_GAP_MS = 520;
const WRITING_GAP_MS = 270;

export function kioskScreen(page: Page): KioskScreen {
  const key = (name: string | RegExp) => page.getByRole('button', { name }).first();
  const heading = async (name: string | RegExp) => {
    await page.getByRole('heading', { name, level: 1 }).waitFor();
  };
  /** Lets the page's own clock run past the time in which a repeated touch is ignored. */
  const afterTouchGap = (gapMs = TOUCH_GAP_MS) =>
    page.evaluate((gap) => {
      const end = performance.now() + gap;
      return new Promise<void>((resolve) => {
        const look = () => (performance.now() >= end ? resolve() : requestAnimationFrame(look));
        look();
      });
    }, gapMs);
  /** Touches as a person does who reads before he touches: not within the echo of the touch before. */
  const touch = async (name: string | RegExp) => {
    await key(name).waitFor();
    await afterTouchGap();
    await key(name).tap();
  };
  /** Types on keys that write: different ones may follow each other at once. */
  const type = async (keys: string) => {
    let before: string | undefined;
    for (const name of keys) {
      if (before === undefined) await afterTouchGap();
      else if (before === name) await afterTouchGap(WRITING_GAP_MS);
      await page.getByRole('button', { name, exact: true }).tap();
      before = name;
    }
  };
  return {
    page,
    heading,
    key,
    touch,
    async walkToCard() {
      await touch(/^Italiano/);
      await heading('Per chi è il documento?');
      await touch(/^Un privato/);
      await heading('Di che cosa ha bisogno?');
      await touch('Certificato di residenza');
      await heading(/16 euro di bollo/);
      await touch('Ho la marca da bollo');
      await heading('I Suoi dati, in breve');
      await touch('Ho letto');
      await heading('Appoggi la carta sul lettore');
    },
    async typePin(digits) {
      await heading('Scriva il PIN della tessera');
      await type(digits);
      await touch(/^Confermo$/);
    },
    async typeAccessNumber(digits) {
      await heading('Scriva le sei cifre della carta');
      await type(digits);
      await touch(/^Avanti$/);
    },
    askForPerson: () => touch(/^Una persona,? per favore/),
    async write(letters) {
      await touch('Scrivo');
      await type(letters);
      await touch('Invia');
    },
    operatorVideo: () => page.locator('video').first(),
    operatorVoice: () => page.locator('audio').first(),
    words: () => page.locator('body').ariaSnapshot(),
  };
}
