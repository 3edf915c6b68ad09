import type { DocumentState } from '@videosportello/protocol/messages/document.ts';

/** Where one sheet is at this kiosk: the protocol's words, from the offer on. */
export type SheetState = Extract<
  DocumentState,
  'issued' | 'fetched' | 'spooled' | 'printing' | 'needs-attention' | 'printed' | 'taken' | 'failed' | 'uncertain'
>;

/**
 * What may happen to it.
 * - `fetched`: the whole paper is here and is the one announced; `not-fetched`: it is not.
 * - `spooled`, `printing`, `needs-attention`, `completed`: the printer said so.
 * - `discarded`: surely nothing of it is on paper; the printer refused it, or the job ended before it started.
 * - `lost`: nobody can say any more how the job ended.
 * - `came-out`: the sheet of the attempt before could not be stopped in time and is the paper now.
 * - `confirmed`: the operator has seen to it that the sheet came out, whatever the printer said of its end.
 * - `taken`: the citizen has it.
 */
export const sheetInputs = [
  'fetched',
  'not-fetched',
  'spooled',
  'printing',
  'needs-attention',
  'completed',
  'discarded',
  'lost',
  'came-out',
  'confirmed',
  'taken',
] as const;
export type SheetInput = (typeof sheetInputs)[number];

/**
 * The way of one sheet. A sheet is one attempt at a document; the same document is printed again only as another attempt,
 * which begins at `issued` anew.
 *
 * ```
 *  issued ──fetched──▶ fetched ──spooled──▶ spooled ──printing──▶ printing ◀──printing, needs-attention──▶ needs-attention
 *    │ │                  │                    └───────────┬───────────┴───────────────────┬──────────────────────┘
 *    │ └──not-fetched─────┴──discarded──▶ failed ◀─discarded┤                               │
 *    │                                    │   │             ├──completed──▶ printed ──taken──▶ taken
 *    │                            fetched │   └─confirmed───┼─────────────▶  ▲  ▲
 *    │                     (same attempt) ▼                 │                │  │
 *    │                                 fetched              └──lost──▶ uncertain┘ completed, confirmed
 *    └──came-out──▶ printed                                              └─ printing, needs-attention: found at the printer
 * ```
 * `lost` leads to `uncertain` from `issued`, `fetched` and `failed` too: a journal that cannot be written. From `fetched`, a job
 * found at the printer after a restart may also be `printing`, `needs-attention` or `completed`.
 */
const TRANSITIONS: Readonly<Record<SheetState, Readonly<Partial<Record<SheetInput, SheetState>>>>> = {
  issued: { fetched: 'fetched', 'not-fetched': 'failed', lost: 'uncertain', 'came-out': 'printed' },
  fetched: {
    fetched: 'fetched',
    'not-fetched': 'failed',
    spooled: 'spooled',
    printing: 'printing',
    'needs-attention': 'needs-attention',
    completed: 'printed',
    discarded: 'failed',
    lost: 'uncertain',
  },
  spooled: { printing: 'printing', 'needs-attention': 'needs-attention', completed: 'printed', discarded: 'failed', lost: 'uncertain' },
  printing: { printing: 'printing', 'needs-attention': 'needs-attention', completed: 'printed', discarded: 'failed', lost: 'uncertain' },
  'needs-attention': { printing: 'printing', 'needs-attention': 'needs-attention', completed: 'printed', discarded: 'failed', lost: 'uncertain' },
  uncertain: {
    printing: 'printing',
    'needs-attention': 'needs-attention',
    completed: 'printed',
    discarded: 'failed',
    lost: 'uncertain',
    confirmed: 'printed',
  },
  failed: { fetched: 'fetched', 'not-fetched': 'failed', lost: 'uncertain', confirmed: 'printed' },
  printed: { taken: 'taken' },
  taken: {},
};

/** All states of a sheet. */
export const sheetStates = Object.keys(TRANSITIONS) as readonly SheetState[];

/** The next state, or undefined when the input has no place in this one. */
export function nextSheetState(state: SheetState, input: SheetInput): SheetState | undefined {
  return TRANSITIONS[state][input];
}

/** Whether the desk is still at work on it. */
export function isUnderWay(state: SheetState): boolean {
  return ['issued', 'fetched', 'spooled', 'printing', 'needs-attention'].includes(state);
}

/** Whether the bytes of this attempt may be given to a printer now: it has been asked for any job of this name. */
export function mayPrint(state: SheetState): boolean {
  return state === 'fetched';
}

/** Whether a sheet that an earlier run of the service left in this state may be at the printer: that has to be asked. */
export function mayBeAtPrinter(state: SheetState): boolean {
  return ['fetched', 'spooled', 'printing', 'needs-attention', 'uncertain'].includes(state);
}
