import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { openCheckerSetting, statusOf, takeFile } from './checker-setting.ts';
import type { CheckerSetting } from './checker-setting.ts';

describe('the installed checking page', function () {
  this.timeout(120_000);
  this.slow(15_000);
  let setting: CheckerSetting;

  before(async () => {
    setting = await openCheckerSetting();
  });
  after(() => setting?.[Symbol.asyncDispose]());
  afterEach(() => {
    // A list of keys cannot be fetched from a server that was stopped; the browser notes it, the page does not mind.
    expect(setting.checker.faults.splice(0).filter((fault) => !fault.includes('ERR_CONNECTION_REFUSED'))).to.deep.equal([]);
  });

  /** Once it is active, the page is kept. */
  const installed = (page: Page) => page.evaluate('navigator.serviceWorker.ready.then(() => true)');
  const list = (page: Page, sequence: number) => page.getByText(`Elenco n. ${sequence} del`).waitFor();

  /** The built page in a folder of its own, with this title and worker. */
  async function editionOf(title: string, worker: (text: string) => string = (text) => text): Promise<string> {
    const dist = join(setting.folder, `edition-${title}`);
    await cp(setting.checker.dist, dist, { recursive: true });
    await edit(join(dist, 'index.html'), (text) => text.replace('<html', `<html data-edition="${title}"`));
    await edit(join(dist, 'checker-worker.js'), worker);
    return dist;
  }
  const edit = async (file: string, change: (text: string) => string) => writeFile(file, change(await readFile(file, 'utf8')));
  const edition = (page: Page) => page.evaluate('document.documentElement.dataset.edition');

  /** A trust folder of the authority with a list of this number. */
  async function newerFolder(sequence: number): Promise<string> {
    const folder = join(setting.folder, `trust-${sequence}`);
    await mkdir(folder);
    await cp(join(setting.authority.trustFolder, 'root.pem'), join(folder, 'root.pem'));
    const { text, signature } = await setting.nextBundle({}, sequence);
    await writeFile(join(folder, `bundle-${sequence}.json`), text);
    await writeFile(join(folder, `bundle-${sequence}.sig`), Buffer.from(signature, 'base64'));
    return folder;
  }

  it('is offered for installing: manifest and worker', async () => {
    const page = await setting.checker.openServed(setting.trust);
    const session = await page.context().newCDPSession(page);
    const { data, errors } = await session.send('Page.getAppManifest');
    expect(errors).to.deep.equal([]);
    expect(JSON.parse(data ?? '{}')).to.include({ start_url: './', display: 'standalone', lang: 'it' });
    expect(await installed(page)).to.equal(true);
  });

  it('opens and checks a paper when there is no server any more', async () => {
    const site = await setting.checker.serve({ trustFolder: setting.trust });
    const page = await setting.checker.openSite(site.address);
    await installed(page);
    await site.stop();
    await page.goto('about:blank');
    await page.goto(site.address);
    await takeFile(page, setting.paper);
    expect(await statusOf(page)).to.equal('VALID · Affidabilità: alta');
    // By the other address too, which people type.
    await page.goto(site.address.replace(/S$/, ''));
    await list(page, 1);
    // Nothing else is kept: whatever is not the page is not answered.
    const other = await page.goto(site.address.replace(/S$/, 'o/x')).catch((error: unknown) => String(error));
    expect(other).to.contain('ERR_CONNECTION_REFUSED');
  });

  it('becomes the new edition as soon as there is one, and keeps that', async () => {
    const served: { trustFolder: string; dist: string } = { trustFolder: setting.trust, dist: await editionOf('first') };
    const site = await setting.checker.serve(served);
    const page = await setting.checker.openSite(site.address);
    await installed(page);
    served.dist = await editionOf('second', (text) => text.replace("'checker-1'", "'checker-2'"));
    await page.goto(site.address);
    expect(await edition(page)).to.equal('second');
    await page.evaluate(`navigator.serviceWorker.ready.then(async (registration) => {
      await registration.update();
      const newest = registration.installing ?? registration.waiting ?? registration.active;
      while (newest.state !== 'activated') await new Promise((resolve) => newest.addEventListener('statechange', resolve, { once: true }));
    })`);
    // Of the worker before nothing is left.
    expect(await page.evaluate('caches.keys()')).to.deep.equal(['checker-2']);
    await site.stop();
    await page.goto('about:blank');
    await page.goto(site.address);
    expect(await edition(page)).to.equal('second');
    await list(page, 1);
  });

  it('is not replaced by an answer that is no page', async () => {
    const served = { trustFolder: setting.trust };
    const site = await setting.checker.serve(served);
    const page = await setting.checker.openSite(site.address);
    await installed(page);
    served.trustFolder = join(setting.folder, 'nothing-here');
    await page.goto(site.address);
    await list(page, 1);
    setting.checker.faults.splice(0);
  });

  it('keeps to the newest keys it saw when a server, and then its own copy, bring older ones', async () => {
    const { authority, checker } = setting;
    const served = { trustFolder: await newerFolder(4) };
    const site = await checker.serve(served);
    const page = await checker.openSite(site.address);
    await installed(page);
    await list(page, 4);
    served.trustFolder = authority.trustFolder;
    await page.goto(site.address);
    await page.getByText('L’elenco offerto è più vecchio di quello già visto e viene rifiutato.').waitFor();
    await list(page, 4);
    await site.stop();
    await page.goto('about:blank');
    await page.goto(site.address);
    // The copy that is kept carries list 1 now.
    await list(page, 4);
    await page.evaluate('localStorage.setItem(Object.keys(localStorage)[0], Object.values(localStorage)[0].replace(/"signature":"..../, \'"signature":"AAAA\'))');
    await page.goto('about:blank');
    await page.goto(site.address);
    expect(await page.getByRole('alert').textContent()).to.contain('più vecchio di quello già visto');
  });
});
