import { z } from 'zod';

/** Where a case stands. */
export const caseState = z.enum(['open', 'approved', 'ready', 'collected', 'refused', 'lapsed']);
export type CaseState = z.output<typeof caseState>;

/** What can happen to one. */
export type CaseStep = 'approve' | 'refuse' | 'issue' | 'collect' | 'give-back' | 'lapse';

/**
 * ```
 *  open ── approve ──▶ approved ── issue ──▶ ready ─── collect ──▶ collected
 *   └───── refuse ───▶ refused               │  ◀── give-back ────┘
 *                                            └────── lapse ──▶ lapsed
 * ```
 * *approved* is the office's word; *ready*, that the document stands in the register; *collected*, that one kiosk has been given it
 * to print. A crash after *approved* leaves the case there, and approving it again issues the same document. A paper that
 * was never printed is given back by the office.
 */
const NEXT: Readonly<Record<CaseStep, { readonly from: CaseState; readonly to: CaseState }>> = {
  approve: { from: 'open', to: 'approved' },
  refuse: { from: 'open', to: 'refused' },
  issue: { from: 'approved', to: 'ready' },
  collect: { from: 'ready', to: 'collected' },
  'give-back': { from: 'collected', to: 'ready' },
  lapse: { from: 'ready', to: 'lapsed' },
};

/** The state after `step`; the same where it was taken before; null where it cannot be taken. */
export function nextCaseState(state: CaseState, step: CaseStep): CaseState | null {
  const { from, to } = NEXT[step];
  return state === from || state === to ? to : null;
}
