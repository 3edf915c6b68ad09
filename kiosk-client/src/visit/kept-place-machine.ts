import type { KioskVisit } from '@videosportello/protocol/messages/visit.ts';
import { leave } from './leaving-machine.ts';
import { stay, to } from './steps.ts';
import { idleVisit } from './visit-state.ts';
import type { BroughtTicket, PersonState, Transition, VisitEvent, VisitState } from './visit-state.ts';

/*
 * "I come back later": the place in the queue is put on a ticket, and the visit ends here.
 *
 *   waiting --keep-wanted--> keeping --kept--> (leaving, the ticket on screen until it is taken)
 *      ^                        |
 *      +---- keep-failed -------+------- keep-failed, and the queue has the visit no more ------> (leaving)
 *
 * The queue's view may say that the visit is over before the ticket is here, and after a cut it shows none: whether the place
 * was kept only the answer says, which is asked for again.
 *
 * And back, from an idle kiosk:
 *
 *   idle <--back, idle-over-- asked --ticket-laid--> reading --ticket-read--> showing --queue-visit--> (visiting, at its place)
 *                              ^ |                      |                        |
 *                              | +-- start --> (opening, with a new number)      |
 *                              +---------- ticket-refused, none on the sheet ----+
 */

type Keeping = Extract<PersonState, { kind: 'keeping' }>;

/** Whether the place can be taken along now. One whose operator was lost is first in line, and has begun what cannot be taken along. */
export const canKeep = ({ stage, person }: VisitState): boolean => stage === 'visiting' && person.kind === 'waiting' && !person.comingBack;

/** Asks for the ticket. */
export function keepPlace(state: VisitState): Transition {
  if (!canKeep(state) || state.person.kind !== 'waiting' || !state.visitId) return stay(state);
  const person: Keeping = { kind: 'keeping', ticket: state.person.ticket, isOver: false };
  return to({ ...state, person, notice: undefined, warned: false }, { do: 'keep-ticket', visitId: state.visitId });
}

/** What the queue says while the ticket is on its way. */
export function advanceKeeping(
  state: VisitState,
  person: Keeping,
  event: Extract<VisitEvent, { type: 'kept' | 'keep-failed' }>,
): Transition {
  if (event.type === 'kept') {
    const kept = { ...event.place, slip: 'printing' as const };
    const left = leave({ ...state, kept }, { reason: 'kept', visitOpen: false });
    return { state: left.state, effects: [...left.effects, { do: 'print-ticket', place: kept, language: state.language }] };
  }
  if (person.isOver) return leave(state, { reason: 'technical', visitOpen: false });
  return to({ ...state, person: { kind: 'waiting', ticket: person.ticket, coming: false, comingBack: false }, notice: 'keep-failed' });
}

/** The queue's view while the ticket is on its way; undefined where it ends the matter, as when an operator was quicker. */
export function seenWhileKeeping(person: Keeping, visit: KioskVisit | undefined): Keeping | undefined {
  if (!visit || visit.state === 'ended') return { ...person, isOver: true };
  return visit.state !== 'with-operator' && visit.ticket ? { ...person, ticket: visit.ticket, isOver: false } : undefined;
}

/** Somebody has brought a ticket. */
export function bringTicket(state: VisitState): Transition {
  return to({ ...state, stage: 'returning', openFailure: undefined, brought: { phase: 'asked', failure: undefined } });
}

/** What happens to a ticket that was brought. */
export function advanceReturning(state: VisitState, event: VisitEvent): Transition {
  const { brought } = state;
  if (!brought) return stay(state);
  const become = (next: BroughtTicket): VisitState => ({ ...state, brought: next });
  switch (event.type) {
    case 'ticket-laid':
      return brought.phase === 'asked' ? to(become({ phase: 'reading', failure: undefined }), { do: 'read-ticket' }) : stay(state);
    case 'ticket-read':
      if (brought.phase !== 'reading') return stay(state);
      if (event.ticket === undefined) return to(become({ phase: 'asked', failure: 'ticket-unknown' }));
      return to({ ...become({ phase: 'showing', failure: undefined }), sheetScanned: true }, { do: 'show-ticket', ticket: event.ticket });
    case 'ticket-refused':
      return brought.phase === 'asked' ? stay(state) : to(become({ phase: 'asked', failure: event.code }));
    case 'back':
    case 'idle-over':
      if (brought.phase !== 'asked') return stay(state);
      return to({ ...idleVisit, language: state.language, cardPresent: state.cardPresent, cardKind: state.cardKind });
    default:
      return stay(state);
  }
}
