import { z } from 'zod';

/** What a device service or an operator reports about the sheets of one document. */
export const printOutcomes = ['spooled', 'printed', 'taken', 'jammed', 'spoiled', 'uncertain', 'confirmed'] as const;
export const printOutcome = z.enum(printOutcomes);
export type PrintOutcome = z.output<typeof printOutcome>;

/** Where the one paper of a document is; `issued`: not yet with a printer. */
export const printStates = ['issued', ...printOutcomes] as const;
export const printState = z.enum(printStates);
export type PrintState = z.output<typeof printState>;

/**
 * One issue, one number, one paper.
 *
 * ```
 *            spooled            printed           taken
 *  issued ───────────▶ spooled ─────────▶ printed ──────▶ taken ◀──taken── confirmed
 *                      │ ▲ │ │            │   └─ uncertain ┐                   ▲
 *               jammed │ │ │ └─ uncertain ─┼──▶ uncertain ◀─┘──confirmed───────┘
 *                      ▼ │ │              │      │   │
 *              jammed ◀──┼─┼── jammed ────┼──────┘   ├ printed, taken
 *                │       │ └── spoiled ───┤          │
 *                │spoiled│ spooled        │spoiled   │spoiled
 *                └──▶ spoiled ◀───────────┴──────────┘
 * ```
 * Only `issued` and `spoiled` may be spooled: the number prints again only after the spoiled sheet is on record. `confirmed`: an
 * operator has seen to it that the uncertain sheet came out; it is the paper, and nothing is printed after it.
 */
const TRANSITIONS: Record<PrintState, readonly PrintOutcome[]> = {
  issued: ['spooled'],
  spooled: ['printed', 'taken', 'jammed', 'spoiled', 'uncertain'],
  printed: ['taken', 'spoiled', 'uncertain'],
  jammed: ['spoiled'],
  uncertain: ['printed', 'taken', 'jammed', 'spoiled', 'confirmed'],
  confirmed: ['taken'],
  spoiled: ['spooled'],
  taken: [],
};

/** The state after `outcome`, or null when it cannot follow on `state`. */
export function nextPrintState(state: PrintState, outcome: PrintOutcome): PrintState | null {
  return TRANSITIONS[state].includes(outcome) ? outcome : null;
}

/** Whether the paper may go to a printer now. */
export function mayPrint(state: PrintState): boolean {
  return TRANSITIONS[state].includes('spooled');
}
