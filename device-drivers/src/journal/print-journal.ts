import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

/** One line: what became of one attempt at a document. Never its content, never anything personal. */
const journalEntry = z.strictObject({
  documentId: z.string().min(1).max(200),
  /** Which sheet of this document; rises only after the one before was recorded as spoiled. */
  attempt: z.number().int().positive(),
  /** SHA-256 of the paper, lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  state: z.string().min(1).max(40),
  /** Milliseconds since 1970 UTC. */
  at: z.number().int().nonnegative(),
});
export type JournalEntry<State extends string = string> = z.infer<typeof journalEntry> & { readonly state: State };

/** The memory of this kiosk's printer over restarts. */
export interface PrintJournal<State extends string> extends AsyncDisposable {
  /**
   * Writes a line; resolves when it is on the disk.
   * @throws the file system's error when it could not be written; nothing is remembered then.
   */
  append(entry: Omit<JournalEntry<State>, 'at'>): Promise<void>;
  /** The last line of a document. */
  last(documentId: string): JournalEntry<State> | undefined;
  /** The last line of every document, in order of their first lines. */
  documents(): JournalEntry<State>[];
  /** Closes the file after what is still being written. May be called twice. */
  close(): Promise<void>;
}

/** What was found when the journal was opened. */
export interface JournalRecovery {
  /** Lines read. */
  readonly entries: number;
  /** Bytes cut off the end: a line that a power cut tore. */
  readonly tornBytes: number;
}

/** The journal is damaged before its end: no power cut does that. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code = 'journal-damaged';
  /** Number of the unreadable line, from 1. */
  readonly line: number;

  constructor(line: number) {
    super(`line ${line} of the print journal cannot be read; keep a copy of the file and set it aside`);
    this.line = line;
  }
}

/**
 * Opens the journal: JSON lines, only ever appended to, each synced to the disk before it counts.
 *
 * @param config.file - path of the file; folder and file are made when missing.
 * @param config.states - the states that lines may name.
 * @param deps.now - the clock, milliseconds since 1970 UTC.
 * @throws {JournalError} when a line before the last is unreadable.
 */
export async function openPrintJournal<State extends string>(
  config: { readonly file: string; readonly states: readonly State[] },
  deps: { now?: () => number; onRecovered?: (recovery: JournalRecovery) => void } = {},
): Promise<PrintJournal<State>> {
  const now = deps.now ?? Date.now;
  const states: ReadonlySet<string> = new Set(config.states);
  const isOurs = (entry: JournalEntry): entry is JournalEntry<State> => states.has(entry.state);

  await mkdir(dirname(config.file), { recursive: true, mode: 0o700 });
  const file = await open(config.file, 'a+', 0o600);
  const lastOf = new Map<string, JournalEntry<State>>();
  let writing: Promise<unknown> = Promise.resolve();
  let closed: Promise<void> | undefined;
  try {
    await recover();
  } catch (error) {
    await file.close();
    throw error;
  }

  return {
    append: (entry) => {
      const turn = writing.then(() => write(entry));
      writing = turn.catch(() => undefined);
      return turn;
    },
    last: (documentId) => lastOf.get(documentId),
    documents: () => [...lastOf.values()],
    close,
    [Symbol.asyncDispose]: close,
  };

  async function recover(): Promise<void> {
    const bytes = await file.readFile();
    const whole = bytes.lastIndexOf('\n') + 1;
    const lines = bytes.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
    lines.forEach((line, index) => {
      const entry = readLine(line);
      if (entry === undefined || !isOurs(entry)) {
        throw new JournalError(index + 1);
      }
      lastOf.set(entry.documentId, entry);
    });
    if (whole < bytes.length) {
      // The line never counted: its writer was not told that it is on the disk.
      await file.truncate(whole);
      await file.sync();
    }
    deps.onRecovered?.({ entries: lines.length, tornBytes: bytes.length - whole });
  }

  async function write(given: Omit<JournalEntry<State>, 'at'>): Promise<void> {
    const { documentId, attempt, sha256, state } = given;
    const entry = { documentId, attempt, sha256, state, at: now() };
    const line = Buffer.from(`${JSON.stringify(journalEntry.parse(entry))}\n`);
    const { size } = await file.stat();
    try {
      await file.appendFile(line);
      await file.datasync();
    } catch (error) {
      // Half a line in the middle of the file would make the next ones unreadable.
      await file.truncate(size).catch(() => undefined);
      throw error;
    }
    lastOf.set(documentId, entry);
  }

  function close(): Promise<void> {
    closed ??= writing.then(() => file.close());
    return closed;
  }
}

function readLine(line: string): JournalEntry | undefined {
  try {
    return journalEntry.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
