import { createHash } from 'node:crypto';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { DocumentId, VisitId } from '@videosportello/protocol/ids.ts';
import type { DocumentState, PrintReason } from '@videosportello/protocol/messages/document.ts';
import { isUnderWay, mayBeAtPrinter, mayPrint, nextSheetState } from './sheet-machine.ts';
import type { SheetInput, SheetState } from './sheet-machine.ts';

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
  append(entry: { documentId: DocumentId; attempt: number; sha256: string; state: SheetState }): Promise<void>;
  /** The last entry of a document, if it was ever begun here. */
  last(documentId: DocumentId): { attempt: number; state: SheetState } | undefined;
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

/**
 * One issue, one number, one paper: takes a paper from offer to the citizen's hand, one at a time. The way of each sheet is
 * that of `sheet-machine.ts`; each step is in the journal before it is told.
 */
export interface PaperDesk {
  /**
   * Begins with a paper; its way goes on in the background. The one under way, offered again, goes on as it is; under a
   * higher attempt, its job is cancelled first and nothing more is said of it.
   * @throws ProtocolError `paper-busy` while another document is under way.
   */
  accept(paper: OfferedPaper): void;
  /** The operator says that the uncertain sheet of this attempt came out; about any other sheet it says nothing new. */
  confirmed(documentId: DocumentId, attempt: number): Promise<void>;
  /** The citizen has it; saying so twice is no error. @throws ProtocolError `document-unknown`. */
  taken(documentId: DocumentId): Promise<void>;
  /** The paper of this visit, if there is one. */
  current(visitId: VisitId): { documentId: DocumentId; state: SheetState; reason?: PrintReason } | undefined;
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

/** One paper at the desk. */
interface Job {
  readonly paper: OfferedPaper;
  readonly abort: AbortController;
  state: SheetState;
  reason?: PrintReason | undefined;
  /** Whether it is worked on; also while an earlier run's sheet, uncertain or failed, is looked for or fetched again. */
  isRunning: boolean;
  done: Promise<void>;
}

/** The printer's words for the end of a job, as inputs of the sheet's machine. */
const inputOf = { printed: 'completed', failed: 'discarded', uncertain: 'lost' } as const satisfies Record<string, SheetInput>;

export function createPaperDesk(printer: PaperPrinter, journal: PaperJournal, onFailure: (cause: unknown) => void): PaperDesk {
  let current: Job | undefined;

  /** Takes the sheet a step further; what has no place in its state changes nothing. */
  async function step(job: Job, input: SheetInput, reason?: PrintReason): Promise<void> {
    const state = nextSheetState(job.state, input);
    if (state === undefined) return;
    const { documentId, attempt, sha256 } = job.paper;
    job.state = state;
    job.reason = reason;
    // From the last step on the next paper may come, even before this one's report has been answered.
    if (!isUnderWay(state)) job.isRunning = false;
    await journal.append({ documentId, attempt, sha256, state });
    await tell(job);
  }

  async function tell(job: Job): Promise<void> {
    // A later attempt has taken its place: what becomes of this sheet is in the journal only.
    if (current !== job) return;
    job.paper.changed(job.state, job.reason);
    // The journal has it; a report that cannot be delivered now is made again when the link is back.
    await job.paper.report(job.state, job.reason).catch(onFailure);
  }

  async function run(job: Job): Promise<void> {
    const { paper } = job;
    const { signal } = job.abort;
    const jobName = `${paper.documentId}.${paper.attempt}`;
    let reports: Promise<void> = Promise.resolve();
    const onState = (input: SheetInput, reason?: PrintReason) => void (reports = reports.then(() => step(job, input, reason)));
    const last = journal.last(paper.documentId);
    if (last && last.attempt >= paper.attempt) job.state = last.state;
    if (job.state === 'printed' || job.state === 'taken') {
      job.isRunning = false;
      return tell(job);
    }
    if (mayBeAtPrinter(job.state)) {
      // It may already be on paper, or was just being handed over: the printer is asked what became of it.
      const wasHandedOver = !mayPrint(job.state);
      const found = await printer.resume({ jobName, signal, onState });
      await reports;
      // Of a sheet that did reach the printer nobody knows any more: never print again to be sure.
      if (found || wasHandedOver) return step(job, inputOf[found?.state ?? 'uncertain'], found?.reason);
    }
    const pdf = await fetchWhole(paper, signal);
    if (!pdf) return step(job, 'not-fetched', 'link-lost');
    let outcome: Awaited<ReturnType<PaperPrinter['print']>>;
    try {
      if (createHash('sha256').update(pdf).digest('hex') !== paper.sha256) return await step(job, 'not-fetched', 'digest-mismatch');
      await step(job, 'fetched');
      outcome = await printer.print(pdf, { jobName, signal, onState });
    } finally {
      pdf.fill(0);
    }
    await reports;
    await step(job, inputOf[outcome.state], outcome.reason);
  }

  /** Runs a paper, after the job of its earlier attempt has been cancelled. Never rejects. */
  async function begin(job: Job, earlier: Job | undefined): Promise<void> {
    try {
      earlier?.abort.abort();
      await earlier?.done;
      // A job that could not be cancelled in time has come out after all: that is the one sheet.
      await (earlier?.state === 'printed' ? step(job, 'came-out') : run(job));
    } catch (cause) {
      onFailure(cause);
      job.state = nextSheetState(job.state, 'lost') ?? job.state;
      job.reason = undefined;
      job.isRunning = false;
      // Said even when the journal cannot be written: the operator has to know.
      await tell(job).catch(onFailure);
    } finally {
      job.isRunning = false;
    }
  }

  return {
    accept(paper) {
      const earlier = current?.isRunning ? current : undefined;
      if (earlier && earlier.paper.documentId !== paper.documentId) throw new ProtocolError('paper-busy');
      if (earlier && earlier.paper.attempt >= paper.attempt) return;
      const job: Job = { paper, abort: new AbortController(), state: 'issued', isRunning: true, done: Promise.resolve() };
      current = job;
      job.done = Promise.resolve().then(() => begin(job, earlier));
    },
    async confirmed(documentId, attempt) {
      if (current?.paper.documentId === documentId && current.paper.attempt === attempt) await step(current, 'confirmed');
    },
    async taken(documentId) {
      if (current?.paper.documentId !== documentId) throw new ProtocolError('document-unknown');
      if (current.state === 'taken') return;
      if (current.state !== 'printed') throw new ProtocolError('document-unknown');
      await step(current, 'taken');
    },
    current: (visitId) =>
      current?.paper.visitId === visitId
        ? { documentId: current.paper.documentId, state: current.state, ...(current.reason ? { reason: current.reason } : {}) }
        : undefined,
    reportAgain: () => {
      if (current) current.paper.report(current.state, current.reason).catch(onFailure);
    },
    settled: () => current?.done ?? Promise.resolve(),
    clear: () => {
      if (current && !current.isRunning) current = undefined;
    },
    abort: () => current?.abort.abort(),
  };
}

/** Fetches piece by piece; a piece that fails is asked for again from where it was. */
async function fetchWhole(paper: OfferedPaper, signal: AbortSignal): Promise<Buffer | undefined> {
  const whole = Buffer.alloc(paper.bytes);
  let offset = 0;
  let failures = 0;
  while (offset < paper.bytes) {
    if (signal.aborted) break;
    try {
      const piece = Buffer.from((await paper.fetchPiece(offset)).base64, 'base64');
      if (piece.length === 0 || offset + piece.length > paper.bytes) break;
      piece.copy(whole, offset);
      piece.fill(0);
      offset += piece.length;
      failures = 0;
    } catch (error) {
      if (!(error instanceof ProtocolError) || !error.retryable || ++failures >= FETCH_ATTEMPTS) break;
    }
  }
  if (offset === paper.bytes) return whole;
  whole.fill(0);
  return undefined;
}
