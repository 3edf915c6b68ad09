import type { CardToRead } from '@videosportello/protocol/contract/device-certificates.ts';
import type { CardKind } from '@videosportello/protocol/device/commands.ts';
import type { KioskVisit, Need, Service, VisitStep } from '@videosportello/protocol/messages/visit.ts';
import { advanceKeeping, advanceReturning, bringTicket, keepPlace, seenWhileKeeping } from './kept-place-machine.ts';
import { advanceLeaving, leave } from './leaving-machine.ts';
import { advancePaper } from './paper-machine.ts';
import { advanceScan, canAskScan } from './scan-machine.ts';
import { goTo, isScanning, stay, to } from './steps.ts';
import { phaseOf } from './visit-progress.ts';
import { idleVisit, NUMBER_TRIES, unreadCard } from './visit-state.ts';
import type { CardState, PersonState, Transition, VisitEffect, VisitEvent, VisitState } from './visit-state.ts';

/*
 * The stages of a visit at the kiosk. Pure: an event gives the next state and what is to be done, as data.
 *
 *            start                queue-visit               end, idle-over,
 *   idle ------------> opening ---------------> visiting -- queue-visit(ended, gone) --> leaving --> wiping
 *    ^ |                  |                        ^                                       (see leaving-machine.ts)
 *    | +------------------|------------------------+
 *    |    queue-visit     |                  (a reloaded page comes back into its visit)
 *    +--------------------+
 *         open-failed            (a page that may serve nobody any more, out-of-service, is idle at once)
 *
 * Somebody who comes back with a kept ticket goes from idle by returning to visiting (see kept-place-machine.ts).
 *
 * The steps inside visiting; `person` can be reached from each, by touch or through the operator, and `back` leads to where
 * the citizen came from:
 *
 *   audience --private--> service --residence--> duty --> privacy --> card --> access-number --> reading
 *      |                     |                                         ^            ^              |
 *      | public office       | information                             |            +--- failed ---+
 *      v                     v                                         |                           | read
 *   self-declaration       person <------------------------------------|----- card-result <--------+
 *                            |  review (from the desk)                  ask-card (from the desk)
 *                            +------------> review --agreed--> printing --> (leaving)
 *
 * A service card (TS-CNS) needs no number: from `card` the reading begins by itself, asks for the PIN in front of itself
 * (signature, until it is answered or withdrawn; back is a no), and a failure leads back to `card`.
 */

/** The next state and what is to be done; the same state object when the event means nothing here. */
export function advance(state: VisitState, event: VisitEvent): Transition {
  const next = advanceStage(state, event);
  // First where the citizen is, then what follows: after the end of a visit nothing can be reported of it.
  return { state: next.state, effects: [...report(state, next.state), ...next.effects] };
}

/** Whether the page can follow the operator to a step now. */
export function canShow(state: VisitState, step: VisitStep): boolean {
  if (!canAskScan(state)) return false;
  switch (step) {
    case 'reading':
    case 'goodbye':
      return false;
    case 'card-result':
      return state.card.kind === 'read';
    case 'review':
      return state.review !== undefined;
    case 'printing':
      return state.paper !== undefined;
    default:
      return true;
  }
}

/** Whether the key "back" leads anywhere. */
export function canGoBack(state: VisitState): boolean {
  if (state.stage === 'returning') return state.brought?.phase === 'asked';
  return state.stage === 'visiting' && (state.scan ? !isScanning(state) : state.signature !== undefined || stepBack(state) !== undefined);
}

function advanceStage(state: VisitState, event: VisitEvent): Transition {
  if (event.type === 'language') return event.language === state.language ? stay(state) : to({ ...state, language: event.language });
  if (event.type === 'out-of-service') return dropVisit(state);
  if (event.type === 'card-presence' && state.stage !== 'leaving') {
    return advanceCardPresence(state, event.present ? event.card : undefined);
  }
  switch (state.stage) {
    case 'idle':
    case 'returning':
      if (event.type === 'start') return open(state, event);
      if (event.type === 'queue-visit') return enter(state, event.visit);
      if (state.stage === 'returning') return advanceReturning(state, event);
      return event.type === 'ticket-in-hand' ? bringTicket(state) : stay(state);
    case 'opening':
      if (event.type === 'open-failed') return to({ ...state, stage: 'idle', personFirst: false, needs: [], openFailure: event.code });
      return event.type === 'queue-visit' ? enter(state, event.visit) : stay(state);
    case 'visiting':
      return advanceVisit(state, event);
    case 'leaving':
      return advanceLeaving(state, event);
    case 'wiping':
      return stay(state);
  }
}

function open(state: VisitState, { person: personFirst, needs = [] }: Extract<VisitEvent, { type: 'start' }>): Transition {
  if (state.brought && state.brought.phase !== 'asked') return stay(state);
  return to({ ...state, stage: 'opening', personFirst, needs, openFailure: undefined, brought: undefined }, { do: 'open-visit', language: state.language });
}

/** Forgets the visit where it stands; the queue has taken it away, or another page goes on with it. */
function dropVisit(state: VisitState): Transition {
  if (state.stage === 'idle' || state.stage === 'wiping') return stay(state);
  const dropped: VisitState = { ...idleVisit, language: state.language, cardPresent: state.cardPresent };
  return to(dropped, { do: 'hang-up' }, ...(state.visitId ? [{ do: 'close-devices' as const, visitId: state.visitId }] : []));
}

/** Into a visit: a new one, or the one this page was in before it was loaded again. */
function enter(state: VisitState, visit: KioskVisit | undefined): Transition {
  if (!visit || visit.state === 'ended') return stay(state);
  // Whoever has brought a ticket came for the person he was waiting for.
  const isReturning = state.stage === 'returning';
  const step = isReturning ? 'person' : resumedStep(visit);
  const entered: VisitState = {
    ...idleVisit,
    stage: 'visiting',
    visitId: visit.visitId,
    language: visit.language,
    service: visit.service,
    step,
    trail: wayTo(step, visit.service),
    person: personOf(visit, idleVisit.person),
    cardPresent: state.cardPresent,
    sheetScanned: state.sheetScanned,
    needs: needsOf(visit, state.needs),
    notice: isReturning ? 'place-found' : undefined,
  };
  return state.personFirst && entered.person.kind === 'none' ? askPerson(entered) : to(entered);
}

/** What was only in the lost page's memory is asked again: the card, or nothing when a person is at hand who saw it. */
function resumedStep(visit: KioskVisit): VisitStep {
  switch (visit.step) {
    case 'reading':
    case 'card-result':
      return visit.state === 'alone' ? 'card' : 'person';
    case 'review':
    case 'printing':
    case 'goodbye':
      return 'person';
    default:
      return visit.step;
  }
}

/** The steps that lead to one, for a page that does not remember how the citizen came. */
function wayTo(step: VisitStep, service: Service | undefined): readonly VisitStep[] {
  if (step === 'self-declaration') return ['audience'];
  const way: readonly VisitStep[] =
    isCertificate(service) ? ['audience', 'service', ...(hasDutyStep(service) ? (['duty'] as const) : []), 'privacy', 'card', 'access-number'] : ['audience', 'service'];
  const index = way.indexOf(step);
  return index >= 0 ? way.slice(0, index) : way.filter((known) => known !== 'access-number');
}

function advanceVisit(state: VisitState, event: VisitEvent): Transition {
  switch (event.type) {
    case 'queue-visit': {
      const keeping = state.person.kind === 'keeping' ? seenWhileKeeping(state.person, event.visit) : undefined;
      if (keeping) return to({ ...state, person: keeping });
      if (!event.visit || event.visit.visitId !== state.visitId) return leave(state, { reason: 'technical', visitOpen: false });
      if (event.visit.state === 'ended') return leave(state, { reason: 'operator', visitOpen: false });
      return to({ ...state, person: personOf(event.visit, state.person), needs: needsOf(event.visit, state.needs), warned: event.visit.state === 'with-operator' ? false : state.warned });
    }
    case 'back':
      if (state.scan) return advanceScan(state, { type: 'scan-done' });
      // Back from the PIN is a no to it; the failed reading then leads back to the card.
      return state.signature ? advanceSignature(state, { type: 'signature-answered', pin: undefined }) : goBack(state);
    case 'next':
      return goOn(state);
    case 'audience': {
      const chosen = { ...state, audience: event.audience };
      return goTo(chosen, event.audience === 'private' ? 'service' : 'self-declaration');
    }
    case 'service': {
      const chosen = { ...state, service: event.service };
      if (!isCertificate(event.service)) return askPerson(chosen);
      return goTo(chosen, hasDutyStep(event.service) ? 'duty' : 'privacy');
    }
    case 'duty':
      return goTo({ ...state, duty: event.duty }, 'privacy');
    case 'person-wanted':
      return askPerson(state, event.needs);
    case 'person-refused':
      if (state.person.kind === 'waiting') return to({ ...state, notice: 'need-refused' });
      return state.person.kind === 'asking' ? to({ ...state, person: { kind: 'refused', code: event.code } }) : stay(state);
    case 'person-cancelled':
      return state.person.kind === 'waiting' ? goBack({ ...state, person: { kind: 'none' } }, { do: 'cancel-ticket' }) : stay(state);
    case 'keep-wanted':
      return keepPlace(state);
    case 'kept':
    case 'keep-failed':
      return state.person.kind === 'keeping' ? advanceKeeping(state, state.person, event) : stay(state);
    case 'signature':
    case 'signature-withdrawn':
    case 'signature-answered':
      return advanceSignature(state, event);
    case 'number':
    case 'card-phase':
    case 'card-read':
    case 'card-failed':
      return advanceCard(state, event);
    case 'shown-step':
      return canShow(state, event.step) ? goTo({ ...state, notice: undefined }, event.step, 'step-shown') : stay(state);
    case 'card-asked':
      return canShow(state, 'card') ? goTo({ ...state, card: unread(state.card) }, 'card', 'card-asked') : stay(state);
    case 'scan-asked':
    case 'scan':
    case 'scan-sent':
    case 'scan-failed':
    case 'scan-done':
      return advanceScan(state, event);
    case 'case':
    case 'review':
    case 'review-withdrawn':
    case 'review-answered':
    case 'paper':
    case 'paper-taken':
      return advancePaper(state, event);
    case 'end':
      return leave(state, { reason: 'citizen', visitOpen: true });
    case 'idle-warned':
      return state.person.kind === 'with' ? stay(state) : to({ ...state, warned: true });
    case 'idle-answered':
      return to({ ...state, warned: false });
    case 'idle-over':
      return state.warned && state.person.kind !== 'with' ? leave(state, { reason: 'idle', visitOpen: true }) : stay(state);
    default:
      return stay(state);
  }
}

/** Where "back" leads: the last step on the trail that still has something to show; undefined where there is no way back. */
export function stepBack(state: VisitState): VisitStep | undefined {
  if (state.stage !== 'visiting' || state.card.kind === 'reading' || state.step === 'review') return undefined;
  return state.trail.findLast((step) => canShow(state, step));
}

function goBack(state: VisitState, ...effects: VisitEffect[]): Transition {
  const step = stepBack(state);
  if (step === undefined) return to(state, ...effects);
  return to({ ...state, step, trail: state.trail.slice(0, state.trail.lastIndexOf(step)), notice: undefined }, ...effects);
}

function goOn(state: VisitState): Transition {
  switch (state.step) {
    case 'privacy':
      return goTo(state, 'card');
    case 'card':
      return state.cardPresent ? goOnWithCard(state) : stay(state);
    case 'card-result':
      return askPerson(state);
    case 'person':
      if (!isCertificate(state.service) || state.card.kind !== 'unread') return stay(state);
      return goTo(state, state.trail.includes('privacy') ? 'card' : 'privacy');
    default:
      return stay(state);
  }
}

/**
 * "A person, please": asks once, and shows where the wish stands. Nothing typed or chosen so far is lost. Other needs of somebody
 * who waits are asked for beside his place, which stays his.
 */
function askPerson(state: VisitState, needs = state.needs): Transition {
  const shown = state.card.kind === 'reading' ? to(state) : goTo(state, 'person');
  if (state.person.kind === 'waiting' && String(needs) !== String(state.needs)) return to(shown.state, { do: 'open-ticket', needs });
  if (state.person.kind !== 'none' && state.person.kind !== 'refused') return shown;
  return to({ ...shown.state, person: { kind: 'asking' }, needs }, { do: 'open-ticket', needs });
}

/** `kind` undefined: no card is there. */
function advanceCardPresence(state: VisitState, kind: CardKind | undefined): Transition {
  const present = kind !== undefined;
  if (present === state.cardPresent) return stay(state);
  const seen = { ...state, cardPresent: present, cardKind: kind ?? state.cardKind };
  if (state.stage === 'visiting' && state.step === 'card' && !state.scan && present) return goOnWithCard(seen);
  return to(seen);
}

/** A CIE needs its number, a service card begins by itself; nothing is begun beside a reading that runs. */
function goOnWithCard(state: VisitState): Transition {
  if (state.cardKind === 'other') return goTo(state, 'access-number');
  return state.card.kind === 'reading' ? to(state) : beginReading(state, { document: 'ts-cns' });
}

function beginReading(state: VisitState, card: CardToRead): Transition {
  // A card that was read may be read again: the operator asked for it, or the citizen has put down another one.
  const wrong = state.card.kind === 'unread' ? state.card.wrong : 0;
  const reading = goTo({ ...state, card: { kind: 'reading', document: card.document, wrong, phase: 'waiting-for-card' } }, 'reading');
  return to(reading.state, { do: 'read-card', card });
}

function advanceSignature(
  state: VisitState,
  event: Extract<VisitEvent, { type: 'signature' | 'signature-withdrawn' | 'signature-answered' }>,
): Transition {
  const { signature } = state;
  switch (event.type) {
    case 'signature':
      // Nobody has asked for it here: a page that was loaded again, which forgot whose card it is.
      if (state.card.kind !== 'reading') return to(state, { do: 'answer-signature', dialogueId: event.signature.dialogueId, pin: undefined });
      return goTo({ ...state, signature: event.signature }, 'reading');
    case 'signature-withdrawn':
      return signature?.dialogueId === event.dialogueId ? to({ ...state, signature: undefined }) : stay(state);
    case 'signature-answered':
      if (!signature) return stay(state);
      return to({ ...state, signature: undefined }, { do: 'answer-signature', dialogueId: signature.dialogueId, pin: event.pin });
  }
}

function advanceCard(
  state: VisitState,
  event: Extract<VisitEvent, { type: 'number' | 'card-phase' | 'card-read' | 'card-failed' }>,
): Transition {
  const { card } = state;
  if (event.type === 'number') {
    if (card.kind === 'reading' || state.step !== 'access-number') return stay(state);
    if (card.kind === 'unread' && card.wrong >= NUMBER_TRIES) return stay(state);
    return beginReading(state, { document: 'cie', can: event.can });
  }
  if (card.kind !== 'reading') return stay(state);
  switch (event.type) {
    case 'card-phase':
      return to({ ...state, card: { ...card, phase: event.phase } });
    case 'card-read': {
      const known: VisitState = { ...state, signature: undefined, card: { kind: 'read', result: event.result } };
      // What the desk has put on screen meanwhile, words to agree to or a paper, stays there.
      if (state.step !== 'reading') return to(known);
      const read = goTo(known, 'card-result');
      // Back from the result leads past the number, which is not kept and need not be typed again.
      return to({ ...read.state, trail: read.state.trail.filter((step) => step !== 'access-number' && step !== 'card') });
    }
    case 'card-failed': {
      const wrong = event.code === 'card-tries-exhausted' ? NUMBER_TRIES : card.wrong + (event.code === 'card-wrong-number' ? 1 : 0);
      const known: VisitState = { ...state, signature: undefined, card: { kind: 'unread', wrong, failure: event.code } };
      return state.step === 'reading' ? goTo(known, card.document === 'cie' ? 'access-number' : 'card') : to(known);
    }
  }
}

/** Services that end with a paper, and need to know who it is for. */
export const isCertificate = (service: Service | undefined): boolean => service === 'residence-certificate' || service === 'other-certificate';
/** Where the kiosk itself can say what it costs: the duty of the others depends on which one it is. */
const hasDutyStep = (service: Service | undefined): boolean => service === 'residence-certificate';

const unread = (card: CardState): CardState => (card.kind === 'unread' ? unreadCard : card);

/** What the queue's view says about the wish for a person; an ask that is still under way stays. */
function personOf(visit: KioskVisit, before: PersonState): PersonState {
  switch (visit.state) {
    case 'with-operator':
      return { kind: 'with', name: visit.operator?.displayName ?? '', present: visit.operator?.present ?? true };
    case 'waiting':
    case 'offered':
      if (!visit.ticket) return { kind: 'asking' };
      return { kind: 'waiting', ticket: visit.ticket, coming: visit.state === 'offered', comingBack: visit.ticket.class === 'coming-back' };
    default:
      return before.kind === 'asking' || before.kind === 'refused' ? before : { kind: 'none' };
  }
}

/** The queue's view of the needs; while there is no ticket yet, those that are asked for. */
const needsOf = (visit: KioskVisit, before: readonly Need[]): readonly Need[] => (visit.ticket ? (visit.needs ?? []) : before);

/** The operator's desk shows where the citizen is: told whenever that changes. */
function report(before: VisitState, after: VisitState): readonly VisitEffect[] {
  if (after.visitId === undefined || (after.stage !== 'visiting' && !(after.stage === 'leaving' && after.leaving?.visitOpen))) return [];
  const now = whereabouts(after);
  if (before.visitId === after.visitId && JSON.stringify(whereabouts(before)) === JSON.stringify(now)) return [];
  return [{ do: 'report', ...now }];
}

const whereabouts = (state: VisitState) => ({
  step: state.stage === 'leaving' ? ('goodbye' as const) : state.step,
  phase: phaseOf(state),
  language: state.language,
  service: state.service,
});
