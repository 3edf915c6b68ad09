import type { PaperWord } from './paper-page.ts';

/** A gap between two words that is wider than this many times their height parts two columns. */
const COLUMN_GAP = 0.8;
/** Lines of one cell begin at the same place, to this many points, and follow within this many times their height. */
const CELL_INDENT = 3;
const CELL_LEADING = 1.7;

/** Words on about the same height, from left to right, from the top. */
export function linesOf(words: readonly PaperWord[]): PaperWord[][] {
  const lines: PaperWord[][] = [];
  for (const word of words.toSorted((a, b) => middle(a) - middle(b))) {
    const line = lines.at(-1);
    const last = line?.at(-1);
    if (line && last && Math.abs(middle(word) - middle(last)) < 0.25 * Math.min(word.height, last.height)) line.push(word);
    else lines.push([word]);
  }
  return lines.map((line) => line.toSorted((a, b) => a.x - b.x));
}

/** The same words with the lines of each cell of a table together, as a value goes on under itself. */
export function cellsOf(words: readonly PaperWord[]): PaperWord[][] {
  const cells: PaperWord[][] = [];
  for (const run of linesOf(words).flatMap(runsOf)) {
    const [first] = run;
    const above = first && cells.findLast((cell) => isUnder(first, cell));
    if (above) above.push(...run);
    else cells.push([...run]);
  }
  return cells;
}

/** Parts of a line that no wide gap parts. */
function runsOf(line: readonly PaperWord[]): PaperWord[][] {
  const runs: PaperWord[][] = [];
  for (const word of line) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && word.x - (last.x + last.width) <= COLUMN_GAP * Math.min(word.height, last.height)) run.push(word);
    else runs.push([word]);
  }
  return runs;
}

function isUnder(word: PaperWord, cell: readonly PaperWord[]): boolean {
  const [first, last] = [cell[0], cell.at(-1)];
  if (!first || !last) return false;
  const down = middle(word) - middle(last);
  return Math.abs(word.x - first.x) <= CELL_INDENT && down > 0 && down <= CELL_LEADING * word.height;
}

const middle = ({ y, height }: PaperWord): number => y + height / 2;
