import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { DeskState } from '../src/desk/desk-state.ts';
import { openScreens } from './screen-browser.ts';
import type { ScreenBrowser } from './screen-browser.ts';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** WCAG 2.2, levels A and AA, with axe's own good practice. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface AxeOutcome {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

describe('screens of the desk', function () {
  this.timeout(240_000);
  let screens: ScreenBrowser;
  let axe: string;
  before(async () => {
    axe = await readFile(axeFile, 'utf8');
    screens = await openScreens();
  });
  after(async () => {
    await screens[Symbol.asyncDispose]();
  });

  it('have no fault that axe finds, in Italian and in English, load nothing from elsewhere and log no error', async () => {
    const found: string[] = [];
    for (const name of screens.names) {
      // English is the same page in other words: a few screens of it are enough.
      for (const language of /^(?:02|10|17|24|40)-/.test(name) ? (['it', 'en'] as const) : (['it'] as const)) {
        const page = await screens.open(name, { language });
        // The page's policy allows no script but its own; the checker comes by the browser's own door.
        await page.evaluate(axe);
        const outcome = await page.evaluate<AxeOutcome, string[]>(
          (values) =>
            (globalThis as unknown as { axe: { run(options: object): Promise<AxeOutcome> } }).axe.run({
              runOnly: { type: 'tag', values },
            }),
          rules,
        );
        for (const { id, nodes } of outcome.violations)
          found.push(`${name} ${language}: ${id}: ${nodes[0]?.html ?? ''}`);
      }
    }
    expect(screens.names.length).to.be.greaterThan(15);
    expect([...found, ...screens.faults]).to.deep.equal([]);
  });

  it('fit into 1280 by 720 without a scroll bar of the page, also two visits with an offer', async () => {
    for (const name of screens.names) {
      const page = await screens.open(name, { width: 1280, height: 720 });
      const [width, height] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.scrollHeight,
      ]);
      expect([name, width, height]).to.deep.equal([name, 1280, 720]);
    }
  });

  it('flow into 640 CSS pixels, as at 200 per cent zoom, without scrolling sideways (WCAG 1.4.10)', async () => {
    for (const name of screens.names) {
      const page = await screens.open(name, { width: 640, height: 360 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), name).to.be.at.most(640);
    }
  });

  it('move between panes by F6, and back by Shift and F6', async () => {
    const page = await screens.open('10-verdict');
    const focused = () =>
      page.evaluate(() => {
        const view = document.querySelector('desk-pages')?.shadowRoot?.querySelector('desk-view');
        return view?.shadowRoot?.activeElement?.localName ?? '';
      });
    const seen: string[] = [];
    for (let press = 0; press < 6; press += 1) {
      await page.keyboard.press('F6');
      seen.push(await focused());
    }
    expect(seen).to.deep.equal([
      'kiosks-panel',
      'call-panel',
      'lead-panel',
      'text-panel',
      'papers-panel',
      'kiosks-panel',
    ]);
    await page.keyboard.press('Shift+F6');
    expect(await focused()).to.equal('papers-panel');
  });

  it('show the queue as a real table that the keyboard scrolls, and say aloud that its figures are old', async () => {
    const page = await screens.open('43-queue-many');
    const table = page.getByRole('table', { name: 'Code' });
    expect(await table.getByRole('columnheader').allTextContents()).to.have.length(5);
    expect(await table.getByRole('rowheader').count()).to.equal(40);
    expect(await table.getByRole('row').nth(1).innerText()).to.match(/certificato di residenza[^]*San Giovanni[^]*31[^]*2:03:04[^]*nessuno/);
    // After the link, the language and the sign-out.
    for (let press = 0; press < 4; press += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('End');
    // Scrolled by the keyboard.
    await page.waitForFunction(() => {
      const figures = document.querySelector('queue-pages')?.shadowRoot?.querySelector('queue-figures');
      return (figures?.shadowRoot?.querySelector('.scroll')?.scrollTop ?? 0) > 0;
    });
    await page.evaluate(() => {
      const pages = document.querySelector<HTMLElement & { state: object }>('queue-pages');
      if (pages) pages.state = { ...pages.state, connection: 'lost' };
    });
    await page.getByText('Linea interrotta: i numeri della coda non sono più attuali.').waitFor({ state: 'attached' });
    await page.getByText(/^Linea con il servizio interrotta: i numeri qui sotto sono delle/).waitFor();
  });

  it('ask before a visit is ended, with kiosk and town in the question, and take Esc for no', async () => {
    const page = await screens.open('10-verdict');
    await page.keyboard.press('Alt+e');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    expect(await dialog.textContent()).to.contain('Centro commerciale, Valfiorita');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  it('keep every key readable under the pointer, at 4.5 to 1 at least (WCAG 1.4.3)', async () => {
    const faint: string[] = [];
    let hovered = 0;
    for (const name of ['02-signed-out', '03-replaced', '04-not-ready', '08-face-to-face', '10-verdict', '13-document-agreed', '17-two-visits-and-offer', '20-line-cut']) {
      const page = await screens.open(name);
      for (const key of await page.locator('button:visible, a.key:visible').all()) {
        if (await key.isDisabled()) continue;
        await key.hover({ force: true });
        const { words, ratio } = await key.evaluate(contrastOf);
        hovered += 1;
        if (ratio < 4.5) faint.push(`${name}: ${words}: ${ratio.toFixed(1)}`);
      }
    }
    expect(hovered).to.be.greaterThan(60);
    expect(faint).to.deep.equal([]);
  });

  it('show what a citizen writes and a card says as words only, within its own frame', async () => {
    const page = await screens.open('24-hostile-citizen');
    expect(await page.locator('img[src="x"], .name h1, li b b').count()).to.equal(0);
    expect(await page.title()).not.to.contain('hit');
    const lines = await page.getByRole('listitem').allTextContents();
    expect(lines.filter((line) => /[\u202a-\u202e\u2066-\u2069]/.test(line))).to.deep.equal([]);
    expect(lines.join('\n')).to.contain('<b>Operatore</b>').and.to.contain('[U+202E]otatimil');
    expect(await page.locator('evidence-panel .name').textContent()).to.contain('<h1>CONTI</h1>[U+202E]');
    const sizes = await page.locator('.leaf, text-panel ol').evaluateAll((all) => all.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth));
    expect(sizes).to.deep.equal([0, 0]);
  });

  it('ask what became of an uncertain sheet, and send the answer about that very sheet', async () => {
    const answers: unknown[] = [];
    for (const [key, confirm] of [
      [/^Il foglio è uscito/, /^Sì, è uscito/],
      [/^Non è uscito/, /^Registra e ristampa/],
    ] as const) {
      const page = await screens.open('15-print-uncertain');
      const asked = page.evaluate(listenFor, 'settleSheet');
      await page.getByRole('button', { name: key }).click();
      const dialog = page.getByRole('dialog');
      const statement = dialog.getByRole('checkbox');
      if ((await statement.count()) > 0) {
        expect(await dialog.getByRole('button', { name: confirm }).isDisabled()).to.equal(true);
        await statement.check();
      }
      await dialog.getByRole('button', { name: confirm }).click();
      answers.push((await asked)[2]);
    }
    expect(answers).to.deep.equal([
      { attempt: 1, cameOut: true },
      { attempt: 1, cameOut: false },
    ]);
  });

  it('act once on a key that is held down', async () => {
    const page = await screens.open('10-verdict');
    const press = (repeat: boolean) =>
      page.evaluate((held) => {
        const event = new KeyboardEvent('keydown', { code: 'KeyE', altKey: true, repeat: held, cancelable: true });
        window.dispatchEvent(event);
        return event.defaultPrevented;
      }, repeat);
    expect(await press(true)).to.equal(true);
    expect(await page.getByRole('dialog').count()).to.equal(0);
    await press(false);
    await page.getByRole('dialog').waitFor();
  });

  it('put the focus where the work is when the pane that had it goes away', async () => {
    for (const [name, place] of [
      ['17-two-visits-and-offer', 'tab'],
      ['06-offer', 'main'],
    ] as const) {
      const page = await screens.open(name);
      await page.getByRole('button', { name: /^Accetta/ }).focus();
      await changeDesk(page, 'offers');
      const at = await page.evaluate(() => {
        const view = document.querySelector('desk-pages')?.shadowRoot?.querySelector('desk-view');
        const focused = view?.shadowRoot?.activeElement;
        return [focused?.getAttribute('role') ?? focused?.localName, focused?.getAttribute('aria-selected')];
      });
      expect(at).to.deep.equal(place === 'tab' ? ['tab', 'true'] : ['main', null]);
    }
  });

  it('keep what was begun for one person while another is in front, and never show it to him', async () => {
    const page = await screens.open('25-long-names');
    await changeDesk(page, 'other-visit');
    await page.getByRole('tab', { name: /^Certificato/ }).click();
    await page.getByLabel(/^Identificativo/).fill('01234567890123');
    await changeDesk(page, 'other-visit');
    expect(await page.getByLabel(/^Identificativo/).count()).to.equal(0);
    await changeDesk(page, 'other-visit');
    expect(await page.getByLabel(/^Identificativo/).inputValue()).to.equal('01234567890123');
  });
});

/** Makes the desk shown another one: without offers, or with the visit in front that was not. */
function changeDesk(page: Page, what: 'offers' | 'other-visit'): Promise<void> {
  return page.evaluate(async (change) => {
    const pages = document.querySelector<HTMLElement & { state: DeskState }>('desk-pages');
    const view = pages?.shadowRoot?.querySelector<HTMLElement & { updateComplete: Promise<unknown> }>('desk-view');
    if (!pages || !view) throw new Error('no desk is shown');
    const { state } = pages;
    pages.state =
      change === 'offers'
        ? { ...state, queue: { ...state.queue, offers: [] } }
        : { ...state, onAir: undefined, chosen: [...state.works.keys()].find((visitId) => visitId !== state.chosen) };
    await new Promise(requestAnimationFrame);
    await view.updateComplete;
  }, what);
}

/** What the desk's keys ask of `name`: resolves with the values of its first call. */
function listenFor(name: string): Promise<unknown[]> {
  return new Promise((resolve) => {
    const pages = document.querySelector<HTMLElement & { actions: object }>('desk-pages');
    if (pages) pages.actions = { [name]: (...values: unknown[]) => resolve(values) };
  });
}

/** Contrast of an element's words with what is painted behind them (WCAG 2.2, relative luminance). */
function contrastOf(element: Element): { words: string; ratio: number } {
  const read = (colour: string) => colour.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
  const layers: number[][] = [];
  for (let at: Node | null = element; at; at = at.parentNode instanceof ShadowRoot ? at.parentNode.host : at.parentNode) {
    if (!(at instanceof Element)) continue;
    const [red = 0, green = 0, blue = 0, alpha = 1] = read(getComputedStyle(at).backgroundColor);
    layers.unshift([red, green, blue, alpha]);
  }
  const behind = layers.reduce(
    (under, [red = 0, green = 0, blue = 0, alpha = 1]) => [red, green, blue].map((value, index) => value * alpha + (under[index] ?? 0) * (1 - alpha)),
    [255, 255, 255],
  );
  const light = (colour: readonly number[]) => {
    const [red = 0, green = 0, blue = 0] = colour.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, bright = 0] = [light(behind), light(read(getComputedStyle(element).color))].toSorted((a, b) => a - b);
  return { words: element.textContent?.trim() ?? '', ratio: (bright + 0.05) / (dark + 0.05) };
}
