import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { HISTORY_VERSION } from './line.ts';
import type { Header, HistoryLine, NewLine } from './line.ts';
import { STREAM_VERSION } from './service-stream.ts';
import type { StreamLine } from './service-stream.ts';

/** Characters that are gathered before they go to the file. */
const BATCH = 1 << 16;

/** Appends values as JSON lines; `add` never waits, `ready` waits while the disk is behind. Both others throw what the disk said. */
function createLineWriter(path: string) {
  const file = createWriteStream(path, { encoding: 'utf8' });
  const done = finished(file);
  // Told to the caller by ready() and close(); without a listener the process would end here.
  done.catch(() => undefined);
  let batch = '';
  const flush = () => {
    if (batch !== '' && !file.destroyed) file.write(batch);
    batch = '';
  };
  return {
    add(value: object) {
      batch += `${JSON.stringify(value)}\n`;
      if (batch.length >= BATCH) flush();
    },
    async ready() {
      if (file.destroyed) await done;
      else if (file.writableNeedDrain) await Promise.race([once(file, 'drain'), done]);
    },
    /** Once closed, does nothing. */
    async close() {
      flush();
      file.end();
      await done;
    },
  };
}

/** Writes one history; one writer per file, so that `seq` is the order in which the city saw things. */
export interface HistoryWriter extends AsyncDisposable {
  /** Appends a line and gives its number. Never waits; see {@link HistoryWriter.ready}. */
  write(line: NewLine): number;
  /** Waits while the disk is behind. @throws Error when the file cannot be written. */
  ready(): Promise<void>;
  /** Writes the end line and closes the file. @throws Error when it could not be written whole. */
  close(at: number, drained: boolean): Promise<void>;
}

/** What the header says of a run; the rest is the format's own. */
export type RunHeader = Omit<Header, 'line' | 'format' | 'version' | 'seq' | 'at' | 'who'>;

/** Opens `path` anew and writes the header; `watch` hears every line as it is written, the header first. */
export function createHistoryWriter(path: string, run: RunHeader, watch?: (line: Header | HistoryLine) => void): HistoryWriter {
  const lines = createLineWriter(path);
  const add = (line: Header | HistoryLine) => {
    lines.add(line);
    watch?.(line);
  };
  add({ line: 'header', format: 'videosportello-history', version: HISTORY_VERSION, seq: 1, at: 0, who: 'city', ...run });
  let seq = 1;
  let isOver = false;
  const write = (line: NewLine): number => {
    // What the end of the city itself does to its clients is no part of it.
    if (isOver) return seq;
    seq += 1;
    add({ seq, ...line });
    return seq;
  };
  return {
    write,
    ready: () => lines.ready(),
    async close(at, drained) {
      write({ line: 'end', at, who: 'city', drained });
      isOver = true;
      await lines.close();
    },
    [Symbol.asyncDispose]: () => lines.close(),
  };
}

/** Writes what the service says of itself. */
export interface StreamWriter extends AsyncDisposable {
  write(line: Exclude<StreamLine, { line: 'end' }>): void;
  /** Waits while the disk is behind. @throws Error when the file cannot be written. */
  ready(): Promise<void>;
  /** Writes the end line and closes the file. @throws Error when it could not be written whole. */
  close(): Promise<void>;
}

/** Opens `path` anew and writes the stream's header; `watch` hears every line after it. */
export function createStreamWriter(path: string, watch?: (line: StreamLine) => void): StreamWriter {
  const lines = createLineWriter(path);
  lines.add({ line: 'header', format: 'videosportello-stream', version: STREAM_VERSION });
  return {
    write(line) {
      lines.add(line);
      watch?.(line);
    },
    ready: () => lines.ready(),
    async close() {
      lines.add({ line: 'end' });
      await lines.close();
    },
    [Symbol.asyncDispose]: () => lines.close(),
  };
}
