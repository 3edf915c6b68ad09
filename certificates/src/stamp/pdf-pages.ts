import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { StampReadError } from './stamp-read-error.ts';

/** How far rasterising may go. */
export interface PdfPageLimits {
  /** Pages from the first that are drawn. Default 10. */
  readonly pages?: number;
  /** All pages together, milliseconds. Default 20,000. */
  readonly deadlineMs?: number;
}

/** Enough for the stamp's module of 0.5 mm to be six pixels. */
const RESOLUTION_DPI = 300;
/** A3 at 300 dpi, each side rounded up; what lies beyond is not drawn, so a giant page costs no more. */
const MAX_WIDTH = 3600;
const MAX_HEIGHT = 5000;
const MAX_ADDRESS_SPACE_BYTES = 1_000_000_000;
const DEFAULT_PAGES = 10;
const DEFAULT_DEADLINE_MS = 20_000;

/**
 * Draws the pages of a PDF in grey at 300 dpi with poppler's pdftoppm, through pipes: no file is written. The child
 * has a limit of memory and processor time and is killed at the deadline, or when the caller stops listening.
 *
 * @param pdf the whole file
 * @yields one page as PGM (P5)
 * @throws StampReadError PDF_UNREADABLE, PDF_TOO_SLOW, TOOL_MISSING
 */
export async function* drawPdfPages(pdf: Uint8Array, limits: PdfPageLimits = {}): AsyncGenerator<Uint8Array> {
  const { pages = DEFAULT_PAGES, deadlineMs = DEFAULT_DEADLINE_MS } = limits;
  const deadline = AbortSignal.timeout(deadlineMs);
  const child = spawn('prlimit', pdftoppmCommand(pages, deadlineMs), {
    stdio: ['pipe', 'pipe', 'ignore'],
    signal: deadline,
    killSignal: 'SIGKILL',
  });
  const ended = once(child, 'close').then(
    ([code]) => code === 0,
    () => false,
  );
  // The child may stop reading early; how it ends says whether that matters.
  child.stdin.on('error', () => undefined);
  child.stdin.end(pdf);
  let drawn = 0;
  try {
    for await (const page of splitPages(child.stdout)) {
      drawn += 1;
      yield page;
    }
    const done = await ended;
    if (deadline.aborted) throw new StampReadError('PDF_TOO_SLOW', 'drawing the PDF took too long');
    if (child.exitCode === COMMAND_NOT_FOUND)
      throw new StampReadError('TOOL_MISSING', 'pdftoppm of poppler-utils is missing');
    if (!done || drawn === 0) throw new StampReadError('PDF_UNREADABLE', 'the PDF cannot be drawn');
  } catch (error) {
    if (error instanceof StampReadError) throw error;
    if (isMissing(error))
      throw new StampReadError('TOOL_MISSING', 'prlimit of util-linux is missing', { cause: error });
    if (deadline.aborted) throw new StampReadError('PDF_TOO_SLOW', 'drawing the PDF took too long', { cause: error });
    throw new StampReadError('PDF_UNREADABLE', 'the PDF cannot be drawn', { cause: error });
  } finally {
    child.kill('SIGKILL');
  }
}

/** What prlimit exits with when the command is not there (as POSIX env does). */
const COMMAND_NOT_FOUND = 127;

function pdftoppmCommand(pages: number, deadlineMs: number): string[] {
  const limits = [`--as=${MAX_ADDRESS_SPACE_BYTES}`, `--cpu=${Math.ceil(deadlineMs / 1000)}`, '--core=0'];
  const area = ['-x', '0', '-y', '0', '-W', String(MAX_WIDTH), '-H', String(MAX_HEIGHT)];
  return [
    ...limits,
    'pdftoppm',
    '-q',
    '-gray',
    '-r',
    String(RESOLUTION_DPI),
    '-f',
    '1',
    '-l',
    String(pages),
    ...area,
    '-',
  ];
}

/** Cuts the concatenated PGM pictures apart: header `P5`, width, height, 255, then a byte a pixel. */
async function* splitPages(stream: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(0);
  let wanted = 0;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    parts.push(chunk);
    size += chunk.length;
    if (size < wanted) continue;
    held = Buffer.concat(parts.splice(0));
    for (;;) {
      wanted = pictureBytes(held);
      if (wanted === 0 || held.length < wanted) break;
      yield new Uint8Array(held.subarray(0, wanted));
      held = held.subarray(wanted);
    }
    parts.push(held);
    size = held.length;
  }
  if (size > 0) throw new StampReadError('PDF_UNREADABLE', 'the last page was not drawn to its end');
}

/** Whole size of the picture that starts here; 0 while its header is not complete. */
function pictureBytes(held: Buffer): number {
  const header = /^P5\n(\d{1,5}) (\d{1,5})\n255\n/.exec(held.toString('latin1', 0, 32));
  if (header === null) {
    if (held.length >= 32) throw new StampReadError('PDF_UNREADABLE', 'pdftoppm drew no grey picture');
    return 0;
  }
  const [width, height] = [Number(header[1]), Number(header[2])];
  if (width > MAX_WIDTH || height > MAX_HEIGHT) throw new StampReadError('PDF_UNREADABLE', 'a page is too large');
  return header[0].length + width * height;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
