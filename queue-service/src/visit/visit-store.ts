import { z } from 'zod';
import { newId, ticketId, visitId as visitIdSchema } from '@videosportello/protocol/ids.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import type { EndReason, Language, Need, Phase, Service, VisitStep } from '@videosportello/protocol/messages/visit.ts';
import type { KeptTicket } from '@videosportello/protocol/kept-ticket.ts';
import type { KioskRef } from '../kiosk/kiosk-store.ts';
import type { DeskRef } from '../operator/operator-store.ts';
import type { ScriptRunner } from '../redis/scripts.ts';
import { planText } from '../routing/lanes.ts';
import type { PlanStep } from '../routing/lanes.ts';

const nothing = z.object({});
const kept = z.object({ text: z.string(), label: z.string(), until: z.number() });

/**
 * The transitions of visits and tickets, one function each. All throw the function's ProtocolError or `store-unavailable`; `link-lost` when
 * another session has the kiosk or the desk.
 */
export interface VisitStore {
  open(visit: KioskRef & { visitId: VisitId; language: Language }): Promise<void>;
  setStep(where: KioskRef & {
    visitId: VisitId;
    step: VisitStep;
    phase: Phase;
    language: Language;
    service: Service | undefined;
    /** The lanes of his ticket, if he has one. */
    plan: readonly PlanStep[];
  }): Promise<void>;
  /** `day` is the town's day: labels begin anew with it. */
  openTicket(ticket: KioskRef & { visitId: VisitId; needs: readonly Need[]; plan: readonly PlanStep[]; day: string }): Promise<void>;
  /**
   * Ends a visit whose place is kept on a ticket; `turn`: of the visit that was signed. @returns the ticket that serves, which
   * is the first one when the visit was kept before.
   */
  keepTicket(ticket: KioskRef & { visitId: VisitId; turn: number; text: string; label: string; until: number }): Promise<z.output<typeof kept>>;
  /** A kept ticket is shown. @returns the visit that stands at its place now. */
  showTicket(ticket: KioskRef & { kept: KeptTicket; plan: readonly PlanStep[]; day: string }): Promise<VisitId>;
  cancelTicket(ticket: KioskRef & { visitId: VisitId }): Promise<void>;
  end(visit: (KioskRef | DeskRef) & { visitId: VisitId; reason: EndReason }): Promise<void>;
}

export const createVisitStore = (scripts: ScriptRunner): VisitStore => ({
  async open(visit) {
    await scripts.run('open-visit', visit, nothing);
  },
  async setStep({ service, plan, ...where }) {
    await scripts.run('set-visit-step', { ...where, service: service ?? '', plan: planText(plan) }, nothing);
  },
  async openTicket({ needs, plan, ...ticket }) {
    const wishes = {
      ticketId: newId(ticketId, 't'),
      needs: needs.join(' '),
      plan: planText(plan),
      class: needs.includes('assisted') ? 'assisted' : 'walk-up',
    };
    await scripts.run('open-ticket', { ...ticket, ...wishes }, nothing);
  },
  keepTicket: (ticket) => scripts.run('keep-ticket', ticket, kept),
  async showTicket({ kept: { id, service, needs, ...ticket }, plan, ...site }) {
    const place = { ...ticket, shown: id, service: service ?? '', needs: needs.join(' '), plan: planText(plan) };
    const ids = { visitId: newId(visitIdSchema, 'v'), ticketId: newId(ticketId, 't') };
    return (await scripts.run('show-ticket', { ...site, ...place, ...ids }, z.object({ visitId: visitIdSchema }))).visitId;
  },
  async cancelTicket(ticket) {
    await scripts.run('cancel-ticket', ticket, nothing);
  },
  async end(visit) {
    await scripts.run('end-visit', visit, nothing);
  },
});
