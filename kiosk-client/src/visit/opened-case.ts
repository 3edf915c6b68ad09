import type { OpenedCase } from '@videosportello/protocol/messages/document.ts';
import type { VisitState } from './visit-state.ts';

/** The visit with what the back office has taken in, and its slip, which a page that was loaded again may have taken for the visit's paper. */
export function withOpenedCase(state: VisitState, opened: OpenedCase): VisitState {
  const isSlip = opened.slip !== undefined && state.paper?.documentId === opened.slip;
  return isSlip ? { ...state, opened, slip: state.paper, paper: undefined } : { ...state, opened, slip: undefined };
}
