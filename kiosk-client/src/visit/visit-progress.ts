import type { Phase, VisitStep } from '@videosportello/protocol/messages/visit.ts';
import type { VisitState } from './visit-state.ts';

const residence: readonly (readonly VisitStep[])[] = [
  ['audience', 'self-declaration'],
  ['service'],
  ['duty'],
  ['privacy'],
  ['card', 'access-number', 'reading', 'card-result'],
  ['person', 'review'],
  ['printing'],
];
const other: readonly (readonly VisitStep[])[] = residence.filter(([step]) => step !== 'duty');
const information: readonly (readonly VisitStep[])[] = [['audience', 'self-declaration'], ['service'], ['person']];

/** "Step 2 of 7": where the citizen is on the way of his service; undefined before and after a visit. */
export function progressOf(state: Pick<VisitState, 'stage' | 'step' | 'service'>): { readonly step: number; readonly of: number } | undefined {
  if (state.stage !== 'visiting') return undefined;
  const way = state.service === 'information' ? information : state.service === 'other-certificate' ? other : residence;
  const index = way.findIndex((steps) => steps.includes(state.step));
  return index < 0 ? undefined : { step: index + 1, of: way.length };
}

/** Who must act now. */
export function phaseOf(state: VisitState): Phase {
  if (state.signature) return 'citizen';
  if (state.card.kind === 'reading' || state.scan?.phase === 'running') return 'device';
  if (state.scan) return 'citizen';
  if (state.step === 'printing') return state.paper?.state === 'printed' || state.paper?.state === 'taken' ? 'citizen' : 'device';
  return state.step === 'person' && state.person.kind === 'with' ? 'operator' : 'citizen';
}
