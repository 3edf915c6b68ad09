import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import Koa from 'koa';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { originalsDoor } from './originals-door.ts';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const CODE = 'QWERTYUZXCVB';

describe('pages of the door to originals, in a browser', function () {
  // A whole browser.
  this.timeout(90_000);
  let browser: Browser;
  let server: Server;
  let base: string;
  const asked: string[] = [];
  before(async () => {
    const app = new Koa();
    app.use(
      originalsDoor({
        register: {
          async openOriginal(code) {
            asked.push(code);
            return code === CODE ? Buffer.from('%PDF-1.7') : null;
          },
        },
        limit: { take: () => 0 },
        municipality: 'Comune di Valfiorita',
        behindProxy: false,
        now: () => new Date('2026-11-22T10:00:00Z'),
        onAttempt: () => undefined,
      }),
    );
    server = createServer(app.callback());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const flags = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking'];
    browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: flags });
  });
  after(async () => {
    await browser.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const openPage = async (path: string): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width: 320, height: 640 } });
    await page.goto(`${base}${path}`);
    return page;
  };

  it('save the original under their policy when the key is pressed, by keyboard alone', async () => {
    const page = await openPage(`/o/${CODE}`);
    expect(asked).to.deep.equal([]);
    await page.keyboard.press('Tab');
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    expect(download.suggestedFilename()).to.equal('originale.pdf');
    expect(asked).to.deep.equal([CODE]);
    await page.close();
  });

  it('take a code typed from paper, and say in words that it opens nothing', async () => {
    const page = await openPage('/o/');
    await page.getByLabel('Codice di accesso').fill('mnpq rstu vwxy');
    await Promise.all([page.waitForURL(`${base}/o/`), page.keyboard.press('Enter')]);
    await page.getByRole('heading', { name: 'Nessun originale a questo indirizzo' }).waitFor();
    expect(asked.at(-1)).to.equal('MNPQRSTUVWXY');
    await page.close();
  });

  for (const path of ['/o/', `/o/${CODE}`]) {
    it(`have no fault that axe finds and fit 320 pixels: ${path.replace(CODE, 'CODE')}`, async () => {
      const page = await openPage(path);
      await page.evaluate(await readFile(axeFile, 'utf8'));
      const faults: unknown = await page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))');
      expect(faults).to.deep.equal([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).to.equal(320);
      await page.close();
    });
  }
});
