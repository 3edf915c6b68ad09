import { documentId, reviewId, visitId } from '@videosportello/protocol/ids.ts';
import { caseNumber } from '@videosportello/protocol/messages/document.ts';
import type { VisitStep } from '@videosportello/protocol/messages/visit.ts';
import { advance } from './visit-machine.ts';
import { idleVisit } from './visit-state.ts';
import type { Transition, VisitEffect, VisitEvent, VisitState } from './visit-state.ts';

/* What the tests of the machines have in common: a visit and what comes into it. The people are invented. */

export const id = visitId.parse(`v_${'0'.repeat(24)}`);
export const paperId = documentId.parse(`d_${'2'.repeat(24)}`);
export const opened = { caseNumber: caseNumber.parse('2026-000042'), title: 'x', answerBy: '2026-12-22', keepDays: 90, collectAt: 'y' };
export const shownReview = { reviewId: reviewId.parse(`r_${'3'.repeat(24)}`), title: 'x', lines: [], wording: [], specimen: true };
export const at = (step: VisitStep, more: Partial<VisitState> = {}): VisitState => ({ ...idleVisit, stage: 'visiting', visitId: id, step, ...more });
export const withMarta = { kind: 'with', name: 'Marta', present: true } as const;
export const run = (state: VisitState, ...events: VisitEvent[]): Transition =>
  events.reduce<Transition>((before, event) => advance(before.state, event), { state, effects: [] });
export const done = (effects: readonly VisitEffect[]) => effects.map((effect) => effect.do);
