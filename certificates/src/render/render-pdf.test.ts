import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { plain } from '../templates/say.ts';
import { euro } from '../templates/words/italian.ts';
import { composePaper } from '../templates/paper.ts';
import { paperSample, SAMPLE_AT } from '../templates/samples/samples.ts';
import type { CertificateLayout } from '../templates/layout.ts';
import { loadFonts, MissingGlyphError } from './fonts.ts';
import type { Fonts } from './fonts.ts';
import { renderPdf } from './render-pdf.ts';
import type { Edition, FileIdentity, RenderedPdf } from './render-pdf.ts';
import { StampTooLargeError } from './stamp-area.ts';

const run = promisify(execFile);
const symbolOf = (side: number): boolean[][] =>
  Array.from({ length: side }, (_, row) =>
    Array.from({ length: side }, (_, column) => (row * 7 + column * 13 + row * column) % 5 < 2),
  );

describe('renderPdf', function () {
  // pdftotext and its like read each file.
  this.timeout(30_000);
  let fonts: Fonts;
  let layout: CertificateLayout;
  let file: FileIdentity;
  let original: Edition;
  let folder: string;
  const paper: Edition = { kind: 'paper', symbols: [symbolOf(89)] };

  before(async () => {
    fonts = await loadFonts();
    const input = await paperSample('residence');
    layout = composePaper(input).layout;
    file = { documentId: input.documentId, createdAt: SAMPLE_AT };
    original = {
      kind: 'original',
      seal: { name: 'Comune di Valfiorita', location: 'Valfiorita', reason: 'Prova', at: SAMPLE_AT },
      sides: [89],
    };
    folder = await mkdtemp(join(tmpdir(), 'render-'));
  });
  after(() => rm(folder, { recursive: true }));

  const draw = (edition: Edition, change: Partial<CertificateLayout> = {}): Promise<RenderedPdf> =>
    renderPdf({ ...layout, ...change }, edition, file, fonts);
  const saved = async ({ pdf }: RenderedPdf): Promise<string> => {
    const path = join(folder, `${crypto.randomUUID()}.pdf`);
    await writeFile(path, pdf);
    return path;
  };
  const pagesOf = async (rendered: RenderedPdf): Promise<string[]> =>
    (await run('pdftotext', ['-layout', await saved(rendered), '-'])).stdout.split('\f');
  const textOf = async (rendered: RenderedPdf): Promise<string> =>
    (await run('pdftotext', ['-layout', await saved(rendered), '-'])).stdout.replace(/\s+/g, ' ');

  it('gives the same bytes for the same arguments, and another file for another edition or moment', async () => {
    const [one, again, other] = [await draw(paper), await draw(paper), await draw(original)];
    expect(one.pdf.equals(again.pdf)).to.equal(true);
    expect(one.pdf.equals(other.pdf)).to.equal(false);
    const later = await renderPdf(
      layout,
      paper,
      { ...file, createdAt: new Date(file.createdAt.getTime() + 1000) },
      fonts,
    );
    expect(later.pdf.equals(one.pdf)).to.equal(false);
  });

  it('keeps an amount on one line, wherever its line ends', async () => {
    const amountsOnOneLine = async (amount: string): Promise<number> => {
      // Words of growing length before it, so that the line ends once before the sign.
      const notes = Array.from({ length: 14 }, (_, more) => ({ label: plain('Prova'), value: plain(`${'parola '.repeat(10)}${'n'.repeat(more * 2)} ${amount} e altro`) }));
      const path = await saved(await draw(original, { notes }));
      const { stdout } = await run('pdftotext', ['-layout', path, '-']);
      return stdout.split('\n').filter((line) => /16,00\s€/.test(line)).length;
    };
    expect(await amountsOnOneLine(euro(1600))).to.equal(14);
    expect(await amountsOnOneLine('16,00 €'), 'with a space that breaks').to.be.below(14);
  });

  it('says on both editions every word of the layout, on one page', async () => {
    for (const edition of [original, paper]) {
      const rendered = await draw(edition);
      expect(rendered.pages).to.equal(1);
      const text = await textOf(rendered);
      const words = [
        ...layout.wording,
        ...layout.notes.map(({ value }) => value.it),
        ...layout.references.map(({ value }) => value.it),
        "D'ANGELÒ NICOLÒ",
        'DNGNCL90S30X000W',
        '30/11/1990',
        'Vicolo Santa Lucìa 7/A – 00099 Valfiorita (VF)',
        'CERTIFICATO DI RESIDENZA',
        'verifica.comune.valfiorita.example',
        'privo di qualsiasi valore',
        `Documento ${file.documentId}`,
        'Pagina 1 di 1',
      ];
      for (const word of words) expect(text).to.contain(word.replace(/\s+/g, ' '));
      expect(text.includes('Copia analogica')).to.equal(edition.kind === 'paper');
      expect(text.includes('Spazio riservato')).to.equal(edition.kind === 'original');
    }
  });

  it('leaves no row of facts alone on a page, wherever it ends', async () => {
    const torn: number[][] = [];
    for (let before = 0; before <= 15; before += 1) {
      const details = Array.from({ length: before }, () => ({ kind: 'detail' as const, text: plain('Prima') }));
      const rows = Array.from({ length: 19 }, (_, index) => ({ label: plain(`Voce ${index + 1}`), value: plain('valore') }));
      const pages = await pagesOf(await draw(original, { body: [...details, { kind: 'facts', rows }] }));
      torn.push(pages.map((page) => page.match(/Voce \d+/g)?.length ?? 0).filter((lines) => lines > 0));
    }
    for (const pages of torn) expect(Math.min(...pages), pages.join(' + ')).to.be.at.least(2);
    expect(new Set(torn.map(([first]) => first)).size, 'they end at many places').to.be.at.least(5);
  });

  it('leaves out the specimen’s words on a real paper', async () => {
    const text = await textOf(await draw(paper, { specimen: null }));
    expect(text).to.not.contain('SPECIMEN');
  });

  it('claims PDF/A-2a and PDF/UA-1 with the schema PDF/A asks for, and keeps no form a viewer would redraw', async () => {
    const path = await saved(await draw(original));
    const xmp = (await run('pdfinfo', ['-meta', path])).stdout;
    expect(xmp).to.match(/<pdfaid:part>2<\/pdfaid:part>\s*<pdfaid:conformance>A</);
    expect(xmp)
      .to.contain('<pdfuaid:part>1</pdfuaid:part>')
      .and.to.contain('<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>');
    await run('qpdf', ['--check', path]);
    const { stdout } = await run('qpdf', ['--qdf', '--object-streams=disable', path, '-'], { encoding: 'latin1' });
    expect(stdout).to.contain('/Lang (it-IT)').and.to.contain('/DisplayDocTitle true').and.to.contain('/SigFlags 3');
    expect(stdout).to.not.contain('NeedAppearances');
    expect(stdout).to.contain('/OutputIntents').and.to.not.contain('DeviceCMYK');
  });

  it('embeds every font it uses', async () => {
    const { stdout } = await run('pdffonts', [await saved(await draw(paper))]);
    const fontLines = stdout.trim().split('\n').slice(2);
    expect(fontLines).to.have.length(3);
    for (const line of fontLines) expect(line).to.match(/TitilliumWeb-\w+ .*CID TrueType +Identity-H +yes yes yes/);
  });

  it('tags title, facts with row headers, stamp with its words for who cannot see it, and the seal’s field', async () => {
    const structure = async (edition: Edition): Promise<string> =>
      (await run('pdfinfo', ['-struct-text', await saved(await draw(edition))])).stdout;
    const onPaper = await structure(paper);
    expect(onPaper).to.match(/H1 \(block\)[^/]*CERTIFICATO DI RESIDENZA/);
    expect(onPaper).to.match(/TH[^]*\/Scope \/Row[^]*Codice fiscale/);
    expect(onPaper).to.match(/Sect[^]*Figure/);
    expect(await structure(original)).to.match(/Form/);
  });

  it('leaves no mark outside the tags', async () => {
    const { stdout } = await run(
      'qpdf',
      ['--qdf', '--object-streams=disable', await saved(await draw(original)), '-'],
      { encoding: 'latin1' },
    );
    const content = /stream\n(1 0 0 -1 0 [^]*?)\nendstream/.exec(stdout)?.[1] ?? '';
    let depth = 0;
    const painted: string[] = [];
    for (const line of content.split('\n')) {
      if (/ (BMC|BDC)$/.test(line)) depth += 1;
      else if (line === 'EMC') depth -= 1;
      else if (/(^|\s)(S|f|f\*|B|Tj|TJ)$/.test(line) && depth === 0) painted.push(line);
    }
    expect(content).to.contain('BDC');
    expect(depth).to.equal(0);
    expect(painted).to.deep.equal([]);
  });

  it('draws the stamp as one path with one fill', async () => {
    const { stdout } = await run(
      'qpdf',
      ['--qdf', '--object-streams=disable', await saved(await draw(paper, { specimen: null })), '-'],
      { encoding: 'latin1' },
    );
    const figure = stdout.slice(stdout.lastIndexOf('/Figure <<'));
    const symbol = figure.slice(0, figure.indexOf('EMC'));
    expect(symbol.match(/ re$/gm)?.length).to.be.greaterThan(1000);
    expect(symbol.match(/^f$/gm)).to.have.length(1);
  });

  it('refuses a letter the fonts lack rather than print a box', async () => {
    const outcome: unknown = await draw(paper, { body: [{ kind: 'name', text: plain('NGUYỄN 阮') }] }).catch(
      (error: unknown) => error,
    );
    expect(outcome).to.be.instanceOf(MissingGlyphError);
  });

  it('draws the letters of Europe’s registries', async () => {
    const name = 'ȘERBAN ŢUŢEA KOVAČEVIĆ ŁUKASIK ŐRY ÑANDÚ ÆRØ ÞÓRÐUR ŽŮŽĚ';
    const rendered = await draw(paper, { body: [{ kind: 'name', text: plain(name) }], specimen: null });
    expect(await textOf(rendered)).to.contain(name);
  });

  it('keeps a long name, a long address and the largest stamp on one page', async () => {
    const body = layout.body.map((block) => {
      if (block.kind === 'name') return { ...block, text: plain('KOVAČEVIĆ DELLA VALLE MARIA ANTONIETTA FRANCESCA ROSALÌA') };
      if (block.kind !== 'statement') return block;
      return {
        ...block,
        text: plain('Via dei Martiri della Libertà e della Resistenza 127/B scala C interno 14 – 00099 Valfiorita (VF)'),
      };
    });
    expect((await draw({ kind: 'paper', symbols: [symbolOf(101)] }, { body })).pages).to.equal(1);
  });

  it('refuses stamps that are too large or too many', async () => {
    expect((await draw({ kind: 'paper', symbols: [symbolOf(117)] })).pages).to.equal(1);
    for (const symbols of [[symbolOf(121)], Array.from({ length: 5 }, () => symbolOf(89))]) {
      const outcome: unknown = await draw({ kind: 'paper', symbols }).catch((error: unknown) => error);
      expect(outcome).to.be.instanceOf(StampTooLargeError);
    }
  });

  it('numbers several stamps, sets them side by side and keeps their room on the original', async () => {
    const several = await textOf(await draw({ kind: 'paper', symbols: [symbolOf(117), symbolOf(109)] }));
    expect(several).to.contain('Contrassegno 1/2').and.to.contain('Contrassegno 2/2').and.to.contain('Copia analogica');
    const empty = await draw({ ...(original as Extract<Edition, { kind: 'original' }>), sides: [117, 109] });
    expect((await textOf(empty)).match(/Spazio riservato/g)).to.have.length(2);
  });

  it('opens another page for a long body and counts the pages', async () => {
    const rows = Array.from({ length: 40 }, (_, index) => ({
      label: plain(`Riga ${index + 1}`),
      value: plain('Valore '.repeat(12).trim()),
    }));
    const rendered = await draw(paper, { body: [{ kind: 'facts', rows }] });
    expect(rendered.pages).to.be.greaterThan(1);
    const text = await textOf(rendered);
    expect(text)
      .to.contain(`Pagina 1 di ${rendered.pages}`)
      .and.to.contain(`Pagina ${rendered.pages} di ${rendered.pages}`)
      .and.to.contain('Riga 40');
    const [first = ''] = (await pagesOf(rendered)).filter((page) => page.includes('Pagina 1 di'));
    expect(first, 'the stamp stands on every page').to.contain('verifica.comune.valfiorita.example');
    const [number] = layout.references;
    const running = `${number?.label.it ?? ''} ${number?.value.it ?? ''}`;
    expect((await pagesOf(rendered)).filter((page) => page.startsWith(running)).length, 'whose sheet it is stands on all but the first').to.equal(
      rendered.pages - 1,
    );
  });
});
