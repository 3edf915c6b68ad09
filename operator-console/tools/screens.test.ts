import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect } from 'chai';
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
      // English is the same page in other words: three screens of it are enough.
      for (const language of /^(?:02|10|17)-/.test(name) ? (['it', 'en'] as const) : (['it'] as const)) {
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
    for (const name of ['05-available', '11-document-form', '21-wrap-up']) {
      const page = await screens.open(name, { width: 640, height: 800 });
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

  it('ask before a visit is ended, with kiosk and town in the question, and take Esc for no', async () => {
    const page = await screens.open('10-verdict');
    await page.keyboard.press('Alt+e');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    expect(await dialog.textContent()).to.contain('Centro commerciale, Valfiorita');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });
});
