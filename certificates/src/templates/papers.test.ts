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
      it(`${type} in ${name} prints each fact its stamp seals, its number and the words of art. 40 once`, async () => {
        const { paper, rendered } = await drawSample(type, wish, fonts);
        const text = await textOf(rendered.pdf);
        for (const fact of printedFacts(paper.stamp)) expect(text).to.contain(onOneLine(fact));
        expect(count(text, ART_40)).to.equal(1);
        expect(count(text, paper.stamp.certificateNumber)).to.equal(1);
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
