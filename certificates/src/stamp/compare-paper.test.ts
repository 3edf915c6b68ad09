import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buffer } from 'node:stream/consumers';

import { expect } from 'chai';
import PDFDocument from 'pdfkit';

import { compareWithPaper } from './compare-paper.ts';
import type { PaperComparison } from './compare-paper.ts';
import { decodeSeal } from './decode-seal.ts';
import type { PaperPage } from './paper-page.ts';
import { readSealContent } from './profile-it.ts';
import { readPaper } from './read-stamps.ts';
import { stampSymbol } from './symbol.ts';
import type { StampSymbol } from './symbol.ts';
import { symbolPng } from './symbol-png.ts';

interface Vector {
  readonly name: string;
  readonly seal_hex: string;
  readonly carrier_base32_url: string;
}
const vectors: { valid: readonly Vector[] } = JSON.parse(
  readFileSync(new URL('../../test/vectors/vds-it-profile.json', import.meta.url), 'utf8'),
);
const vectorOf = (name: string): Vector => {
  const found = vectors.valid.find((vector) => vector.name === name);
  if (found === undefined) throw new Error(`no vector ${name}`);
  return found;
};
const contentOf = (vector: Vector) => readSealContent(decodeSeal(new Uint8Array(Buffer.from(vector.seal_hex, 'hex'))));
const RESIDENCE = vectorOf('it-certificato-residenza');
const FAMILY = vectorOf('it-stato-famiglia-6-componenti');
const residence = contentOf(RESIDENCE);
const textOf = (name: string) => residence.fields.find((field) => field.name === name)?.text ?? '';
const SUBJECT = textOf('subjectName');
const [, , TAX_CODE = '', BIRTH = '', BIRTH_PLACE = ''] = residence.people[0] ?? [];
const italian = (day: string | null) => (day ?? '').split('-').toReversed().join('/');
const FONT = fileURLToPath(new URL('../render/fonts/TitilliumWeb-Regular.ttf', import.meta.url));

type Draw = (document: PDFKit.PDFDocument) => void;

/** A page that says what the residence vector seals, with its stamp; `draw` changes or adds. */
async function paper(options: { subject?: string; taxCode?: string; address?: string; stamp?: string; draw?: Draw } = {}) {
  const document = new PDFDocument({ size: 'A4', margin: 50 });
  const file = buffer(document);
  document.font(FONT);
  document.fontSize(20).text('CERTIFICATO DI RESIDENZA', 50, 50);
  document.fontSize(11).text(textOf('municipality'), 50, 90);
  document.text(`Certificato n. ${textOf('certificateNumber')}   Protocollo ${textOf('protocolNumber')} del ${italian(textOf('protocolDate'))}`, 50, 110);
  document.fontSize(16).text(options.subject ?? SUBJECT, 50, 140);
  document.fontSize(11).text(`nato a ${BIRTH_PLACE} il ${italian(BIRTH)}, codice fiscale ${options.taxCode ?? TAX_CODE}`, 50, 170);
  document.text(`abita in ${options.address ?? textOf('address')}`, 50, 190, { width: 220 });
  document.text(`Imposta di bollo: ${textOf('duty')}`, 50, 250);
  document.text(`Valido dal ${italian(residence.validFrom)} al ${italian(residence.validTo)}`, 50, 270);
  document.image(Buffer.from(symbolPng(symbolOf(options.stamp ?? RESIDENCE.carrier_base32_url), 6)), 50, 400, { width: 150 });
  document.text('Pagina 1 di 1', 450, 760, { lineBreak: false });
  options.draw?.(document);
  document.end();
  return new Uint8Array(await file);
}

const symbols = new Map<string, StampSymbol>();
function symbolOf(address: string): StampSymbol {
  const made = symbols.get(address) ?? stampSymbol(address);
  symbols.set(address, made);
  return made;
}

async function compared(options: Parameters<typeof paper>[0], content = residence): Promise<PaperComparison> {
  const { stamps, pages } = await readPaper(await paper(options));
  expect(stamps.map(({ seal }) => Buffer.from(seal).toString('hex'))).to.have.length.at.least(1);
  return compareWithPaper(content, withoutPictures(pages ?? []));
}
/** The stamp of these pages is a picture; our own paper draws it as a path. */
const withoutPictures = (pages: readonly PaperPage[]) => pages.map((page) => ({ ...page, pictures: [] }));
const missing = ({ lines }: PaperComparison) => lines.filter(({ onPaper }) => onPaper === 'missing').map(({ name }) => name);

describe('comparing a PDF with what its stamp seals', function () {
  this.timeout(60_000);

  it('finds every sealed fact, whatever the line breaks', async () => {
    const comparison = await compared({});
    expect([comparison.outcome, missing(comparison), comparison.foreign]).to.deep.equal(['same', [], []]);
    expect(comparison.lines.filter(({ onPaper }) => onPaper === 'not-compared').map(({ name }) => name)).to.deep.equal([
      'profile',
      'istatCode',
      'anprTypes',
      'originalSha256',
      'originalUri',
    ]);
  });

  it('takes other case, decomposed letters, torn words, soft hyphens and other apostrophes for the same words', async () => {
    const { pages } = await readPaper(await paper());
    const rewritten = withoutPictures(pages ?? []).map((page) => ({
      ...page,
      words: page.words.flatMap((word) => {
        const text = word.text.toLowerCase().normalize('NFD').replaceAll("'", '’');
        const cut = Math.ceil(text.length / 2);
        // Half a word on, as where a word is broken at the end of a line; figures are never broken.
        if (/\d/.test(text) || cut < 3) return [{ ...word, text }];
        const half = { ...word, width: word.width / 2 };
        return [{ ...half, text: `${text.slice(0, cut)}\u00ad-` }, { ...half, x: word.x + half.width, text: text.slice(cut) }];
      }),
    }));
    expect(compareWithPaper(residence, rewritten).outcome).to.equal('same');
  });

  it('finds the stamp of another certificate by every fact that is not this one', async () => {
    const comparison = await compared({ stamp: FAMILY.carrier_base32_url }, contentOf(FAMILY));
    expect(comparison.outcome).to.equal('differs');
    expect(missing(comparison)).to.include.members(['certificateNumber', 'subjectName', 'person']);
  });

  const changed: readonly [what: string, options: Parameters<typeof paper>[0], lines: string[], foreign: string[]][] = [
    ['another name', { subject: 'VERDI MARIO' }, ['subjectName'], []],
    ['a longer name', { subject: `${SUBJECT}MARIA` }, ['subjectName', 'person'], []],
    ['another tax code', { taxCode: 'RSSMRA80A01H501U' }, ['person'], ['RSSMRA80A01H501U']],
    ['another house number', { address: textOf('address').replace(/\d+/, (digits) => `${digits}7`) }, ['address'], []],
    ['a digit moved between two numbers', { address: 'VIA GARIBALDI 12 - 6041 CASALMAGGIORE (CR)' }, ['address'], []],
  ];
  for (const [what, options, lines, foreign] of changed) {
    it(`says that the content differs: ${what}`, async () => {
      const comparison = await compared(options);
      expect(comparison.outcome).to.equal('differs');
      expect(missing(comparison)).to.include.members(lines);
      expect(comparison.foreign).to.include.members(foreign);
    });
  }

  const hidden: readonly [how: string, draw: Draw][] = [
    ['in white', (document) => document.fontSize(16).fillColor('white').text(SUBJECT, 50, 600)],
    ['under a white area', (document) => document.fontSize(16).fillColor('black').text(SUBJECT, 50, 600).rect(40, 590, 400, 50).fill('white')],
    ['in letters too small to read', (document) => document.fontSize(2).fillColor('black').text(SUBJECT, 50, 600)],
    ['under other words', (document) => document.fontSize(16).fillColor('black').text(SUBJECT, 50, 600).text('VERDI MARIO PIO', 50, 600)],
    [
      'beyond what viewers show of the page',
      (document) => {
        document.fontSize(16).fillColor('black').text(SUBJECT, 50, 800, { lineBreak: false });
        Object.assign(document.page.dictionary.data, { CropBox: [0, 60, document.page.width, document.page.height] });
      },
    ],
    ['beyond the edge of the page', (document) => document.fontSize(16).fillColor('black').text(SUBJECT, 700, 600, { lineBreak: false })],
  ];
  for (const [how, draw] of hidden) {
    it(`does not take the sealed name ${how} for a name on the paper`, async () => {
      const comparison = await compared({ subject: 'verdi mario', draw });
      expect(comparison.outcome).to.equal('differs');
      expect(missing(comparison)).to.include('subjectName');
    });
  }

  it('finds a second name as large as the sealed one, and a second tax code and number anywhere', async () => {
    const comparison = await compared({
      draw(document) {
        document.fontSize(18).text('VERDI MARIO', 50, 300);
        document.fontSize(9).text('RSSMRA80A01H501U', 50, 340).text(textOf('certificateNumber').replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)), 50, 360);
      },
    });
    expect(comparison.outcome).to.equal('differs');
    expect(missing(comparison)).to.deep.equal([]);
    expect(comparison.foreign).to.have.length(3).and.to.include.members(['VERDI MARIO', 'RSSMRA80A01H501U']);
  });

  it('finds that the paper is another kind of certificate', async () => {
    const { pages } = await readPaper(await paper());
    const other = { ...residence, profileLabel: 'Certificato di stato libero' };
    const { outcome, kind } = compareWithPaper(other, withoutPictures(pages ?? []));
    expect([outcome, kind]).to.deep.equal(['differs', 'missing']);
  });

  it('finds a page that the paper does not count', async () => {
    const comparison = await compared({ draw: (document) => document.addPage().text('e convive con altri') });
    expect([comparison.outcome, comparison.pagesDiffer]).to.deep.equal(['differs', true]);
  });

  it('leaves a scan with words behind it, and a file without words, to the eye', async () => {
    const { pages } = await readPaper(await paper({ subject: 'BIANCHI NIC0LO' }));
    const scanned = (pages ?? []).map((page) => ({ ...page, pictures: [{ width: page.width, height: page.height }] }));
    expect(compareWithPaper(residence, scanned).outcome).to.equal('by-eye');
    expect(compareWithPaper(residence, scanned.map((page) => ({ ...page, words: [], pictures: [] }))).outcome).to.equal('by-eye');
  });

  it('does not say that all is the same where a picture may cover words, but says when something differs', async () => {
    const { pages } = await readPaper(await paper());
    expect(pages?.[0]?.pictures.map(({ width }) => Math.round(width))).to.deep.equal([150]);
    expect(compareWithPaper(residence, pages ?? []).outcome).to.equal('by-eye');
    expect(compareWithPaper(residence, (await readPaper(await paper({ subject: 'VERDI MARIO' }))).pages ?? []).outcome).to.equal('differs');
  });

  it('does not take a person whom another stamp of the same certificate seals for a stranger', async () => {
    const draw: Draw = (document) => document.fontSize(11).text('e RSSMRA80A01H501U', 50, 300);
    const other = { ...residence, fields: [{ tag: 33, name: 'person', label: 'Persona 2', text: 'RSSMRA80A01H501U' }] };
    const { pages } = await readPaper(await paper({ draw }));
    expect(compareWithPaper(residence, withoutPictures(pages ?? [])).foreign).to.deep.equal(['RSSMRA80A01H501U']);
    expect(compareWithPaper(residence, withoutPictures(pages ?? []), [other]).outcome).to.equal('same');
  });
});
