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

/** Lines kept on the screen of each author in a visit: a flood of one drives out no line of the other. */
export const KEPT_LINES = 200;

/**
 * Takes in one message of a line: a new line goes to the end, a known one changes in place, a finished one stays as it
 * is.
 */
export function takeLine(lines: readonly TextLine[], said: TextLine): readonly TextLine[] {
  const at = lines.findIndex(({ author, line }) => author === said.author && line === said.line);
  const known = lines[at];
  if (!known) return said.text === '' ? lines : withoutOldest([...lines, said], said.author);
  if (known.done) return lines;
  // A line taken back before it was finished leaves nothing behind.
  if (said.text === '' && said.done) return lines.toSpliced(at, 1);
  return lines.with(at, said);
}

function withoutOldest(lines: readonly TextLine[], author: TextAuthor): readonly TextLine[] {
  const own = lines.filter((line) => line.author === author);
  const oldest = own[0];
  return own.length > KEPT_LINES && oldest ? lines.filter((line) => line !== oldest) : lines;
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
