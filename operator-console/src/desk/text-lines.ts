/** Who wrote a line: this desk, or the citizen. */
export type TextAuthor = 'operator' | 'citizen';

/** One line of real-time text (EN 301 549, 6.2), whole as it stands now. */
export interface TextLine {
  readonly author: TextAuthor;
  /** The author's own number of the line. */
  readonly line: number;
  readonly text: string;
  /** The author has finished it; what comes later for it is old news. */
  readonly done: boolean;
  /** Only of own lines: whether the other side has it. */
  readonly delivery?: 'sending' | 'delivered' | 'failed';
}

/** Lines kept on the screen for a visit; older ones go. */
export const KEPT_LINES = 200;

/**
 * Takes in one message of a line: a new line goes to the end, a known one changes in place, a finished one stays as it
 * is.
 */
export function takeLine(lines: readonly TextLine[], said: TextLine): readonly TextLine[] {
  const at = lines.findIndex(({ author, line }) => author === said.author && line === said.line);
  const known = lines[at];
  if (!known) return said.text === '' ? lines : [...lines, said].slice(-KEPT_LINES);
  if (known.done) return lines;
  // A line taken back before it was finished leaves nothing behind.
  if (said.text === '' && said.done) return lines.toSpliced(at, 1);
  return lines.with(at, said);
}

/** Notes what became of an own line; `text` keeps an answer to an older state of it from counting for the newer. */
export function markDelivery(
  lines: readonly TextLine[],
  sent: { readonly line: number; readonly text: string },
  delivery: 'delivered' | 'failed',
): readonly TextLine[] {
  const at = lines.findIndex(
    ({ author, line, text }) => author === 'operator' && line === sent.line && text === sent.text,
  );
  const known = lines[at];
  return known ? lines.with(at, { ...known, delivery }) : lines;
}
