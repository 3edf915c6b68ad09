import { setTimeout as delay } from 'node:timers/promises';
import { createIppClient, IppError } from './ipp/client.ts';
import type { IppClient } from './ipp/client.ts';
import { numberOf, wordsOf } from './ipp/message.ts';
import type { IppAttribute, IppAttributes } from './ipp/message.ts';
import { JobState, Status, ValueTag } from './ipp/tags.ts';
import { blockingReasons, OFFLINE, readPrinterStatus, sameStatus, STATUS_ATTRIBUTES } from './printer-status.ts';
import type { PrinterStatus } from './printer-status.ts';

/** Settings of the A4 printer; times in milliseconds, all with defaults. */
export interface IppPrinterConfig {
  /** `ipp:` or `ipps:` address. */
  readonly uri: string;
  /** PEM certificates trusted for `ipps:`. Default: the system's. */
  readonly certificateAuthority?: string;
  /** How often to look while a job runs. Default 2,000. */
  readonly busyPollMs?: number;
  /** How often to look otherwise. Default 15,000. */
  readonly idlePollMs?: number;
  /** Deadline of a question. Default 3,000. */
  readonly deadlineMs?: number;
  /** Deadline of handing over a document. Default 30,000. */
  readonly sendDeadlineMs?: number;
  /** How long a silent printer is asked on before the job's end is called uncertain. Default 30,000. */
  readonly lostContactMs?: number;
  /** How long a canceled job may take to end. Default 15,000. */
  readonly cancelMs?: number;
  /** How long a printer may be busy with somebody else's job before ours is given up. Default 60,000. */
  readonly busyMs?: number;
}

/** What happens to a job on its way. */
export type PrintEvent =
  /** The printer has the whole document; from here on it may come to paper. */
  | { readonly type: 'spooled'; readonly jobId: number }
  /** It is being printed; sheets done so far where the printer counts. Also after attention was given. */
  | { readonly type: 'printing'; readonly impressions: number | undefined }
  /** Somebody has to act: blocking printer-state-reasons without suffix, or `offline`. */
  | { readonly type: 'needs-attention'; readonly reasons: readonly string[] };

/** How a job ended. */
export type PrintOutcome =
  /** By the printer's word; a finished job is not yet a page in the hand. */
  | { readonly outcome: 'completed'; readonly jobId: number; readonly impressions: number | undefined }
  /** Surely nothing is on paper: the printer refused it, was not there, or needs attention first. */
  | { readonly outcome: 'not-started'; readonly reasons: readonly string[] }
  /** The printer ended it; `started` tells whether a sheet may have moved. */
  | {
      readonly outcome: 'aborted' | 'canceled';
      readonly jobId: number;
      readonly started: boolean;
      readonly impressions: number | undefined;
      readonly reasons: readonly string[];
    }
  /** Nobody can say: contact was lost, the printer forgot the job, or it does not let go of a canceled one. */
  | { readonly outcome: 'uncertain'; readonly reason: 'no-contact' | 'job-unknown' | 'cancel-unanswered' };

/** A job as the printer lists it. */
export interface FoundJob {
  readonly jobId: number;
  readonly state: 'waiting' | 'printing' | 'completed' | 'aborted' | 'canceled';
  readonly impressions: number | undefined;
}

/** Limits and listeners of one job. */
export interface FollowOptions {
  /** Cancels the job at the printer; its end is followed all the same. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: PrintEvent) => void;
}

/** One A4 printer. Nothing here throws for what a printer may do: outcomes say it. */
export interface IppPrinter extends AsyncDisposable {
  /** What the printer last said. */
  snapshot(): PrinterStatus;
  /** Asks the printer now; `offline` when it does not answer in time. */
  status(): Promise<PrinterStatus>;
  /** Calls `listener` whenever the status is another; returns how to stop. */
  subscribe(listener: (status: PrinterStatus) => void): () => void;
  /**
   * Prints a PDF on A4, one-sided, unscaled, and follows the job to its end. One job at a time; others wait.
   * A printer that needs attention is not given the document.
   * @param options.jobName - what the job is found by later; an id, never anything personal.
   */
  print(pdf: Uint8Array, options: FollowOptions & { jobName: string }): Promise<PrintOutcome>;
  /** Looks for the newest job of a name, as after an unclear end. @throws {IppError} when the printer cannot be asked. */
  findJob(jobName: string): Promise<FoundJob | undefined>;
  /** Follows a found job to its end. The name guards against a restarted printer that counts its jobs anew. */
  follow(jobId: number, options: FollowOptions & { jobName: string }): Promise<PrintOutcome>;
  /** Stops looking. Jobs at the printer go on. May be called twice. */
  close(): Promise<void>;
}

/** Media of the job (PWG 5101.1), sides (RFC 8011, 5.2.8), and no scaling (PWG 5100.13, print-scaling). */
const JOB_TEMPLATE: readonly IppAttribute[] = [
  { name: 'media', tag: ValueTag.keyword, values: ['iso_a4_210x297mm'] },
  { name: 'sides', tag: ValueTag.keyword, values: ['one-sided'] },
  { name: 'print-scaling', tag: ValueTag.keyword, values: ['none'] },
];

const JOB_ATTRIBUTES = [
  'job-id',
  'job-name',
  'job-state',
  'job-state-reasons',
  'job-impressions-completed',
  'time-at-processing',
] as const;

/** Defaults of {@link IppPrinterConfig}. */
const DEFAULTS = {
  busyPollMs: 2_000,
  idlePollMs: 15_000,
  deadlineMs: 3_000,
  sendDeadlineMs: 30_000,
  lostContactMs: 30_000,
  cancelMs: 15_000,
  busyMs: 60_000,
};

/** How long a job that is looked for may take to show up once the printer answers again, in milliseconds. */
const SETTLE_MS = 2_000;

/** Makes the driver of one printer; it begins to look at once. @throws {TypeError} when the address is none. */
export function createIppPrinter(given: IppPrinterConfig): IppPrinter {
  const config = { ...DEFAULTS, ...given };
  const client: IppClient = createIppClient(config);
  const ask = { deadlineMs: config.deadlineMs };
  const listeners = new Set<(status: PrinterStatus) => void>();
  const closing = new AbortController();
  let last: PrinterStatus = OFFLINE;
  let queue: Promise<unknown> = Promise.resolve();
  const looking = lookOn();

  return {
    snapshot: () => last,
    status: readStatus,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    print: (pdf, options) => inTurn(() => printNow(pdf, options)),
    findJob,
    follow: followJob,
    close,
    [Symbol.asyncDispose]: close,
  };

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  }

  async function lookOn(): Promise<void> {
    while (!closing.signal.aborted) {
      await readStatus();
      await delay(config.idlePollMs, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
    }
  }

  async function readStatus(): Promise<PrinterStatus> {
    let next = OFFLINE;
    try {
      next = readPrinterStatus(await client.getPrinterAttributes(STATUS_ATTRIBUTES, { ...ask, signal: closing.signal }));
    } catch {
      // Whatever went wrong, this printer prints nothing now.
    }
    const changed = !sameStatus(next, last);
    last = next;
    if (changed && !closing.signal.aborted) {
      for (const listener of listeners) {
        listener(next);
      }
    }
    return next;
  }

  async function printNow(
    pdf: Uint8Array,
    { jobName, signal, onEvent }: FollowOptions & { jobName: string },
  ): Promise<PrintOutcome> {
    const before = await readStatus();
    const reasons = blockingReasons(before);
    if (signal?.aborted === true || closing.signal.aborted) {
      return { outcome: 'not-started', reasons: ['canceled'] };
    }
    if (reasons.length > 0 || before.state === 'stopped') {
      return { outcome: 'not-started', reasons: reasons.length > 0 ? reasons : ['paused'] };
    }
    const jobId = await handOver(pdf, jobName, before, signal);
    if (typeof jobId !== 'number') {
      return jobId;
    }
    onEvent?.({ type: 'spooled', jobId });
    return followJob(jobId, {
      jobName,
      ...(signal === undefined ? {} : { signal }),
      ...(onEvent === undefined ? {} : { onEvent }),
    });
  }

  /** Gives the document to the printer; the job's number, or why there is none. */
  async function handOver(
    pdf: Uint8Array,
    jobName: string,
    before: PrinterStatus,
    signal: AbortSignal | undefined,
  ): Promise<number | PrintOutcome> {
    const giveUpAt = performance.now() + config.busyMs;
    for (;;) {
      try {
        // No abort here: a half-sent document would leave its end uncertain; the job is canceled right after instead.
        const job = { jobName, attributes: JOB_TEMPLATE };
        const jobId = numberOf(await client.printJob(pdf, job, { deadlineMs: config.sendDeadlineMs }), 'job-id');
        return jobId ?? (await lookForJob(jobName, before));
      } catch (error) {
        if (!(error instanceof IppError)) {
          throw error;
        }
        if (error.code === 'refused') {
          if (error.statusCode !== Status.serverErrorBusy) {
            return { outcome: 'not-started', reasons: ['other'] };
          }
          if (performance.now() > giveUpAt || !(await pause(signal))) {
            return { outcome: 'not-started', reasons: [signal?.aborted === true ? 'canceled' : 'other'] };
          }
          continue;
        }
        return error.connected
          ? lookForJob(jobName, before)
          : { outcome: 'not-started', reasons: ['offline'] };
      }
    }
  }

  /**
   * After an unclear handing over: the job's number if the printer has it. If it answers, has not been restarted since
   * and still shows no such job after a while, it never took it.
   */
  async function lookForJob(jobName: string, before: PrinterStatus): Promise<number | PrintOutcome> {
    const giveUpAt = performance.now() + config.lostContactMs;
    let answeredAt: number | undefined;
    while (performance.now() < giveUpAt && !closing.signal.aborted) {
      try {
        const found = await findJob(jobName);
        if (found !== undefined) {
          return found.jobId;
        }
        const after = await readStatus();
        if (after.upTimeS === undefined || before.upTimeS === undefined || after.upTimeS < before.upTimeS) {
          return { outcome: 'uncertain', reason: after.state === 'offline' ? 'no-contact' : 'job-unknown' };
        }
        answeredAt ??= performance.now();
        if (performance.now() - answeredAt > SETTLE_MS) {
          return { outcome: 'not-started', reasons: ['other'] };
        }
      } catch {
        answeredAt = undefined;
      }
      await pause(undefined);
    }
    return { outcome: 'uncertain', reason: 'no-contact' };
  }

  async function findJob(jobName: string): Promise<FoundJob | undefined> {
    const lists = [
      await client.getJobs('not-completed', JOB_ATTRIBUTES, ask),
      await client.getJobs('completed', JOB_ATTRIBUTES, ask),
    ];
    const jobs = lists.flat().filter((job) => wordsOf(job, 'job-name').includes(jobName));
    const newest = jobs.toSorted((left, right) => (numberOf(right, 'job-id') ?? 0) - (numberOf(left, 'job-id') ?? 0))[0];
    const jobId = newest === undefined ? undefined : numberOf(newest, 'job-id');
    if (newest === undefined || jobId === undefined) {
      return undefined;
    }
    return {
      jobId,
      state: wordOfJobState(numberOf(newest, 'job-state')),
      impressions: numberOf(newest, 'job-impressions-completed'),
    };
  }

  async function followJob(
    jobId: number,
    { jobName, signal, onEvent }: FollowOptions & { jobName: string },
  ): Promise<PrintOutcome> {
    let lostAt: number | undefined;
    let canceledAt: number | undefined;
    let said = '';
    const say = (event: PrintEvent): void => {
      const text = JSON.stringify(event);
      if (text !== said) {
        said = text;
        onEvent?.(event);
      }
    };
    while (!closing.signal.aborted) {
      if (signal?.aborted === true && canceledAt === undefined) {
        canceledAt = performance.now();
        // An answer of "not possible" means that the job has just ended, which the next look shows.
        await client.cancelJob(jobId, ask).catch(() => undefined);
      }
      try {
        const job = await client.getJobAttributes(jobId, JOB_ATTRIBUTES, ask);
        if (!wordsOf(job, 'job-name').includes(jobName)) {
          return { outcome: 'uncertain', reason: 'job-unknown' };
        }
        const end = endOfJob(jobId, job);
        if (end !== undefined) {
          await readStatus();
          return end;
        }
        const reasons = blockingReasons(await readStatus());
        lostAt = undefined;
        const printing = wordOfJobState(numberOf(job, 'job-state')) === 'printing';
        if (reasons.length > 0) {
          say({ type: 'needs-attention', reasons });
        } else if (printing) {
          say({ type: 'printing', impressions: numberOf(job, 'job-impressions-completed') });
        }
      } catch (error) {
        if (!(error instanceof IppError)) {
          throw error;
        }
        if (error.statusCode === Status.clientErrorNotFound || error.statusCode === Status.clientErrorGone) {
          return { outcome: 'uncertain', reason: 'job-unknown' };
        }
        await readStatus();
        say({ type: 'needs-attention', reasons: ['offline'] });
        lostAt ??= performance.now();
        if (performance.now() - lostAt > config.lostContactMs) {
          return { outcome: 'uncertain', reason: 'no-contact' };
        }
      }
      if (canceledAt !== undefined && performance.now() - canceledAt > config.cancelMs) {
        return { outcome: 'uncertain', reason: 'cancel-unanswered' };
      }
      await pause(canceledAt === undefined ? signal : undefined);
    }
    return { outcome: 'uncertain', reason: 'no-contact' };
  }

  /** Waits until the next look, less when aborted; false when aborted. */
  async function pause(signal: AbortSignal | undefined): Promise<boolean> {
    const signals = signal === undefined ? [closing.signal] : [closing.signal, signal];
    return delay(config.busyPollMs, true, { signal: AbortSignal.any(signals) }).catch(() => false);
  }

  async function close(): Promise<void> {
    closing.abort();
    await looking;
    await queue;
    listeners.clear();
  }
}

function endOfJob(jobId: number, job: IppAttributes): PrintOutcome | undefined {
  const impressions = numberOf(job, 'job-impressions-completed');
  const outcome = wordOfJobState(numberOf(job, 'job-state'));
  if (outcome === 'completed') {
    return { outcome, jobId, impressions };
  }
  if (outcome === 'aborted' || outcome === 'canceled') {
    // Without a value the job was never processed (RFC 8011, 5.3.14.2).
    const started = numberOf(job, 'time-at-processing') !== undefined || (impressions ?? 0) > 0;
    return { outcome, jobId, started, impressions, reasons: wordsOf(job, 'job-state-reasons') };
  }
  return undefined;
}

/** An unknown state counts as printing: it is not an end, and paper may move. */
function wordOfJobState(state: number | undefined): FoundJob['state'] {
  switch (state) {
    case JobState.pending:
    case JobState.pendingHeld:
      return 'waiting';
    case JobState.canceled:
      return 'canceled';
    case JobState.aborted:
      return 'aborted';
    case JobState.completed:
      return 'completed';
    default:
      return 'printing';
  }
}
