import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { verifySealedPdf } from '../../src/signature/verify-sealed-pdf.ts';
import type { SealedPdfStatus } from '../../src/signature/verify-sealed-pdf.ts';
import type { CarriedTrust } from '../../src/trust/carried-trust.ts';
import { encodeBase32 } from '../../src/stamp/base32.ts';
import { fingerprint } from '../../src/trust/trust-bundle.ts';
import type { TrustBundle } from '../../src/trust/trust-bundle.ts';
import { loadTrustFolder } from '../../src/trust/trust-folder.ts';
import { stampedPdf } from '../../testing/stamped-pdf.ts';
import { openCheckerSetting, statusOf, takeFile } from './checker-setting.ts';
import type { CheckerSetting } from './checker-setting.ts';
import { pdfOfStream, peakOfRenderers } from './hostile-pdf.ts';

const vectors: { invalid: readonly { name: string; seal_hex: string }[] } = JSON.parse(
  readFileSync(new URL('../../test/vectors/vds-it-profile.json', import.meta.url), 'utf8'),
);
const TODAY = new Date().toISOString().slice(0, 10);

describe('the checking page with files', function () {
  this.timeout(120_000);
  this.slow(10_000);
  let setting: CheckerSetting;
  let carried: CarriedTrust;
  let trust: TrustBundle;
  let sealed: Buffer;

  before(async () => {
    setting = await openCheckerSetting();
    carried = await setting.checker.carried(setting.trust);
    trust = await loadTrustFolder(setting.trust);
    sealed = await readFile(setting.original);
  });
  after(() => setting?.[Symbol.asyncDispose]());
  afterEach(() => {
    expect(setting.checker.faults.splice(0)).to.deep.equal([]);
  });

  async function give(page: Page, bytes: Uint8Array): Promise<void> {
    const file = join(setting.folder, 'given.pdf');
    await writeFile(file, bytes);
    await takeFile(page, file);
  }

  describe('that are sealed originals', () => {
    it('says that one is as the town sealed it, since when, and that nothing is to be compared', async () => {
      const page = await setting.checker.openFile(carried, { offline: true });
      await takeFile(page, setting.original);
      expect(await statusOf(page)).to.equal('VALID · Affidabilità: alta');
      const { sealedAt } = await verifySealedPdf(sealed, trust, TODAY);
      const time = sealedAt?.claimed.toLocaleString('it', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Rome' });
      expect(await page.getByText(`Sigillato il ${time}`).isVisible()).to.equal(true);
      expect(await page.getByText('SPECIMEN – autorità dimostrativa').isVisible()).to.equal(true);
      expect(await page.getByRole('checkbox').count()).to.equal(0);
      // Of the outcome's heading a screen reader hears first.
      expect(await page.evaluate("document.querySelector('checker-app').shadowRoot.querySelector('original-result').shadowRoot.activeElement.localName")).to.equal('h2');
    });

    const text = (change: (file: string) => string) => () => Buffer.from(change(sealed.toString('latin1')), 'latin1');
    const hostile: Readonly<Record<string, readonly [status: SealedPdfStatus, file: () => Uint8Array]>> = {
      'bytes appended after the seal': ['BYTES_APPENDED', text((file) => `${file}\n%%EOF\n`)],
      'a revision appended that draws another page': [
        'BYTES_APPENDED',
        text((file) => `${file}\n99 0 obj<</Type/Page>>endobj\ntrailer<</Root 1 0 R/Prev 1>>\n%%EOF\n`),
      ],
      'one changed byte': ['CONTENT_CHANGED', text((file) => file.replace('%%EOF', '%%EOE'))],
      'a second signature': ['SECOND_SIGNATURE', text((file) => `${file}\n% /ByteRange [0 1 2 3]`)],
      'a seal that covers half': ['WRONG_RANGE', text((file) => file.replace(/\/ByteRange \[0 (\d)/, '/ByteRange [1 $1'))],
      'a seal of zeros': ['WRONG_FORMAT', text((file) => file.replace(/(\/Contents ?<)([0-9a-fA-F]+)/, (_, start: string, hex: string) => start + '0'.repeat(hex.length)))],
      'a seal of rubbish': ['WRONG_FORMAT', text((file) => file.replace(/(\/Contents ?<30820...)([0-9a-fA-F]{40})/, (_, start: string) => start + '05'.repeat(20)))],
      'more bytes than an original may have': ['TOO_LARGE', text((file) => file.padEnd(20_000_001, ' '))],
      'a stamped paper that names a seal': ['BYTES_APPENDED', () => Buffer.concat([readFileSync(setting.paper), Buffer.from('\n% /ByteRange [0 1 2 3]')])],
    };
    for (const [name, [status, file]] of Object.entries(hostile)) {
      it(`names ${name}: ${status}, as the command does, at once`, async () => {
        const bytes = file();
        expect((await verifySealedPdf(bytes, trust, TODAY)).status).to.equal(status);
        const page = await setting.checker.openFile(carried);
        const begun = performance.now();
        await give(page, bytes);
        expect(await statusOf(page)).to.equal(`${status} · Affidabilità: nessuna`);
        expect(performance.now() - begun).to.be.below(20_000);
        expect(await page.getByText('Non si fidi di questo file').isVisible()).to.equal(true);
      });
    }

    it('does not know the seal of another town', async () => {
      const page = await setting.checker.openFile(await setting.checker.carried(setting.authority.trustFolder));
      await takeFile(page, setting.original);
      expect(await statusOf(page)).to.match(/^UNKNOWN_CERTIFICATE/);
    });

    it('refuses a seal whose key was revoked, as soon as the list says so', async () => {
      const [seal] = trust.seals;
      const page = await setting.checker.openFile(await setting.checker.carried(setting.authority.trustFolder));
      await takeFile(page, setting.original);
      await statusOf(page);
      const giveKeys = async (values: object, sequence: number) => {
        const file = join(setting.folder, 'trust.json');
        await writeFile(file, JSON.stringify(await setting.nextBundle({ seals: [seal], ...values }, sequence)));
        await page.getByLabel('Apri un elenco da file').setInputFiles(file);
        await page.getByText(`Elenco n. ${sequence} del`).waitFor();
      };
      await giveKeys({}, 2);
      expect(await statusOf(page)).to.match(/^VALID/);
      const revoked = { fingerprint: await fingerprint(Buffer.from(seal?.certificate ?? '', 'base64')), revokedOn: TODAY };
      await giveKeys({ revokedSeals: [revoked] }, 3);
      await page.getByText('La chiave del sigillo è stata revocata').waitFor();
    });
  });

  describe('that want to hurt it', () => {
    /** Of memory in megabytes; bare, with the decoder and a page of A3 drawn, it takes about 250. */
    const MAX_PEAK_MB = 700;
    const content = (size: number, text: string) => deflateSync(Buffer.alloc(size, text), { level: 9 });
    const image = '/Resources<</XObject<</I 5 0 R>>>>';
    const bombs: Readonly<Record<string, readonly [sentence: string, file: () => Uint8Array]>> = {
      'a page that inflates to four hundred megabytes': ['Il PDF è danneggiato o protetto.', () => pdfOfStream(content(400_000_000, ' '))],
      'a bomb in a bomb': [
        'Il PDF è danneggiato o protetto.',
        () => pdfOfStream(deflateSync(content(400_000_000, ' '), { level: 9 }), { filter: '[/FlateDecode/FlateDecode]' }),
      ],
      'a page of two hundred inches': ['Il PDF è danneggiato o protetto.', () => pdfOfStream(content(10, ' '), { box: '0 0 14400 14400' })],
      'a picture of ten thousand million pixels': [
        'Il PDF è danneggiato o protetto.',
        () => pdfOfStream(deflateSync(Buffer.from('595 0 0 842 0 0 cm /I Do')), { page: image, picture: 100_000 }),
      ],
      'more words than any paper': [
        'Il PDF è danneggiato o protetto.',
        () => pdfOfStream(deflateSync(Buffer.from(`BT /F 6 Tf ${'40 1 Td (a) Tj '.repeat(100_000)}ET`)), { page: '/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>' }),
      ],
      'more bytes than any paper': ['Il file è troppo grande.', () => Buffer.alloc(30_000_001, '%PDF-1.7 ')],
    };
    for (const [name, [sentence, file]] of Object.entries(bombs)) {
      it(`reads nothing in ${name}, in little time and memory`, async () => {
        const page = await setting.checker.openFile(carried);
        const peak = await peakOfRenderers(page);
        const bytes = file();
        const begun = performance.now();
        await give(page, bytes);
        expect(await statusOf(page)).to.equal('READ_ERROR · Affidabilità: nessuna');
        expect(performance.now() - begun).to.be.below(30_000);
        expect(await page.locator('check-result p').nth(1).textContent()).to.equal(sentence);
        expect(await peak.stop()).to.be.above(20).and.below(MAX_PEAK_MB);
        // And the next file is read as if nothing had been.
        await page.getByRole('button', { name: /^Verifica un altro/ }).click();
        await takeFile(page, setting.paper);
        expect(await statusOf(page)).to.match(/^VALID/);
        await page.close();
      });
    }

    it('ends what draws without end at its deadline, and answers meanwhile', async () => {
      const page = await setting.checker.openFile(carried);
      await page.clock.install();
      await give(page, pdfOfStream(content(100_000_000, '0 0 595 842 re f ')));
      await page.getByRole('status').filter({ hasText: 'Lettura in corso' }).waitFor();
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('status').filter({ hasText: 'Reading' }).waitFor();
      await page.clock.fastForward(31_000);
      expect(await statusOf(page)).to.match(/^READ_ERROR/);
      await page.getByText('Reading took too long and was stopped.').waitFor();
      await page.close();
    });

    for (const [vector, status] of [
      ['duplicate-tag-correctly-signed', 'WRONG_FORMAT'],
      ['trailing-byte-after-signature', 'WRONG_FORMAT'],
      ['length-beyond-end', 'WRONG_FORMAT'],
      ['unknown-certificate-reference', 'UNKNOWN_CERTIFICATE'],
    ] as const) {
      it(`says ${status} of the stamp ${vector} on a page`, async () => {
        const seal = Buffer.from(vectors.invalid.find(({ name }) => name === vector)?.seal_hex ?? '', 'hex');
        const page = await setting.checker.openFile(carried);
        await give(page, await stampedPdf(`HTTPS://V.EXAMPLE.IT/S#${encodeBase32(seal)}`, ['CERTIFICATO']));
        expect(await statusOf(page)).to.equal(`${status} · Affidabilità: nessuna`);
        expect(await page.getByRole('checkbox').count()).to.equal(0);
      });
    }
  });
});
