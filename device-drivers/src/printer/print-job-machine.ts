/**
 * The way of one sheet. A sheet is one attempt at a document: the same document is printed again only as another
 * attempt, and only after this one is `spoiled`.
 *
 * ```
 *   fetched ──accepted──▶ spooled ──started──▶ printing ──completed──▶ printed ──taken──▶ taken
 *      ▲  │                  │                    │                       │
 *      │  │                  ├──completed─────────┼──▶ printed            ├──spoiled──▶ spoiled
 *      │  │                  │                    │                       └──lost─────▶ uncertain
 *      │  └──lost────────────┴──lost, stopped─────┴──▶ uncertain
 *      └──discarded── spooled                            │ found-printing ──▶ printing
 *      └──discarded── uncertain                          │ found-completed ─▶ printed
 *                                                        │ taken ───────────▶ taken
 *                                                        └ spoiled ─────────▶ spoiled
 * ```
 */
export type PrintJobState = 'fetched' | 'spooled' | 'printing' | 'printed' | 'taken' | 'spoiled' | 'uncertain';

/**
 * What may happen to it.
 * - `accepted`, `started`, `completed`: the printer said so.
 * - `discarded`: the printer surely has nothing of it on paper (refused, canceled or aborted before it started).
 * - `stopped`: the printer ended the job after it had started; a sheet may be half printed.
 * - `lost`: nobody can say any more how the job ended.
 * - `found-printing`, `found-completed`: the job was looked for by its name, and found.
 * - `taken`, `spoiled`: a person, or the paper sensor, said so.
 */
export type PrintJobInput =
  | 'accepted'
  | 'started'
  | 'completed'
  | 'discarded'
  | 'stopped'
  | 'lost'
  | 'found-printing'
  | 'found-completed'
  | 'taken'
  | 'spoiled';

const TRANSITIONS: Readonly<Record<PrintJobState, Readonly<Partial<Record<PrintJobInput, PrintJobState>>>>> = {
  fetched: { accepted: 'spooled', lost: 'uncertain', discarded: 'fetched' },
  spooled: {
    started: 'printing',
    completed: 'printed',
    discarded: 'fetched',
    stopped: 'uncertain',
    lost: 'uncertain',
  },
  printing: { started: 'printing', completed: 'printed', stopped: 'uncertain', lost: 'uncertain' },
  printed: { taken: 'taken', spoiled: 'spoiled', lost: 'uncertain' },
  taken: {},
  spoiled: {},
  uncertain: {
    'found-printing': 'printing',
    'found-completed': 'printed',
    discarded: 'fetched',
    taken: 'taken',
    spoiled: 'spoiled',
  },
};

/** The next state, or undefined when the input has no place in this state; the caller refuses it then. */
export function nextPrintJobState(state: PrintJobState, input: PrintJobInput): PrintJobState | undefined {
  return TRANSITIONS[state][input];
}

/** Whether bytes of this attempt may be given to a printer now. */
export function mayPrint(state: PrintJobState): boolean {
  return state === 'fetched';
}

/** Whether the document may be printed as a new attempt: this one is recorded as spoiled. */
export function mayPrintAgain(state: PrintJobState): boolean {
  return state === 'spoiled';
}
