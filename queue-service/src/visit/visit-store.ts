import { z } from 'zod';
import { newId, ticketId, visitId as visitIdSchema } from '@videosportello/protocol/ids.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import type { EndReason, Language, Need, Phase, Service, VisitStep } from '@videosportello/protocol/messages/visit.ts';
import type { KeptTicket } from '@videosportello/protocol/kept-ticket.ts';
import type { KioskRef } from '../kiosk/kiosk-store.ts';
import type { DeskRef } from '../operator/operator-store.ts';
import { deskReading, kioskReading } from '../redis/records.ts';
import type { DeskReading, KioskReading } from '../redis/records.ts';
import type { ScriptRunner } from '../redis/scripts.ts';
import { planText } from '../routing/lanes.ts';
import type { PlanStep } from '../routing/lanes.ts';

const kept = z.object({ text: z.string(), label: z.string(), until: z.number() });

/**
 * The transitions of visits and tickets, one function each. All throw the function's ProtocolError or `store-unavailable`; `link-lost` when
 * another session has the kiosk or the desk. What is returned is the kiosk or desk after it: nobody else reads it for this session's page.
 */
export interface VisitStore {
  open(visit: KioskRef & { visitId: VisitId; language: Language }): Promise<KioskReading>;
  setStep(where: KioskRef & {
    visitId: VisitId;
    step: VisitStep;
    phase: Phase;
    language: Language;
    service: Service | undefined;
    /** The lanes of his ticket, if he has one. */
    plan: readonly PlanStep[];
  }): Promise<KioskReading>;
  /** `day` is the town's day: labels begin anew with it. */
  openTicket(ticket: KioskRef & { visitId: VisitId; needs: readonly Need[]; plan: readonly PlanStep[]; day: string }): Promise<KioskReading>;
  /**
   * Ends a visit whose place is kept on a ticket; `turn`: of the visit that was signed. @returns the ticket that serves, which
   * is the first one when the visit was kept before.
   */
  keepTicket(ticket: KioskRef & { visitId: VisitId; turn: number; text: string; label: string; until: number }): Promise<z.output<typeof kept>>;
  /** A kept ticket is shown: the visit of the kiosk stands at its place then. */
  showTicket(ticket: KioskRef & { kept: KeptTicket; plan: readonly PlanStep[]; day: string }): Promise<KioskReading>;
  cancelTicket(ticket: KioskRef & { visitId: VisitId }): Promise<KioskReading>;
  /** By the kiosk. */
  end(visit: KioskRef & { visitId: VisitId; reason: EndReason }): Promise<KioskReading>;
  /** By the operator who has the talk. */
  endTalk(talk: DeskRef & { visitId: VisitId }): Promise<DeskReading>;
}

export const createVisitStore = (scripts: ScriptRunner): VisitStore => ({
  open: (visit) => scripts.run('open-visit', visit, kioskReading),
  setStep: ({ service, plan, ...where }) =>
    scripts.run('set-visit-step', { ...where, service: service ?? '', plan: planText(plan) }, kioskReading),
  async openTicket({ needs, plan, ...ticket }) {
    const wishes = {
      ticketId: newId(ticketId, 't'),
      needs: needs.join(' '),
      plan: planText(plan),
      class: needs.includes('assisted') ? 'assisted' : 'walk-up',
    };
    return scripts.run('open-ticket', { ...ticket, ...wishes }, kioskReading);
  },
  keepTicket: (ticket) => scripts.run('keep-ticket', ticket, kept),
  async showTicket({ kept: { id, service, needs, ...ticket }, plan, ...site }) {
    const place = { ...ticket, shown: id, service: service ?? '', needs: needs.join(' '), plan: planText(plan) };
    const ids = { visitId: newId(visitIdSchema, 'v'), ticketId: newId(ticketId, 't') };
    return scripts.run('show-ticket', { ...site, ...place, ...ids }, kioskReading);
  },
  cancelTicket: (ticket) => scripts.run('cancel-ticket', ticket, kioskReading),
  end: (visit) => scripts.run('end-visit', visit, kioskReading),
  endTalk: (talk) => scripts.run('end-visit', { ...talk, reason: 'operator' }, deskReading),
});
