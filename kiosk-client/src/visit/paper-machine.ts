import { withOpenedCase } from './opened-case.ts';
import { goTo, stay, to } from './steps.ts';
import type { Transition, VisitEvent, VisitState } from './visit-state.ts';

/** The words of a paper, the paper itself, and the case of one that comes another day: the steps inside visiting that follow them. */
export function advancePaper(
  state: VisitState,
  event: Extract<VisitEvent, { type: 'case' | 'review' | 'review-withdrawn' | 'review-answered' | 'paper' | 'paper-taken' }>,
): Transition {
  switch (event.type) {
    case 'case':
      // Each renewed grant brings it again: what is known already leads nobody away from where he is.
      if (state.opened?.caseNumber === event.opened.caseNumber) return stay(state);
      return goTo(withOpenedCase(state, event.opened), 'person');
    case 'review':
      return goTo({ ...state, review: event.review }, 'review');
    case 'review-withdrawn':
      if (state.review?.reviewId !== event.reviewId) return stay(state);
      return state.step === 'review' ? goTo({ ...state, review: undefined }, 'person', 'review-withdrawn') : to({ ...state, review: undefined });
    case 'review-answered': {
      if (!state.review || state.step !== 'review') return stay(state);
      const { reviewId } = state.review;
      const answered = goTo({ ...state, review: undefined }, 'person', event.agreed ? undefined : 'review-declined');
      return to(answered.state, { do: 'answer-review', reviewId, agreed: event.agreed });
    }
    case 'paper': {
      // Each renewed grant brings the paper's state again: what is known already leads nobody away from where he is.
      const { documentId, state: now, reason } = event.paper;
      if (documentId === state.opened?.slip) return to({ ...state, slip: event.paper });
      if (state.paper?.documentId === documentId && state.paper.state === now && state.paper.reason === reason) return stay(state);
      const seen = { ...state, paper: event.paper };
      return state.step === 'printing' || state.step === 'review' ? to(seen) : goTo(seen, 'printing');
    }
    case 'paper-taken':
      if (state.paper?.state !== 'printed') return stay(state);
      return to({ ...state, paper: { ...state.paper, state: 'taken' } }, { do: 'paper-taken', documentId: state.paper.documentId });
  }
}
