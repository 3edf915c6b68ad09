import { createReadStream } from 'node:fs';
import type { z } from 'zod';
import { HistoryError } from './history-error.ts';

/** No line of a history is longer, characters. */
export const MAX_LINE = 4_000_000;

/** Lines of a file in batches, as they come from disk; never the whole file. @throws HistoryError `not-readable`, `bad-line`. */
async function* textLines(path: string): AsyncGenerator<string[]> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 18 })) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MAX_LINE) throw new HistoryError('bad-line', 'A line is longer than any line of a history.');
      if (lines.length > 0) yield lines;
    }
  } catch (error) {
    if (error instanceof HistoryError) throw error;
    throw new HistoryError('not-readable', 'The file cannot be read.', { cause: error });
  }
  if (rest !== '') throw new HistoryError('truncated', 'The file ends in the middle of a line.');
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  number: number,
  what: 'bad-line' | 'not-a-history',
): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new HistoryError(what, `Line ${number} is not one of this format.`, { cause });
  }
}

/** The version that a first line claims, whatever else it holds. */
function versionOf(text: string): unknown {
  try {
    const first: unknown = JSON.parse(text);
    return typeof first === 'object' && first !== null && 'version' in first && 'format' in first ? first.version : undefined;
  } catch {
    return undefined;
  }
}

/** A file of lines: its first one, and the others in batches. */
export interface LineFile<First, Line> {
  readonly first: First;
  /** Ends after the line `end`. @throws HistoryError `bad-line`, `truncated`, `out-of-order`. */
  readonly batches: AsyncGenerator<Line[]>;
}

/**
 * Opens a file of JSON lines with a header and a line `end`.
 * @throws HistoryError `not-readable`, `not-a-history`, `version-unsupported`.
 */
export async function openLines<First extends z.ZodType, Line extends z.ZodType<{ line: string }>>(
  path: string,
  format: { readonly first: First; readonly line: Line; readonly version: number },
): Promise<LineFile<z.output<First>, z.output<Line>>> {
  const batches = textLines(path);
  const start = (await batches.next()).value;
  const [head, ...others] = Array.isArray(start) ? start : [];
  if (head === undefined) throw new HistoryError('not-a-history', 'The file is empty.');
  const version = versionOf(head);
  if (version !== undefined && version !== format.version) {
    throw new HistoryError('version-unsupported', `The file has a version of the format that is not ${format.version}.`);
  }
  const first = parse(format.first, head, 1, 'not-a-history');

  async function* rest(): AsyncGenerator<z.output<Line>[]> {
    let number = 1;
    let ended = false;
    const read = (texts: readonly string[]) =>
      texts.map((text) => {
        number += 1;
        if (ended) throw new HistoryError('out-of-order', `Line ${number} stands after the end.`);
        const line = parse(format.line, text, number, 'bad-line');
        ended = line.line === 'end';
        return line;
      });
    yield read(others);
    for await (const texts of batches) yield read(texts);
    if (!ended) throw new HistoryError('truncated', 'The file has no end line: it was cut off.');
  }
  return { first, batches: rest() };
}
