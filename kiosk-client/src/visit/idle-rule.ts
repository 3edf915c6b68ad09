import type { DocumentState } from '@videosportello/protocol/messages/document.ts';
import type { VisitState } from './visit-state.ts';

/** How long nobody may touch anything before the kiosk asks, and how long it then waits for an answer, ms. */
export interface IdleLimit {
  readonly warnAfterMs: number;
  readonly answerMs: number;
}

/** ui.md K60: 60 s, 90 s where reading takes longer; at least 20 s to answer. Who waits for a person may look away longer. */
export const ordinaryLimit: IdleLimit = { warnAfterMs: 60_000, answerMs: 30_000 };
export const largeTextLimit: IdleLimit = { warnAfterMs: 90_000, answerMs: 45_000 };
export const waitingLimit: IdleLimit = { warnAfterMs: 180_000, answerMs: 60_000 };

/** A paper nobody has to do anything about yet. */
const underWay: readonly (DocumentState | undefined)[] = [undefined, 'issued', 'fetched', 'spooled', 'printing'];

/**
 * The limit that holds now; undefined while time is not counted: nobody here, an operator is there, on the way or being called
 * (K61), card or sheet is being read, a paper is on its way. Who waits for a lost operator, or for paper in the printer, may have
 * gone: that time counts, or the kiosk would wait for ever.
 */
export function idleLimit(state: VisitState, largeText: boolean): IdleLimit | undefined {
  if (state.stage === 'returning') return state.brought?.phase === 'asked' ? ordinaryLimit : undefined;
  if (state.stage !== 'visiting' || state.card.kind === 'reading' || state.scan?.phase === 'running') return undefined;
  if (state.person.kind === 'with' || state.person.kind === 'asking' || state.person.kind === 'keeping') return undefined;
  if (state.step === 'printing' && underWay.includes(state.paper?.state)) return undefined;
  if (state.person.kind === 'waiting') return state.person.coming ? undefined : waitingLimit;
  if (state.step === 'printing' && state.paper?.state === 'needs-attention') return waitingLimit;
  return largeText ? largeTextLimit : ordinaryLimit;
}
