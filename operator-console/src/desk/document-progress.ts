import type { DocumentState, DocumentView, PrintReason } from '@videosportello/protocol/messages/document.ts';

/**
 * What the operator can do about a document.
 * `review`: show the words to the citizen. `issue`: number, seal, print. `reprint`: the same number again, after the
 * spoiled sheet is recorded. `print-again`: the same number, no sheet ever came out. `came-out` and `not-out`: what was found
 * out about a sheet nobody could be sure of; the first is the paper, the second is recorded as spoiled and prints again.
 */
export type DocumentAction = 'review' | 'issue' | 'reprint' | 'print-again' | 'came-out' | 'not-out';

const settling: readonly DocumentAction[] = ['came-out', 'not-out'];
const actions: Readonly<Record<DocumentState, readonly DocumentAction[]>> = {
  prepared: ['review'],
  reviewing: [],
  declined: ['review'],
  agreed: ['issue'],
  issued: [],
  fetched: [],
  spooled: [],
  printing: [],
  'needs-attention': ['reprint'],
  printed: ['reprint'],
  taken: [],
  uncertain: settling,
  spoiled: [],
  failed: ['print-again'],
};
/** Reasons after which a sheet may have been printed although the job failed. */
const mayHavePrinted: readonly (PrintReason | undefined)[] = ['aborted', 'canceled'];

/** What can be done next; nothing while somebody else must act or nothing is left to do. */
export function nextActions({
  state,
  reason,
  confirmed,
}: Pick<DocumentView, 'state' | 'reason' | 'confirmed'>): readonly DocumentAction[] {
  // A sheet that somebody has seen come out is on record as the paper: nothing prints after it.
  if (confirmed) return [];
  return state === 'failed' && mayHavePrinted.includes(reason) ? settling : actions[state];
}

/** How a state is to be seen: calmly under way, waiting for somebody, wrong, or well ended. */
export function stateTone(state: DocumentState): 'running' | 'waiting' | 'wrong' | 'good' {
  if (state === 'taken' || state === 'printed' || state === 'agreed') return 'good';
  if (['needs-attention', 'uncertain', 'spoiled', 'failed', 'declined'].includes(state)) return 'wrong';
  return state === 'prepared' || state === 'reviewing' ? 'waiting' : 'running';
}

/** Whether a number is out and its paper is not yet in the citizen's hand: another document has to wait. */
export const isUnderWay = (state: DocumentState): boolean =>
  ['reviewing', 'issued', 'fetched', 'spooled', 'printing', 'needs-attention', 'uncertain', 'spoiled'].includes(state);

/** The document in hand: the newest. */
export const currentDocument = (documents: readonly DocumentView[]): DocumentView | undefined => documents.at(-1);

/** The steps of a paper as the operator follows them, for the line of progress. */
export const paperSteps = ['agreed', 'issued', 'spooled', 'printing', 'printed', 'taken'] as const;
/** How many of {@link paperSteps} are behind the document. */
export function stepsDone(state: DocumentState): number {
  const order: readonly DocumentState[] = ['agreed', 'issued', 'fetched', 'spooled', 'printing', 'printed', 'taken'];
  if (order.includes(state)) return paperSteps.filter((step) => order.indexOf(step) <= order.indexOf(state)).length;
  return ['needs-attention', 'uncertain'].includes(state) ? 3 : ['failed', 'spoiled'].includes(state) ? 2 : 0;
}
