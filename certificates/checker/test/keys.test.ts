import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { CarriedTrust } from '../../src/trust/carried-trust.ts';
import { stampedResidence } from '../../test/stamped-residence.ts';
import { openCheckerSetting, statusOf, takeFile } from './checker-setting.ts';
import type { CheckerSetting } from './checker-setting.ts';

describe('the checking page’s list of keys', function () {
  this.timeout(120_000);
  this.slow(10_000);
  let setting: CheckerSetting;
  let carried: CarriedTrust;

  before(async () => {
    setting = await openCheckerSetting();
    carried = await setting.checker.carried(setting.authority.trustFolder);
  });
  after(() => setting?.[Symbol.asyncDispose]());
  afterEach(() => {
    expect(setting.checker.faults.splice(0)).to.deep.equal([]);
  });

  const list = (page: Page, sequence: number) => page.getByText(`Elenco n. ${sequence} del`).waitFor();
  const keyFile = async (content: unknown) => {
    const file = join(setting.folder, 'trust.json');
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const give = async (page: Page, content: unknown) =>
    page.getByLabel('Apri un elenco da file').setInputFiles(await keyFile(content));

  it('is the newest one seen, also when an older page is opened; that one spoiled, nothing is checked', async () => {
    const page = await setting.checker.openFile({ ...carried, bundle: await setting.nextBundle({}, 5) });
    await list(page, 5);
    await setting.checker.again(page, carried);
    await list(page, 5);
    await page.evaluate(`for (const [name, text] of Object.entries(localStorage))
      localStorage.setItem(name, text.replace(/"signature":"..../, '"signature":"AAAA'))`);
    await setting.checker.again(page, carried);
    expect(await page.getByRole('alert').textContent()).to.contain('più vecchio di quello già visto');
    expect(await page.getByRole('button', { name: /^Inquadra/ }).count()).to.equal(0);
  });

  it('must be there, and signed by the root the page names', async () => {
    const page = await setting.checker.openFile({ ...carried, root: (await setting.checker.carried(setting.trust)).root });
    expect(await page.getByRole('alert').textContent()).to.contain('non è firmato');
  });

  it('can be brought to a copy on a disk as a file; an older, a foreign and a spoiled one are refused', async () => {
    const page = await setting.checker.openFile(carried, { offline: true });
    await list(page, 1);
    await page.getByText('https://verifica.comune.valfiorita.example/trust.json').waitFor();
    await give(page, await setting.nextBundle({}, 7));
    await list(page, 7);
    await page.getByText('L’elenco del file è stato preso.').waitFor();
    for (const [content, answer] of [
      [await setting.nextBundle({}, 6), 'più vecchio di quello già visto'],
      [(await setting.checker.carried(setting.trust)).bundle, 'non è firmato dall’autorità'],
      ['{"text":1}', 'non è un elenco delle chiavi'],
      ['x'.repeat(3_000_000), 'non è un elenco delle chiavi'],
    ] as const) {
      await give(page, content);
      await page.getByText(answer).waitFor();
      await list(page, 7);
    }
    // The next time too, though the file on the disk still carries the first.
    await setting.checker.again(page, carried);
    await list(page, 7);
  });

  it('can be let fall on the page like a paper, and judges again what is on the screen', async () => {
    const { address } = await stampedResidence(setting.authority, 'HTTPS://VERIFICA.COMUNE.VALFIORITA.EXAMPLE/S');
    const page = await setting.checker.openFile(carried);
    const drop = (name: string, text: string) =>
      page.evaluate(`{
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      }`);
    await list(page, 1);
    await drop('stamp.txt', address);
    expect(await statusOf(page)).to.match(/^VALID/);
    const { signerCode, reference } = setting.authority.stampSigner;
    const revoked = [{ signerCode, reference, revokedOn: '2026-11-01' }];
    await drop('trust.json', JSON.stringify(await setting.nextBundle({ revoked }, 3)));
    await list(page, 3);
    await page.getByText('La chiave del contrassegno è stata revocata').waitFor();
    expect(await page.getByRole('checkbox').count()).to.equal(0);
  });

  it('says its age in days of Italy, also while it is still yesterday by UTC', async () => {
    const dated = { issuedAt: '2026-11-23T23:30:00.000Z', nextUpdate: '2027-05-23T23:30:00.000Z' };
    const page = await setting.checker.openFile(carried);
    await list(page, 1);
    for (const [now, age] of [
      ['2026-11-23T23:40:00Z', '24/11/2026 (di oggi)'],
      ['2026-11-24T23:10:00Z', '24/11/2026 (di ieri)'],
      ['2026-12-06T12:00:00Z', '24/11/2026 (di 12 giorni fa)'],
    ] as const) {
      await page.clock.setFixedTime(new Date(now));
      await setting.checker.again(page, { ...carried, bundle: await setting.nextBundle(dated, 4) });
      await page.getByText(`Elenco n. 4 del ${age}`).waitFor();
    }
  });

  it('is fetched by a served page as it opens and when told, and an older one is refused', async () => {
    const { checker } = setting;
    checker.requests.splice(0);
    const newer = await setting.nextBundle({}, 9);
    const page = await checker.openServed(setting.authority.trustFolder);
    await list(page, 1);
    await page.getByText('L’elenco è il più recente.').waitFor();
    expect(checker.requests.map((url) => new URL(url).pathname)).to.deep.equal(['/S', '/trust.json']);
    await page.route('**/trust.json', (route) => route.fulfill({ json: newer }));
    await page.reload();
    await list(page, 9);
    await page.unroute('**/trust.json');
    await page.getByRole('button', { name: 'Aggiorna l’elenco' }).click();
    await page.getByText('viene rifiutato').waitFor();
    await list(page, 9);
    const response = await page.request.get(page.url());
    expect(response.headers()['content-security-policy']).to.match(/^default-src 'none'; script-src 'sha256-.*frame-ancestors 'none'$/);
  });

  it('can be saved from a served page in the form that a copy takes', async () => {
    const page = await setting.checker.openServed(setting.authority.trustFolder);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: /^Salva l’elenco/ }).click();
    const file = await download;
    expect(file.suggestedFilename()).to.equal('trust.json');
    const saved = await readFile(await file.path(), 'utf8');
    const copy = await setting.checker.openFile(carried, { offline: true });
    await give(copy, saved);
    await copy.getByText('L’elenco del file è stato preso.').waitFor();
  });

  it('does not decide about a paper of somebody else', async () => {
    const page = await setting.checker.openFile(carried);
    await takeFile(page, setting.paper);
    expect(await statusOf(page)).to.match(/^UNKNOWN_CERTIFICATE/);
  });
});
