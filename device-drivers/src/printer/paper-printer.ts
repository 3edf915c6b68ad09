import { printReason } from '@videosportello/protocol/messages/document.ts';
import type { PrintReason } from '@videosportello/protocol/messages/document.ts';
import type { IppPrinter, PrintEvent, PrintOutcome } from './ipp-printer.ts';

/** How the way of a paper through the printer ended, in the words of the protocol. */
export interface PaperOutcome {
  /** `failed` only where surely nothing is on paper. */
  readonly state: 'printed' | 'failed' | 'uncertain';
  readonly reason?: PrintReason;
}

/** What a paper does on its way through the printer. */
export type PaperProgress = (state: 'spooled' | 'printing' | 'needs-attention', reason?: PrintReason) => void;

/** The first reason that the protocol has a word for; `other` when it has none. */
export function paperReason(reasons: Iterable<string>): PrintReason {
  for (const reason of reasons) {
    const { data } = printReason.safeParse(reason);
    if (data !== undefined) {
      return data;
    }
  }
  return 'other';
}

/** The A4 printer as the paper desk sees it: papers in, the protocol's words out. */
export function createPaperPrinter(printer: Pick<IppPrinter, 'print' | 'findJob' | 'follow'>): {
  print(
    pdf: Uint8Array,
    options: { jobName: string; signal: AbortSignal; onState: PaperProgress },
  ): Promise<PaperOutcome>;
  /** Follows the job an earlier run left under this name; undefined when the printer knows none or cannot be asked. */
  resume(options: { jobName: string; signal: AbortSignal; onState: PaperProgress }): Promise<PaperOutcome | undefined>;
} {
  return {
    print: async (pdf, { jobName, signal, onState }) =>
      paperOutcome(await printer.print(pdf, { jobName, signal, onEvent: newsOnly(onState) })),
    resume: async ({ jobName, signal, onState }) => {
      const job = await printer.findJob(jobName).catch(() => undefined);
      return job && paperOutcome(await printer.follow(job.jobId, { jobName, signal, onEvent: newsOnly(onState) }));
    },
  };
}

/** Sheets counted and reasons of the same word are no news to the desk. */
function newsOnly(onState: PaperProgress): (event: PrintEvent) => void {
  let lastSaid = '';
  return (event) => {
    const state = event.type === 'needs-attention' ? `${event.type} ${paperReason(event.reasons)}` : event.type;
    if (state === lastSaid) return;
    lastSaid = state;
    onState(event.type, ...(event.type === 'needs-attention' ? [paperReason(event.reasons)] : []));
  };
}

function paperOutcome(outcome: PrintOutcome): PaperOutcome {
  switch (outcome.outcome) {
    case 'completed':
      return { state: 'printed' };
    case 'not-started':
      return { state: 'failed', reason: paperReason(outcome.reasons) };
    case 'aborted':
    case 'canceled':
      return { state: outcome.started ? 'uncertain' : 'failed', reason: outcome.outcome };
    case 'uncertain':
      return { state: 'uncertain', reason: outcome.reason === 'no-contact' ? 'offline' : 'other' };
  }
}
