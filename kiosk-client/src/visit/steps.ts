import type { VisitStep } from '@videosportello/protocol/messages/visit.ts';
import type { Transition, VisitEffect, VisitState } from './visit-state.ts';

/** Nothing changes. */
export const stay = (state: VisitState): Transition => ({ state, effects: [] });
export const to = (state: VisitState, ...effects: VisitEffect[]): Transition => ({ state, effects });

/** Whether the scanner runs: then its sheet stays in front of whatever step there is. */
export const isScanning = ({ scan }: VisitState): boolean => scan?.phase === 'running';

/** Leads to a step and keeps the way there for "back"; a sheet that is only asked for makes way. */
export function goTo(before: VisitState, step: VisitStep, notice?: VisitState['notice']): Transition {
  const state: VisitState = { ...before, scan: isScanning(before) ? before.scan : undefined };
  if (step === state.step) return to({ ...state, notice, warned: false });
  const known = state.trail.indexOf(step);
  // Reading is passed through, never returned to.
  const trail = known >= 0 ? state.trail.slice(0, known) : state.step === 'reading' ? state.trail : [...state.trail, state.step];
  return to({ ...state, step, trail, notice, warned: false });
}
