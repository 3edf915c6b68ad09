import type { TicketSlip } from '@videosportello/protocol/device/commands.ts';
import { toProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import type { Language } from '@videosportello/protocol/messages/visit.ts';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import type { KioskQueueClient } from '@videosportello/queue-service/client/kiosk-queue-client.ts';
import { createObservable } from '@videosportello/queue-service/client/observable.ts';
import type { Observable } from '@videosportello/queue-service/client/observable.ts';
import type { DeviceController } from '../devices/device-controller.ts';
import { advance } from './visit-machine.ts';
import { idleVisit } from './visit-state.ts';
import type { KeptPlace, VisitEffect, VisitEvent, VisitState } from './visit-state.ts';

/** What carries out a visit's effects. */
export interface VisitPorts {
  /** Undefined until the device service has said where the queue is. */
  readonly queue: () => Pick<KioskQueueClient, 'openVisit' | 'setStep' | 'openTicket' | 'cancelTicket' | 'keepTicket' | 'showTicket' | 'endVisit'> | undefined;
  readonly devices: Pick<
    DeviceController,
    'readCard' | 'scan' | 'answerSignature' | 'answerReview' | 'paperTaken' | 'closeVisit' | 'printTicket' | 'readTicket'
  >;
  /** The words of a kept ticket on paper. */
  readonly ticketSlip: (place: KeptPlace, language: Language) => TicketSlip;
  readonly hangUp: () => void;
  readonly wipe: () => void;
  readonly timers: Timers;
}

/** Runs the visit machine: takes events, keeps the state, does what the machine says, feeds back what came of it. */
export interface VisitController extends Observable<VisitState>, Disposable {
  dispatch(event: VisitEvent): void;
  /** Tells the queue again where the citizen is, if the last word did not arrive. */
  reportAgain(): void;
}

type Report = Extract<VisitEffect, { do: 'report' }>;
/** How soon the end of a visit that the queue could not take in is told again, ms. */
const END_AGAIN_MS = 2_000;
/** How soon a ticket whose answer did not come is asked for again, ms, and how often before the citizen is told. */
const KEEP_AGAIN_MS = 2_000;
const KEEP_TRIES = 10;
/** The queue's answers to "end the visit" that mean it has ended. */
const endedCodes: readonly ErrorCode[] = ['visit-unknown', 'visit-state'];

/** Makes the controller of one page; it begins idle. */
export function createVisitController(ports: VisitPorts): VisitController {
  const store = createObservable<{ visit: VisitState }>({ visit: idleVisit });
  const timers = new Set<unknown>();
  let unreported: Report | undefined;

  const dispatch = (event: VisitEvent): void => {
    const { state, effects } = advance(store.state.visit, event);
    if (state !== store.state.visit) store.change({ visit: state });
    for (const effect of effects) perform(effect);
  };

  const report = (now: Report): void => {
    unreported = now;
    const { step, phase, language, service } = now;
    ports
      .queue()
      ?.setStep({ step, phase, language, ...(service ? { service } : {}) })
      .then(
        () => {
          if (unreported === now) unreported = undefined;
        },
        // Told again when the line is back.
        () => undefined,
      );
  };

  const after = (ms: number, run: () => void): void => {
    const timer = ports.timers.setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  };

  const keep = (visitId: VisitId, triesLeft: number): void => {
    const queue = ports.queue();
    if (!queue) return dispatch({ type: 'keep-failed', code: 'link-lost' });
    queue.keepTicket(visitId).then(
      (place) => dispatch({ type: 'kept', place }),
      (error: unknown) => {
        const { code, retryable } = toProtocolError(error);
        if (!retryable || triesLeft <= 1) return dispatch({ type: 'keep-failed', code });
        after(KEEP_AGAIN_MS, () => {
          if (store.state.visit.person.kind === 'keeping') keep(visitId, triesLeft - 1);
        });
      },
    );
  };

  const perform = (effect: VisitEffect): void => {
    const queue = ports.queue();
    switch (effect.do) {
      case 'open-visit':
        if (!queue) return dispatch({ type: 'open-failed', code: 'link-lost' });
        queue.openVisit(effect.language).catch((error: unknown) => dispatch({ type: 'open-failed', code: toProtocolError(error).code }));
        return;
      case 'report':
        return report(effect);
      case 'open-ticket':
        if (!queue) return dispatch({ type: 'person-refused', code: 'link-lost' });
        queue.openTicket([...effect.needs]).catch((error: unknown) => dispatch({ type: 'person-refused', code: toProtocolError(error).code }));
        return;
      case 'cancel-ticket':
        // When it does not arrive, the queue's next view shows the ticket again, and the citizen decides anew.
        queue?.cancelTicket().catch(() => undefined);
        return;
      case 'keep-ticket':
        return keep(effect.visitId, KEEP_TRIES);
      case 'print-ticket':
        ports.devices.printTicket(ports.ticketSlip(effect.place, effect.language)).then(
          () => dispatch({ type: 'ticket-printed', printed: true }),
          () => dispatch({ type: 'ticket-printed', printed: false }),
        );
        return;
      case 'read-ticket':
        ports.devices.readTicket().then(
          (ticket) => dispatch({ type: 'ticket-read', ticket }),
          (error: unknown) => dispatch({ type: 'ticket-refused', code: toProtocolError(error).code }),
        );
        return;
      case 'show-ticket':
        if (!queue) return dispatch({ type: 'ticket-refused', code: 'link-lost' });
        queue.showTicket(effect.ticket).catch((error: unknown) => dispatch({ type: 'ticket-refused', code: toProtocolError(error).code }));
        return;
      case 'read-card': {
        const { visitId } = store.state.visit;
        if (!visitId) return;
        ports.devices
          .readCard(visitId, effect.card, (phase) => dispatch({ type: 'card-phase', phase }))
          .then(
            (result) => dispatch({ type: 'card-read', result }),
            (error: unknown) => dispatch({ type: 'card-failed', code: toProtocolError(error).code }),
          );
        return;
      }
      case 'scan': {
        const { visitId } = store.state.visit;
        if (!visitId) return;
        ports.devices.scan(visitId, effect.side).then(
          () => dispatch({ type: 'scan-sent' }),
          (error: unknown) => dispatch({ type: 'scan-failed', code: toProtocolError(error).code }),
        );
        return;
      }
      case 'answer-signature':
        // An answer that did not arrive leaves the question to its deadline; the reading's own failure says so.
        ports.devices.answerSignature(effect.dialogueId, effect.pin).catch(() => undefined);
        return;
      case 'answer-review':
        // The desk sees an answer that did not arrive as a review without one, and asks again.
        ports.devices.answerReview(effect.reviewId, effect.agreed).catch(() => undefined);
        return;
      case 'paper-taken':
        ports.devices.paperTaken(effect.documentId).catch(() => undefined);
        return;
      case 'end-visit':
        queue?.endVisit(effect.reason).then(
          () => dispatch({ type: 'visit-closed' }),
          (error: unknown) => {
            if (endedCodes.includes(toProtocolError(error).code)) return dispatch({ type: 'visit-closed' });
            // On a lost line the queue's next view brings it up again; a queue that only could not do it is asked again here.
            after(END_AGAIN_MS, () => {
              if (store.state.visit.leaving?.visitOpen) perform(effect);
            });
          },
        );
        return;
      case 'close-devices':
        ports.devices.closeVisit(effect.visitId).then(
          (cardPresent) => dispatch({ type: 'devices-closed', cardPresent }),
          () => dispatch({ type: 'devices-closed', cardPresent: undefined }),
        );
        return;
      case 'hang-up':
        return ports.hangUp();
      case 'timer':
        return after(effect.ms, () => dispatch({ type: 'timer', name: effect.name }));
      case 'wipe':
        return ports.wipe();
    }
  };

  return {
    get state() {
      return store.state.visit;
    },
    subscribe: (listener) => store.subscribe(({ visit }) => listener(visit)),
    dispatch,
    reportAgain() {
      if (unreported) report(unreported);
    },
    [Symbol.dispose]() {
      for (const timer of timers) ports.timers.clearTimeout(timer);
      timers.clear();
    },
  };
}
