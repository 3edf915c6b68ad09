import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { certificateType } from '@videosportello/protocol/messages/document.ts';
import { expect } from 'chai';
import { differences, pictureOf, readPicture } from '../../test/grey-picture.ts';
import { loadFonts } from '../render/fonts.ts';
import type { Fonts } from '../render/fonts.ts';
import type { StampContent } from '../stamp/build-stamps.ts';
import { composePaper } from './paper.ts';
import type { Paper, PaperWish } from './paper.ts';
import { drawPaper, drawSample } from './samples/draw-sample.ts';
import { EDITIONS } from './samples/editions.ts';
import { paperSample } from './samples/samples.ts';

const run = promisify(execFile);
const ART_40 =
  'Il presente certificato non può essere prodotto agli organi della pubblica amministrazione o ai privati gestori di pubblici servizi';

/** Every line a stamp seals that a paper prints, as the paper writes it. */
function printedFacts({ people, statements, ...content }: StampContent): string[] {
  const figures = (day: string): string => day.split('-').toReversed().join('/');
  return [
    content.certificateNumber,
    content.protocolNumber,
    content.municipality,
    content.subjectName,
    content.duty,
    ...[content.address, content.act].filter((text) => text !== undefined),
    ...(content.onDay === undefined ? [] : [figures(content.onDay)]),
    ...(content.validTo === null ? [] : [figures(content.validTo)]),
    ...statements.map(({ value }) => value),
    ...people.flatMap(({ surname, name, taxCode, birthDate, birthPlace, relation }) => [
      `${surname} ${name}`,
      taxCode,
      figures(birthDate),
      birthPlace,
      ...(relation === undefined ? [] : [relation]),
    ]),
  ];
}

const count = (text: string, part: string): number => text.split(part).length - 1;
const onOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe('papers', function () {
  // Other programs read and draw each file.
  this.timeout(60_000);
  let fonts: Fonts;
  let folder: string;
  before(async () => {
    fonts = await loadFonts();
    folder = await mkdtemp(join(tmpdir(), 'papers-'));
  });
  after(() => rm(folder, { recursive: true }));

  /** The words of a file in the order in which they were drawn. */
  const textOf = async (pdf: Uint8Array): Promise<string> => {
    const file = join(folder, `${crypto.randomUUID()}.pdf`);
    await writeFile(file, pdf);
    return onOneLine((await run('pdftotext', ['-raw', file, '-'])).stdout);
  };

  const wishes: readonly [name: string, wish: Partial<PaperWish>][] = [
    ...Object.entries(EDITIONS),
    ['it-en', { language: 'it-en' }],
    ['large it-de', { language: 'it-de', edition: 'large-print' }],
  ];
  for (const type of certificateType.options) {
    for (const [name, wish] of wishes) {
      it(`${type} in ${name} prints each fact its stamp seals, the words of art. 40 once, and its number on each page`, async () => {
        const { paper, rendered } = await drawSample(type, wish, fonts);
        const text = await textOf(rendered.pdf);
        for (const fact of printedFacts(paper.stamp)) expect(text).to.contain(onOneLine(fact));
        expect(count(text, ART_40)).to.equal(1);
        expect(count(text, paper.stamp.certificateNumber)).to.equal(rendered.pages);
        expect(count(text, onOneLine(paper.layout.title.it).toLocaleUpperCase('it'))).to.equal(1);
        for (const taxCode of text.match(/\b[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]\b/g) ?? [])
          expect(paper.stamp.people.map((person) => person.taxCode)).to.contain(taxCode);
        expect(count(text, 'Pagina ')).to.equal(rendered.pages);
        if (paper.layout.title.also !== null) expect(text).to.contain(paper.layout.title.also);
      });
    }

    for (const [name, wish] of Object.entries(EDITIONS)) {
      it(`${type} in ${name} looks as its stored picture`, async () => {
        const { rendered } = await drawSample(type, wish, fonts);
        const expected = readPicture(await readFile(new URL(`expected/${type}.${name}.png`, import.meta.url)));
        expect(differences(await pictureOf(rendered.pdf), expected)).to.equal(0);
      });
    }
  }

  for (const edition of ['standard', 'large-print'] as const) {
    it(`prints a household of fifteen with long names in ${edition}, none cut, its stamp on every page`, async () => {
      const input = await paperSample('household-cumulative', { edition });
      const { household } = input.facts;
      if (household === undefined) throw new TypeError('no household');
      const [head, ...others] = household.members;
      if (head === undefined) throw new TypeError('nobody');
      const surnames = ['Kovačević', 'Ștefănescu-Țuțuianu', 'Della Valle Montecuccoli', 'Łukasiewicz', 'Õunapuu', 'Žvejniecė'];
      const more = Array.from({ length: 14 - others.length }, (_, index) => ({
        ...head,
        surname: surnames[index % surnames.length] ?? '',
        givenNames: `Maria ${'ABCDEFGHIJKLMN'[index] ?? ''}ntonietta Rosalìa`,
        taxCode: `KVCMRK${60 + index}R07Z${100 + index}D`,
        relation: 'cohabitant' as const,
      }));
      const members = [head, ...others, ...more];
      const paper = composePaper({ ...input, facts: { ...input.facts, household: { ...household, members } } });
      const { pdf, pages } = await drawPaper(paper, input, fonts);
      const text = await textOf(pdf);
      for (const fact of printedFacts(paper.stamp)) expect(text).to.contain(onOneLine(fact));
      for (const { taxCode } of members.slice(1)) expect(count(text, taxCode)).to.equal(1);
      expect(pages).to.be.greaterThan(1);
      expect(count(text, paper.layout.seal.checkerAddress), 'beside the stamp of each page').to.equal(pages);
      if (edition === 'standard') expect(count(text, 'Cognome e nome'), 'the head stands on each page').to.equal(pages);
    });
  }

  it('would see one changed digit in a picture', async () => {
    const input = await paperSample('residence');
    const expected = readPicture(await readFile(new URL('expected/residence.it.png', import.meta.url)));
    const changed = { ...input, protocol: input.protocol.replace('4', '7') };
    const paper: Paper = { ...composePaper(input), layout: composePaper(changed).layout };
    const { pdf } = await drawPaper(paper, input, fonts);
    expect(differences(await pictureOf(pdf), expected)).to.be.greaterThan(0);
  });

  it('sets every letter of the large print at 18 points or more', async () => {
    for (const type of certificateType.options) {
      const { rendered } = await drawSample(type, { language: 'it-de', edition: 'large-print' }, fonts);
      const file = join(folder, `${type}.large.pdf`);
      await writeFile(file, rendered.pdf);
      const { stdout } = await run('qpdf', ['--qdf', '--object-streams=disable', file, '-'], { encoding: 'latin1' });
      const sizes = [...stdout.matchAll(/^\/F\d+ ([\d.]+) Tf$/gm)].map(([, size]) => Number(size));
      expect(sizes.length).to.be.greaterThan(20);
      expect(Math.min(...sizes)).to.be.at.least(18);
    }
  });
});
