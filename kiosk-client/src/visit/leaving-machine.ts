import type { EndReason } from '@videosportello/protocol/messages/visit.ts';
import { unreadCard } from './visit-state.ts';
import type { Leaving, Paper, Transition, VisitEffect, VisitEvent, VisitState } from './visit-state.ts';

/*
 * The way out: "Take your card. Take your paper." until both are gone.
 *
 *             paper still to come or to be taken             no paper, or it was taken, went wrong, or was left
 *   (end) ----------------------------------> collecting ----------------------------------+
 *     |                                                                                     v
 *     +-----------------------------------------------------------------------------> closing
 *                                                                                           | devices-closed
 *                                                                                           v
 *                                 wiping <----- read, visit closed, card gone or left ---- done
 *
 * Whatever is personal leaves the state at the first step; card and paper are only asked for. A sheet nobody can be sure of is
 * waited for while the visit is open: the operator may find that it came out, or have it printed again. A kiosk that cannot tell
 * queue-service of the end waits for it here, since a page loaded again would come back into the visit of somebody gone.
 *
 * A kept place (kept-place-machine.ts) is on screen instead of the goodbye, until the citizen says that he has it.
 */

/** How long the goodbye stays on screen at least, ms. */
export const GOODBYE_READ_MS = 5_000;
/** The same for a kept ticket, which may have to be photographed, ms. */
export const KEPT_READ_MS = 120_000;
/** How long a paper that is printing or lies there is waited for, and a card left on the reader, ms. */
export const PAPER_LEFT_MS = 60_000;
export const CARD_LEFT_MS = 60_000;

/** Whether a paper is on its way to the citizen or lies in the tray. */
export const paperOutstanding = (paper: Paper | undefined): boolean =>
  paper !== undefined && ['issued', 'fetched', 'spooled', 'printing', 'needs-attention', 'printed'].includes(paper.state);

/** Whether a paper may still have to be taken: also an uncertain one, as long as there is a visit in which it can be settled. */
const isAwaited = (paper: Paper | undefined, { visitOpen }: Pick<Leaving, 'visitOpen'>): boolean =>
  paperOutstanding(paper) || (visitOpen && paper?.state === 'uncertain');

/** Whether the devices serve this visit: until they are told to close it, while a paper is collected too. */
export const needsDevices = ({ stage, leaving }: VisitState): boolean => stage !== 'wiping' && (leaving === undefined || leaving.phase === 'collecting');

/** Begins the way out. `visitOpen` is false when queue-service has ended the visit already. */
export function leave(state: VisitState, { reason, visitOpen }: { reason: EndReason; visitOpen: boolean }): Transition {
  const leaving: Leaving = { reason, phase: 'collecting', visitOpen, readable: false, cardGivenUp: false };
  const bare: VisitState = {
    ...state,
    stage: 'leaving',
    step: 'goodbye',
    trail: [],
    person: { kind: 'none' },
    card: unreadCard,
    scan: undefined,
    review: undefined,
    notice: undefined,
    warned: false,
    leaving,
  };
  const first: VisitEffect[] = [{ do: 'hang-up' }, { do: 'timer', name: 'goodbye-read', ms: state.kept ? KEPT_READ_MS : GOODBYE_READ_MS }];
  if (isAwaited(state.paper, leaving)) {
    return { state: bare, effects: [...first, { do: 'timer', name: 'paper-left', ms: PAPER_LEFT_MS }] };
  }
  const closing = close(bare, leaving);
  return { state: closing.state, effects: [...first, ...closing.effects] };
}

/** What happens on the way out. */
export function advanceLeaving(state: VisitState, event: VisitEvent): Transition {
  const { leaving } = state;
  if (!leaving) return { state, effects: [] };
  switch (event.type) {
    case 'queue-visit':
      if (!event.visit || event.visit.state === 'ended') return visitOver(state, leaving);
      // Still open there after we said it ended: the word was lost on the way.
      return { state, effects: leaving.phase !== 'collecting' && leaving.visitOpen ? [{ do: 'end-visit', reason: leaving.reason }] : [] };
    case 'visit-closed':
      return visitOver(state, leaving);
    case 'card-presence':
      return settle({ ...state, cardPresent: event.present });
    case 'paper': {
      const seen = { ...state, paper: event.paper };
      return leaving.phase === 'collecting' && !isAwaited(event.paper, leaving) ? close(seen, leaving) : { state: seen, effects: [] };
    }
    case 'paper-taken': {
      if (state.paper?.state !== 'printed') return { state, effects: [] };
      const taken: VisitState = { ...state, paper: { ...state.paper, state: 'taken' } };
      const after = leaving.phase === 'collecting' ? close(taken, leaving) : { state: taken, effects: [] };
      return { state: after.state, effects: [{ do: 'paper-taken', documentId: state.paper.documentId }, ...after.effects] };
    }
    case 'ticket-printed':
      if (!state.kept) return { state, effects: [] };
      return { state: { ...state, kept: { ...state.kept, slip: event.printed ? 'printed' : 'failed' } }, effects: [] };
    case 'ticket-taken':
      return state.kept ? settle({ ...state, leaving: { ...leaving, readable: true } }) : { state, effects: [] };
    case 'devices-closed':
      return settle(
        { ...state, cardPresent: event.cardPresent ?? state.cardPresent, leaving: { ...leaving, phase: 'done' } },
        { do: 'timer', name: 'card-left', ms: CARD_LEFT_MS },
      );
    case 'timer':
      if (event.name === 'paper-left') return leaving.phase === 'collecting' ? close(state, leaving) : { state, effects: [] };
      if (event.name === 'goodbye-read') return settle({ ...state, leaving: { ...leaving, readable: true } });
      return settle({ ...state, leaving: { ...leaving, cardGivenUp: true } });
    default:
      return { state, effects: [] };
  }
}

/** queue-service has the visit no longer: whoever could have settled an uncertain sheet has gone with it. */
function visitOver(state: VisitState, before: Leaving): Transition {
  const leaving = { ...before, visitOpen: false };
  const over = { ...state, leaving };
  return leaving.phase === 'collecting' && !isAwaited(state.paper, leaving) ? close(over, leaving) : settle(over);
}

function close(state: VisitState, leaving: Leaving): Transition {
  const effects: VisitEffect[] = [];
  if (leaving.visitOpen) effects.push({ do: 'end-visit', reason: leaving.reason });
  if (state.visitId) effects.push({ do: 'close-devices', visitId: state.visitId });
  return { state: { ...state, leaving: { ...leaving, phase: 'closing' } }, effects };
}

/** Wipes when nothing is waited for any more. */
function settle(state: VisitState, ...effects: VisitEffect[]): Transition {
  const { leaving } = state;
  if (!leaving || leaving.phase !== 'done' || leaving.visitOpen || !leaving.readable) return { state, effects };
  if (state.cardPresent && !leaving.cardGivenUp) return { state, effects };
  return { state: { ...state, stage: 'wiping' }, effects: [{ do: 'wipe' }] };
}
