import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';

import { expect } from 'chai';
import PDFDocument from 'pdfkit';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';

import { decodeSeal } from './decode-seal.ts';
import { checkImageBounds } from './image-size.ts';
import { drawPdfPages } from './pdf-pages.ts';
import { readPaper } from './read-stamps.ts';
import { SealFormatError } from './seal-error.ts';
import { StampReadError } from './stamp-read-error.ts';
import { stampSymbol } from './symbol.ts';
import type { StampSymbol } from './symbol.ts';
import { encodePng, symbolPng } from './symbol-png.ts';

const vectors: { valid: readonly { seal_hex: string; carrier_base32_url: string }[] } = JSON.parse(
  readFileSync(new URL('../../test/vectors/vds-it-profile.json', import.meta.url), 'utf8'),
);
const [residence, family] = vectors.valid;
const ADDRESS = residence?.carrier_base32_url ?? '';
const SEAL_HEX = residence?.seal_hex ?? '';
const MM = 72 / 25.4;

const hexOf = (seal: Uint8Array) => Buffer.from(seal).toString('hex');
const sealsIn = async (file: Uint8Array) => (await readPaper(file)).stamps.map(({ seal }) => hexOf(seal));

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'none',
    (error: unknown) =>
      error instanceof StampReadError ? error.code : error instanceof SealFormatError ? error.reason : 'unexpected',
  );
}

/** Pages of text, each with a symbol of module 0.5 mm where one is given, so many mm from the left. */
async function pdfOf(
  symbols: readonly (StampSymbol | null)[],
  size: string | [number, number] = 'A4',
  left = 120,
): Promise<Uint8Array> {
  const document = new PDFDocument({ size, autoFirstPage: false });
  const file = buffer(document);
  for (const symbol of symbols) {
    document.addPage().text('Certificato di prova');
    symbol?.modules.forEach((row, y) =>
      row.forEach((dark, x) => {
        if (dark) document.rect((left + x * 0.5) * MM, (220 + y * 0.5) * MM, 0.5 * MM, 0.5 * MM);
      }),
    );
    document.fill('black');
  }
  document.end();
  return new Uint8Array(await file);
}

async function jpegOf(pdf: Uint8Array): Promise<Uint8Array> {
  const child = spawn('pdftoppm', ['-q', '-jpeg', '-r', '200', '-singlefile', '-'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.end(pdf);
  const [jpeg] = await Promise.all([buffer(child.stdout), once(child, 'close')]);
  return new Uint8Array(jpeg);
}

/** A PDF of one page whose content inflates to `size` bytes of drawing. */
function pdfBomb(size: number): Uint8Array {
  const content = deflateSync(Buffer.alloc(size, '0 0 m 500 700 l 500 0 l f '));
  const parts = [
    Buffer.from(
      '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n',
    ),
    Buffer.from('3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n'),
    Buffer.from(`4 0 obj<</Length ${content.length}/Filter/FlateDecode>>stream\n`),
    content,
    Buffer.from('\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'),
  ];
  return new Uint8Array(Buffer.concat(parts));
}

describe('reading stamps from files', function () {
  this.timeout(30_000);
  let symbol: StampSymbol;
  let other: StampSymbol;
  let page: Uint8Array;
  before(async () => {
    symbol = stampSymbol(ADDRESS);
    other = stampSymbol(family?.carrier_base32_url ?? '');
    page = await pdfOf([symbol]);
    // Its own file, which the package would else fetch over the network.
    const writer = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/writer/zxing_writer.wasm')));
    await prepareZXingModule({ overrides: { wasmBinary: Uint8Array.from(writer).buffer }, fireImmediately: true });
  });

  it('reads a PNG', async () => {
    expect((await readPaper(symbolPng(symbol, 4))).stamps).to.deep.equal([
      { seal: new Uint8Array(Buffer.from(SEAL_HEX, 'hex')), address: 'HTTPS://V.EXAMPLE.IT/S' },
    ]);
  });

  it('reads a page of a PDF', async () => {
    expect(await sealsIn(page)).to.deep.equal([SEAL_HEX]);
  });

  it('reads a page of A3 to its edge, standing and lying', async () => {
    expect(await sealsIn(await pdfOf([symbol], [297 * MM, 420 * MM], 240))).to.deep.equal([SEAL_HEX]);
    expect(await sealsIn(await pdfOf([symbol], [420 * MM, 297 * MM], 360))).to.deep.equal([SEAL_HEX]);
  });

  it('reads a scanned page as JPEG', async () => {
    expect(await sealsIn(await jpegOf(page))).to.deep.equal([SEAL_HEX]);
  });

  it('gives each stamp of several pages once', async () => {
    expect(await sealsIn(await pdfOf([symbol, null, symbol, other]))).to.deep.equal([SEAL_HEX, family?.seal_hex]);
  });

  it('reads the address, the Base32 and the bare seal', async () => {
    expect(await sealsIn(Buffer.from(`${ADDRESS}\n`))).to.deep.equal([SEAL_HEX]);
    expect(await sealsIn(Buffer.from(ADDRESS.slice(ADDRESS.indexOf('#') + 1)))).to.deep.equal([SEAL_HEX]);
    expect(await sealsIn(new Uint8Array(Buffer.from(SEAL_HEX, 'hex')))).to.deep.equal([SEAL_HEX]);
  });

  for (const format of ['QRCode', 'DataMatrix'] as const) {
    it(`reads the bare seal in a ${format}`, async () => {
      const { image } = await writeBarcode(new Uint8Array(Buffer.from(SEAL_HEX, 'hex')), { format, scale: 4 });
      expect(image).to.be.instanceOf(Blob);
      expect(await sealsIn(new Uint8Array((await image?.arrayBuffer()) ?? new ArrayBuffer()))).to.deep.equal([
        SEAL_HEX,
      ]);
    });
  }

  it('says that a picture or a PDF has no symbol', async () => {
    const white = encodePng({ width: 100, height: 100, bitDepth: 8 }, deflateSync(Buffer.alloc(101 * 100, 255)));
    expect(await codeOf(readPaper(white))).to.equal('NO_SYMBOL');
    expect(await codeOf(readPaper(await pdfOf([null])))).to.equal('NO_SYMBOL');
  });

  it('says that a symbol is no stamp', async () => {
    expect(await codeOf(readPaper(symbolPng(stampSymbol('HTTPS://WWW.EXAMPLE.IT/#1'), 4)))).to.equal(
      'BAD_BASE32',
    );
  });

  it('does not take any file for a stamp', async () => {
    expect(await codeOf(readPaper(new Uint8Array()))).to.equal('FILE_UNKNOWN');
    const [archive] = (await readPaper(Uint8Array.of(0x50, 0x4b, 3, 4))).stamps;
    expect(() => decodeSeal(archive?.seal ?? new Uint8Array()))
      .to.throw(SealFormatError)
      .with.property('reason', 'NOT_A_SEAL');
    expect(await codeOf(readPaper(Buffer.from('hello')))).to.equal('BAD_BASE32');
    expect(await codeOf(readPaper(new Uint8Array(30_000_001)))).to.equal('FILE_TOO_LARGE');
  });
});

describe('bounds of reading stamps', function () {
  this.timeout(30_000);
  it('refuses a PNG of more pixels than are decoded, by its header alone', async () => {
    const huge = encodePng({ width: 100_000, height: 100_000, bitDepth: 8 }, new Uint8Array(10));
    expect(await codeOf(readPaper(huge))).to.equal('IMAGE_TOO_LARGE');
    expect(await codeOf(readPaper(encodePng({ width: 0, height: 5, bitDepth: 8 }, new Uint8Array())))).to.equal(
      'IMAGE_UNREADABLE',
    );
  });

  it('refuses a small PNG whose data inflate to more than its pixels', async () => {
    const bomb = encodePng({ width: 10, height: 10, bitDepth: 8 }, deflateSync(Buffer.alloc(50_000_000)));
    expect(await codeOf(readPaper(bomb))).to.equal('IMAGE_UNREADABLE');
  });

  it('refuses a JPEG of too many pixels or scans, and one without a frame', () => {
    const frame = (width: number, height: number) => [
      0xff,
      0xc2,
      0,
      11,
      8,
      height >> 8,
      height & 255,
      width >> 8,
      width & 255,
      1,
      1,
      0x11,
      0,
    ];
    const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xff, 0x00, 0x34, 0xff, 0xd3];
    const jpeg = (...parts: number[][]) => Uint8Array.from([[0xff, 0xd8], ...parts, [0xff, 0xd9]].flat());
    const check = (file: Uint8Array) => () => checkImageBounds(file, 'jpeg');
    expect(check(jpeg(frame(60_000, 60_000))))
      .to.throw(StampReadError)
      .with.property('code', 'IMAGE_TOO_LARGE');
    expect(check(jpeg(frame(100, 100), scan))).not.to.throw();
    const scans = Array.from({ length: 65 }, () => scan);
    expect(check(jpeg(frame(100, 100), ...scans)))
      .to.throw(StampReadError)
      .with.property('code', 'IMAGE_TOO_LARGE');
    expect(check(jpeg())).to.throw(StampReadError).with.property('code', 'IMAGE_UNREADABLE');
    expect(check(Uint8Array.of(0xff, 0xd8, 0xff, 0xc0, 0, 11, 8)))
      .to.throw(StampReadError)
      .with.property('code', 'IMAGE_UNREADABLE');
  });

  it('refuses pictures that are cut off', async () => {
    const png = symbolPng(stampSymbol(ADDRESS), 4);
    for (const length of [9, 20, 30, 60, png.length - 30]) {
      expect(await codeOf(readPaper(png.slice(0, length))), `${length} bytes`).to.equal('IMAGE_UNREADABLE');
    }
  });

  it('draws no more of a giant page than the square of the longer side of A3', async () => {
    for await (const drawn of drawPdfPages(await pdfOf([null], [14_000, 14_000]))) {
      expect(drawn.pixels.length).to.be.at.most(25_000_000);
    }
  });

  it('draws no more pages than it may', async () => {
    let pages = 0;
    for await (const drawn of drawPdfPages(await pdfOf([null, null, null, null]), { pages: 2 }))
      pages += drawn.pixels.length > 0 ? 1 : 0;
    expect(pages).to.equal(2);
  });

  it('stops a PDF that inflates without end, at its deadline', async () => {
    const bomb = pdfBomb(200_000_000);
    const before = process.memoryUsage().rss;
    const started = performance.now();
    expect(await codeOf(readPaper(bomb, { deadline: AbortSignal.timeout(1000) }))).to.be.oneOf([
      'PDF_TOO_SLOW',
      'PDF_UNREADABLE',
    ]);
    expect(performance.now() - started).to.be.below(5_000);
    // What the file asks for is paid by a child with a limit, not here.
    expect(process.memoryUsage().rss - before).to.be.below(200_000_000);
  });

  it('does not begin with a page of more words than any paper has', async () => {
    const document = new PDFDocument({ size: 'A4' });
    const file = buffer(document);
    document.fontSize(4).text('a '.repeat(6_000));
    document.end();
    expect(await codeOf(readPaper(new Uint8Array(await file)))).to.equal('PDF_UNREADABLE');
  });

  it('says that rubbish behind a PDF header cannot be drawn', async () => {
    for (const text of ['%PDF-1.4 rubbish', '%PDF-1.7\n%%EOF']) {
      expect(await codeOf(readPaper(Buffer.from(text)))).to.equal('PDF_UNREADABLE');
    }
  });

  it('ends its child when the caller stops listening', async () => {
    const pages = drawPdfPages(await pdfOf([null, null, null]));
    expect((await pages.next()).done).to.equal(false);
    expect((await pages.return(undefined)).done).to.equal(true);
    expect((await pages.next()).done).to.equal(true);
  });
});
