import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compareCatalogues } from '@videosportello/web-parts/fluent-keys.ts';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { DemoAuthority } from '../../src/trust/demo-authority.ts';
import { stampedPdf } from '../../testing/stamped-pdf.ts';
import { stampedResidence } from '../../test/stamped-residence.ts';
import type { CheckerBrowser } from './checker-browser.ts';
import { openCheckerSetting, statusOf as status, takeFile as take } from './checker-setting.ts';
import type { CheckerSetting } from './checker-setting.ts';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const run = promisify(execFile);
const read = (name: string) => readFileSync(new URL(`../src/i18n/${name}`, import.meta.url), 'utf8');

describe('the checking page', function () {
  this.timeout(180_000);
  this.slow(10_000);
  let setting: CheckerSetting;
  let checker: CheckerBrowser;
  let folder = '';
  let paper = '';
  let address = '';
  let picture = '';
  let foreign = '';
  let authority: DemoAuthority;
  let stamped: Awaited<ReturnType<typeof stampedResidence>>;

  before(async () => {
    setting = await openCheckerSetting();
    ({ checker, folder, paper, authority } = setting);
    picture = join(folder, 'page.png');
    await run('pdftoppm', ['-q', '-png', '-gray', '-r', '200', '-singlefile', paper, picture.replace('.png', '')]);
    // The second implementation of QR codes says what is in the symbol.
    address = (await run('zbarimg', ['--raw', '-q', '-Sdisable', '-Sqrcode.enable', picture])).stdout.trim();
    foreign = join(folder, 'foreign.pdf');
    await writeFile(foreign, await stampedPdf(address, ['CERTIFICATO DI RESIDENZA', 'VERDI MARIO', 'Codice fiscale VRDMRA80A01X000X']));
    stamped = await stampedResidence(authority, 'HTTPS://VERIFICA.COMUNE.VALFIORITA.EXAMPLE/S');
  });
  after(() => setting?.[Symbol.asyncDispose]());
  afterEach(() => {
    expect(checker.faults.splice(0)).to.deep.equal([]);
  });

  const open = async (options?: Parameters<CheckerBrowser['openFile']>[1]) => checker.openFile(await checker.carried(setting.trust), options);
  const paste = async (page: Page, text: string) => {
    await page.getByLabel(/^Oppure incolli/).fill(text);
    await page.getByRole('button', { name: 'Verifica il testo' }).click();
  };

  it('checks a PDF from the disk without a network, compares its words, and asks nobody', async () => {
    checker.requests.splice(0);
    const page = await open({ offline: true });
    await take(page, paper);
    expect(await status(page)).to.equal('VALID · Affidabilità: alta');
    expect(await page.getByText('SPECIMEN – autorità dimostrativa').isVisible()).to.equal(true);
    expect(await page.getByText('Le parole del PDF dicono le stesse cose').isVisible()).to.equal(true);
    expect(await page.locator('li.missing').count()).to.equal(0);
    expect(checker.requests.map((url) => new URL(url).protocol)).to.deep.equal(['file:']);
  });

  it('checks a picture of the page, leaves the comparison to the person, and counts what he ticked', async () => {
    const page = await open({ offline: true });
    await take(page, picture);
    expect(await status(page)).to.equal('VALID · Affidabilità: alta');
    expect(await page.getByText('Confronti ogni riga con il foglio').isVisible()).to.equal(true);
    const boxes = page.getByRole('checkbox');
    const count = await boxes.count();
    for (let index = 0; index < count; index += 1) await boxes.nth(index).check();
    expect(count).to.be.at.least(8);
    expect(await page.getByText('Tutte le righe sono uguali al foglio.').isVisible()).to.equal(true);
    await page.getByRole('button', { name: 'Verifica un altro contrassegno' }).click();
    expect(await page.getByText('CONTI').count()).to.equal(0);
  });

  it('says at once what a phone brought behind the #, and takes the pasted text with the same eyes', async () => {
    const [, text = ''] = address.split('#');
    const page = await open({ hash: text });
    expect(await status(page)).to.match(/^VALID/);
    const other = await open();
    await paste(other, `  ${address}\n`);
    expect(await status(other)).to.match(/^VALID/);
    expect(await other.locator('check-result .warning').count()).to.equal(0);
  });

  it('warns of an address that is not the institution’s, with the right one in words', async () => {
    const page = await open();
    await paste(page, `HTTPS://VERIFICA.COMUNE.VALFI0RITA.EXAMPLE/S#${address.split('#')[1]}`);
    expect(await status(page)).to.match(/^VALID/);
    const warning = (await page.locator('check-result .warning').first().textContent()) ?? '';
    expect(warning).to.contain('VALFI0RITA').and.to.contain('verifica.comune.valfiorita.example');
  });

  it('shows nothing of a changed stamp', async () => {
    const page = await open();
    // The last letter but one lies in the signature.
    await paste(page, address.replace(/(.)(.{3})$/, (_, letter: string, rest: string) => `${letter === 'A' ? 'B' : 'A'}${rest}`));
    expect(await status(page)).to.equal('INVALID_SIGNATURE · Affidabilità: nessuna');
    expect(await page.getByRole('checkbox').count()).to.equal(0);
  });

  it('says that the paper differs where the stamp is another certificate’s', async () => {
    const page = await open();
    await take(page, foreign);
    expect(await status(page)).to.equal('CONTENT_DIFFERS · Affidabilità: nessuna');
    expect(await page.locator('li.missing').count()).to.be.above(1);
  });

  it('reads a page of A3 that lies, to its right edge', async () => {
    const lying = join(folder, 'lying.pdf');
    await writeFile(lying, await stampedPdf(address, ['CERTIFICATO'], { size: [1190.55, 841.89], left: 1000 }));
    const page = await open();
    await take(page, lying);
    expect(await status(page)).to.match(/^CONTENT_DIFFERS/);
  });

  it('says why nothing was read', async () => {
    const page = await open();
    await writeFile(join(folder, 'cut.png'), (await readFile(picture)).subarray(0, 60));
    await take(page, join(folder, 'cut.png'));
    expect(await status(page)).to.match(/^READ_ERROR/);
    expect(await page.getByText('L’immagine è danneggiata.').isVisible()).to.equal(true);
  });

  it('refuses a revoked key', async () => {
    const { signerCode, reference } = authority.stampSigner;
    const bundle = await setting.nextBundle({ revoked: [{ signerCode, reference, revokedOn: '2026-11-01' }] });
    const page = await checker.openFile({ ...(await checker.carried(authority.trustFolder)), bundle });
    await paste(page, stamped.address);
    expect(await status(page)).to.equal('REVOKED_CERTIFICATE · Affidabilità: nessuna');
  });

  it('tells a certificate that is over, old keys and a clock that is behind from a false stamp', async () => {
    const page = await open();
    await page.clock.setFixedTime(new Date(Date.now() + 200 * 86_400_000));
    await paste(page, address);
    expect(await status(page)).to.equal('VALID · Affidabilità: media');
    expect(await page.getByText('Il certificato è scaduto').isVisible()).to.equal(true);
    expect(await page.getByText('L’elenco delle chiavi è vecchio').isVisible()).to.equal(true);
    const behind = await open();
    await behind.clock.setFixedTime(new Date('2020-01-01'));
    await paste(behind, address);
    expect(await status(behind)).to.equal('EXPIRED_CERTIFICATE · Affidabilità: bassa');
    expect(await behind.getByText('L’orologio di questo dispositivo è indietro').isVisible()).to.equal(true);
  });

  it('has no fault that axe finds, in both languages, on every step, and fits 320 pixels', async () => {
    const axe = await readFile(axeFile, 'utf8');
    const found: string[] = [];
    for (const language of ['it-IT', 'en-GB']) {
      const page = await open({ language, width: 320, height: 640 });
      const look = async (step: string) => {
        await page.evaluate(axe);
        const ids = await page.evaluate<string[]>(
          `axe.run({ runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] } })
            .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
        );
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        found.push(...ids.map((id) => `${step} ${language}: ${id}`), ...(width > 320 ? [`${step} is ${width} wide`] : []));
      };
      await look('start');
      await take(page, foreign);
      await status(page);
      await look('differs');
      await page.getByRole('button', { name: language === 'it-IT' ? /^Verifica un altro/ : /^Check another/ }).click();
      await take(page, paper);
      await status(page);
      await look('valid');
      await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
      // Where the system's colours take the block's own away, its border still holds it together.
      const verdict = page.locator('check-result .status');
      const border = await verdict.evaluate((block) => block.ownerDocument.defaultView?.getComputedStyle(block).borderTopColor);
      expect(border).to.match(/^rgb\(/);
      await page.emulateMedia({ forcedColors: 'none', colorScheme: 'light' });
      await page.getByRole('button', { name: language === 'it-IT' ? /^Verifica un altro/ : /^Check another/ }).click();
      await take(page, setting.original);
      await status(page);
      await look('original');
      // Text of twice the size, as browsers enlarge it, on a screen of 640 pixels.
      await page.setViewportSize({ width: 640, height: 800 });
      await page.evaluate("document.documentElement.style.fontSize = '200%'; document.body.style.fontSize = '36px'");
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      if (width > 640) found.push(`large text is ${width} wide`);
    }
    expect(found).to.deep.equal([]);
  });

  it('can be used by keys alone: to the outcome, through the lines, and back', async () => {
    const page = await open();
    await page.getByLabel(/^Oppure incolli/).focus();
    await page.keyboard.insertText(address);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await status(page);
    expect(
      await page.evaluate("document.querySelector('checker-app').shadowRoot.querySelector('check-result').shadowRoot.activeElement.localName"),
    ).to.equal('h2');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await page.getByRole('checkbox').first().isChecked()).to.equal(true);
  });

  it('says aloud what happens: reading, lines done, keys', async () => {
    const page = await open();
    const spoken = await page.getByRole('status').allTextContents();
    expect(spoken).to.have.length(1);
    await take(page, picture);
    await status(page);
    expect(await page.getByRole('status').filter({ hasText: /^0 di \d+ righe confrontate$/ }).count()).to.equal(1);
    await page.getByRole('checkbox').first().check();
    expect(await page.getByRole('status').filter({ hasText: /^1 di \d+ righe confrontate$/ }).count()).to.equal(1);
  });

  it('says the same things in both languages', () => {
    expect(compareCatalogues(read('it.ftl'), read('en.ftl'))).to.deep.equal({ missing: [], extra: [], otherVariables: [] });
  });
});
