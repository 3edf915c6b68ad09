import type { TicketSlip } from '@videosportello/protocol/device/commands.ts';
import { correction, generate, mode } from 'lean-qr';

/** A4 and what is on it, in points. */
const PAGE = { width: 595.28, height: 841.89, margin: 57 };
/** Side of the symbol with the ticket: 80 mm, so that a module of version 12 has over 1 mm. */
const SYMBOL = 227;
/** Space around a symbol, in modules (ISO/IEC 18004, 6.3.8). */
const QUIET_ZONE = 4;
const TEXT = { size: 16, leading: 21 };
/** Letters to a line of text: Helvetica's lower-case letters are 0.53 em wide in the mean, and some words are wider. */
const LINE_LETTERS = 54;
/** The same for the title, in larger and bolder ones. */
const TITLE_LETTERS = 34;

/** Letters that Windows-1252 has elsewhere than Unicode; those of Latin-1 stand at their own number. */
const WINDOWS_1252: ReadonlyMap<string, number> = new Map([
  ['–', 0x96],
  ['’', 0x92],
  ['“', 0x93],
  ['”', 0x94],
]);

/**
 * Draws a kept ticket on one A4 page, as a PDF (ISO 32000-1) with Helvetica, which every printer has itself (9.6.2.2). The
 * symbol is QR, level M, with the signed ticket as it is.
 */
export function ticketSlipPdf({ issuer, title, label, lines, ticket }: TicketSlip): Uint8Array {
  const drawing: string[] = [];
  let y = PAGE.height - PAGE.margin;
  const write = (text: string, size: number, font: 'plain' | 'bold', leading = size * 1.3) => {
    y -= leading;
    drawing.push(`BT /${font} ${size} Tf ${PAGE.margin} ${y.toFixed(2)} Td <${hexOf(text)}> Tj ET`);
  };
  write(issuer, 14, 'plain');
  for (const line of broken(title, TITLE_LETTERS)) write(line, 24, 'bold');
  write(label, 64, 'bold');
  y -= SYMBOL + 24;
  drawing.push(symbol(ticket, y));
  y -= 12;
  for (const line of lines.flatMap((text) => broken(text, LINE_LETTERS))) write(line, TEXT.size, 'plain', TEXT.leading);
  return pdfOf(drawing.join('\n'));
}

/** The symbol with its lower edge at `bottom`: one rectangle for each run of dark modules in a row. */
function symbol(ticket: string, bottom: number): string {
  const { M: level } = correction;
  const code = generate(mode.ascii(ticket), { minCorrectionLevel: level, maxCorrectionLevel: level });
  const module = SYMBOL / (code.size + 2 * QUIET_ZONE);
  const runs: string[] = [];
  for (let row = 0; row < code.size; row += 1) {
    for (let from = 0; from < code.size; from += 1) {
      if (!code.get(from, row)) continue;
      let to = from + 1;
      while (to < code.size && code.get(to, row)) to += 1;
      const at = [PAGE.margin + from * module, bottom + SYMBOL - (row + 1 + QUIET_ZONE) * module, (to - from) * module, module];
      runs.push(`${at.map((value) => value.toFixed(3)).join(' ')} re`);
      from = to;
    }
  }
  return `${runs.join('\n')}\nf`;
}

/** A text in lines of at most so many letters; a longer word has a line of its own. */
function broken(text: string, letters: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= letters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The bytes of a text in Windows-1252, as a PDF writes them; a letter that it lacks goes without its accent. */
const hexOf = (text: string): string =>
  [...text].map((letter) => (WINDOWS_1252.get(letter) ?? plainest(letter)).toString(16).padStart(2, '0')).join('');

function plainest(letter: string): number {
  const code = letter.charCodeAt(0);
  if (code <= 0xff) return code;
  const bare = letter.normalize('NFD').charCodeAt(0);
  return bare <= 0xff ? bare : '?'.charCodeAt(0);
}

/** A file of one page: catalog, pages, page, content, two fonts, and where each of them begins. */
function pdfOf(content: string): Uint8Array {
  const font = (name: string) => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Contents 4 0 R /Resources << /Font << /plain 5 0 R /bold 6 0 R >> >> >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    font('Helvetica'),
    font('Helvetica-Bold'),
  ];
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, at) => {
    const offset = file.length;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = file.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return new TextEncoder().encode(file);
}
