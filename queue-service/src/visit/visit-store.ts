import { z } from 'zod';
import { newId, ticketId } from '@videosportello/protocol/ids.ts';
import type { KioskId, OperatorId, VisitId } from '@videosportello/protocol/ids.ts';
import type { EndReason, Language, Need, Phase, Service, VisitStep } from '@videosportello/protocol/messages/visit.ts';
import type { ScriptRunner } from '../redis/scripts.ts';
import { demandOf } from '../routing/demand.ts';

const nothing = z.object({});

/** The transitions of visits and tickets, one script each. All throw the script's ProtocolError or `store-unavailable`. */
export interface VisitStore {
  open(visit: { visitId: VisitId; kioskId: KioskId; language: Language }): Promise<void>;
  setStep(where: {
    visitId: VisitId;
    kioskId: KioskId;
    step: VisitStep;
    phase: Phase;
    language: Language;
    service: Service | undefined;
  }): Promise<void>;
  /** `day` is the town's day: labels begin anew with it. */
  openTicket(ticket: { visitId: VisitId; kioskId: KioskId; needs: readonly Need[]; day: string }): Promise<void>;
  cancelTicket(ticket: { visitId: VisitId; kioskId: KioskId }): Promise<void>;
  end(visit: { visitId: VisitId; kioskId?: KioskId; operatorId?: OperatorId; reason: EndReason }): Promise<void>;
}

export const createVisitStore = (scripts: ScriptRunner): VisitStore => ({
  async open({ visitId, kioskId, language }) {
    await scripts.run('open-visit', { visitId, kioskId, language, demand: demandOf(language, undefined) }, nothing);
  },
  async setStep({ service, ...where }) {
    const demand = demandOf(where.language, service);
    await scripts.run('set-visit-step', { ...where, service: service ?? '', demand }, nothing);
  },
  async openTicket({ needs, ...ticket }) {
    const wishes = {
      ticketId: newId(ticketId, 't'),
      needs: needs.join(' '),
      class: needs.includes('assisted') ? 'assisted' : 'walk-up',
    };
    await scripts.run('open-ticket', { ...ticket, ...wishes }, nothing);
  },
  async cancelTicket(ticket) {
    await scripts.run('cancel-ticket', ticket, nothing);
  },
  async end(visit) {
    await scripts.run('end-visit', visit, nothing);
  },
});
