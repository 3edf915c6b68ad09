import { createHash } from 'node:crypto';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { DocumentId, VisitId } from '@videosportello/protocol/ids.ts';
import type { DocumentState, PrintReason } from '@videosportello/protocol/messages/document.ts';

/** The printer as far as papers need it. */
export interface PaperPrinter {
  /**
   * Prints and follows the job to its end, reporting each state. Resolves `printed`, `failed` or `uncertain`; never throws for
   * what a printer may do.
   */
  print(
    pdf: Uint8Array,
    options: { jobName: string; signal: AbortSignal; onState: (state: 'spooled' | 'printing' | 'needs-attention', reason?: PrintReason) => void },
  ): Promise<{ state: 'printed' | 'failed' | 'uncertain'; reason?: PrintReason }>;
  /** Looks for a job of an earlier run by its name and follows it to its end; undefined when the printer knows none. */
  resume(
    options: { jobName: string; signal: AbortSignal; onState: (state: 'spooled' | 'printing' | 'needs-attention', reason?: PrintReason) => void },
  ): Promise<{ state: 'printed' | 'failed' | 'uncertain'; reason?: PrintReason } | undefined>;
}

/** Where the journal keeps that a paper was begun, without its content. */
export interface PaperJournal {
  append(entry: { documentId: DocumentId; attempt: number; sha256: string; state: DocumentState }): Promise<void>;
  /** The last entry of a document, if it was ever begun here. */
  last(documentId: DocumentId): { attempt: number; state: DocumentState } | undefined;
}

/** A paper the certificate node offers, with the ways back to it. */
export interface OfferedPaper {
  readonly visitId: VisitId;
  readonly documentId: DocumentId;
  /** Which sheet of this document: rises only after the one before was recorded as spoiled. */
  readonly attempt: number;
  /** Digest of the whole paper, lower-case hex. */
  readonly sha256: string;
  /** Size in bytes. */
  readonly bytes: number;
  readonly fetchPiece: (offset: number) => Promise<{ base64: string; total: number }>;
  readonly report: (state: DocumentState, reason?: PrintReason) => Promise<void>;
  readonly changed: (state: DocumentState, reason?: PrintReason) => void;
}

/** One issue, one number, one paper: takes a paper from offer to the citizen's hand, one at a time. */
export interface PaperDesk {
  /**
   * Begins with a paper; its way goes on in the background.
   * @throws ProtocolError `paper-busy` while another one is under way.
   */
  accept(paper: OfferedPaper): void;
  /** The citizen has it. @throws ProtocolError `document-unknown`. */
  taken(documentId: DocumentId): Promise<void>;
  current(): { documentId: DocumentId; state: DocumentState; reason?: PrintReason } | undefined;
  /** Says the present state again, after a lost link. */
  reportAgain(): void;
  /** Resolves when no paper is under way. */
  settled(): Promise<void>;
  /** Forgets the finished paper of the visit. */
  clear(): void;
  abort(): void;
}

/** How often a piece is asked for again after a lost link before the paper is given up. */
const FETCH_ATTEMPTS = 5;

export function createPaperDesk(printer: PaperPrinter, journal: PaperJournal, onFailure: (cause: unknown) => void): PaperDesk {
  let current: { paper: OfferedPaper; state: DocumentState; reason?: PrintReason; done: Promise<void>; abort: AbortController } | undefined;

  const isRunning = (state: DocumentState) => ['agreed', 'issued', 'fetched', 'spooled', 'printing', 'needs-attention'].includes(state);

  async function step(paper: OfferedPaper, state: DocumentState, reason?: PrintReason): Promise<void> {
    if (current?.paper === paper) {
      current.state = state;
      if (reason) current.reason = reason;
      else delete current.reason;
    }
    await journal.append({ documentId: paper.documentId, attempt: paper.attempt, sha256: paper.sha256, state });
    paper.changed(state, reason);
    // The journal has it; a report that cannot be delivered now is made again when the link is back.
    await paper.report(state, reason).catch(onFailure);
  }

  async function run(paper: OfferedPaper, signal: AbortSignal): Promise<void> {
    const jobName = `${paper.documentId}.${paper.attempt}`;
    let reports: Promise<void> = Promise.resolve();
    const onState = (state: DocumentState, reason?: PrintReason) => void (reports = reports.then(() => step(paper, state, reason)));
    const before = journal.last(paper.documentId);
    if (before && before.attempt >= paper.attempt && !neverSpooled(before.state)) {
      // It may already be on paper: never print again to be sure. The printer is asked what became of it.
      if (before.state === 'printed' || before.state === 'taken') return step(paper, before.state);
      const found = await printer.resume({ jobName, signal, onState });
      await reports;
      return step(paper, found?.state ?? 'uncertain', found?.reason);
    }
    const pdf = await fetchWhole(paper, signal);
    if (!pdf) return step(paper, 'failed', 'link-lost');
    if (createHash('sha256').update(pdf).digest('hex') !== paper.sha256) return step(paper, 'failed', 'digest-mismatch');
    await step(paper, 'fetched');
    const outcome = await printer.print(pdf, { jobName, signal, onState });
    pdf.fill(0);
    await reports;
    await step(paper, outcome.state, outcome.reason);
  }

  return {
    accept(paper) {
      if (current && isRunning(current.state)) throw new ProtocolError('paper-busy');
      const abort = new AbortController();
      const done = Promise.resolve()
        .then(() => run(paper, abort.signal))
        .catch(async (cause: unknown) => {
          onFailure(cause);
          await step(paper, 'uncertain').catch(onFailure);
        });
      current = { paper, state: 'issued', done, abort };
    },
    async taken(documentId) {
      if (current?.paper.documentId !== documentId || current.state !== 'printed') throw new ProtocolError('document-unknown');
      await step(current.paper, 'taken');
    },
    current: () =>
      current && { documentId: current.paper.documentId, state: current.state, ...(current.reason ? { reason: current.reason } : {}) },
    reportAgain: () => {
      if (current) current.paper.report(current.state, current.reason).catch(onFailure);
    },
    settled: () => current?.done ?? Promise.resolve(),
    clear: () => {
      if (current && !isRunning(current.state)) current = undefined;
    },
    abort: () => current?.abort.abort(),
  };
}

/** Up to here no byte has reached the printer. */
const neverSpooled = (state: DocumentState) => state === 'issued' || state === 'fetched' || state === 'failed';

/** Fetches piece by piece; a piece that fails is asked for again from where it was. */
async function fetchWhole(paper: OfferedPaper, signal: AbortSignal): Promise<Buffer | undefined> {
  const whole = Buffer.alloc(paper.bytes);
  let offset = 0;
  let failures = 0;
  while (offset < paper.bytes) {
    if (signal.aborted) return undefined;
    try {
      const piece = Buffer.from((await paper.fetchPiece(offset)).base64, 'base64');
      if (piece.length === 0 || offset + piece.length > paper.bytes) return undefined;
      piece.copy(whole, offset);
      offset += piece.length;
      failures = 0;
    } catch (error) {
      if (!(error instanceof ProtocolError) || !error.retryable || ++failures >= FETCH_ATTEMPTS) return undefined;
    }
  }
  return whole;
}
