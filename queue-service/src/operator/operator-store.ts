import { z } from 'zod';
import { visitId } from '@videosportello/protocol/ids.ts';
import type { OfferId, OperatorId, VisitId } from '@videosportello/protocol/ids.ts';
import type { NotReadyReason, Outcome, Presence } from '@videosportello/protocol/messages/visit.ts';
import { deskReading } from '../redis/records.ts';
import type { DeskReading } from '../redis/records.ts';
import type { ScriptRunner } from '../redis/scripts.ts';
import { profileOf } from '../routing/lanes.ts';
import type { Lane } from '../routing/lanes.ts';

const nothing = z.object({});
const bound = z.object({ visitId });

/** The transitions of operators and offers, one script each. All throw the script's ProtocolError or `store-unavailable`. */
export interface OperatorStore {
  /** @throws ProtocolError `signed-out` when the sign-in was signed out */
  openSession(desk: {
    operatorId: OperatorId;
    session: string;
    /** The sign-in that the desk stands on. */
    signIn: string;
    instance: string;
    capacity: number;
    lanes: readonly Lane[];
  }): Promise<void>;
  closeSession(desk: { operatorId: OperatorId; session: string }): Promise<void>;
  /** Makes a sign-in worthless, here and wherever its cookie was copied to; kept until it would have ended. */
  signOut(signedIn: { operatorId: OperatorId; signIn: string; endsAtMs: number }): Promise<void>;
  setPresence(operatorId: OperatorId, presence: Presence, reason?: NotReadyReason): Promise<void>;
  accept(operatorId: OperatorId, offerId: OfferId): Promise<VisitId>;
  decline(operatorId: OperatorId, offerId: OfferId): Promise<void>;
  /** @throws ProtocolError `visit-unknown`, `visit-state`, `nobody-else-on-duty`; the visit stays where it is then. */
  handOver(operatorId: OperatorId, visitId: VisitId): Promise<void>;
  finishWrapUp(operatorId: OperatorId, visitId: VisitId, outcome: Outcome): Promise<void>;
  readDesk(operatorId: OperatorId): Promise<DeskReading>;
}

export const createOperatorStore = (scripts: ScriptRunner): OperatorStore => ({
  async openSession({ lanes, ...desk }) {
    await scripts.run('open-operator-session', { ...desk, profile: profileOf(lanes), lanes: lanes.join(' ') }, nothing);
  },
  async closeSession(desk) {
    await scripts.run('close-operator-session', desk, nothing);
  },
  async signOut({ endsAtMs, ...signedIn }) {
    await scripts.run('sign-out', { ...signedIn, endsAt: endsAtMs }, nothing);
  },
  async setPresence(operatorId, presence, reason = 'break') {
    await scripts.run('set-presence', { operatorId, presence, reason: presence === 'available' ? '' : reason }, nothing);
  },
  accept: async (operatorId, offerId) => (await scripts.run('accept-offer', { operatorId, offerId }, bound)).visitId,
  async decline(operatorId, offerId) {
    await scripts.run('decline-offer', { operatorId, offerId }, nothing);
  },
  async handOver(operatorId, given) {
    await scripts.run('hand-over-visit', { operatorId, visitId: given }, nothing);
  },
  async finishWrapUp(operatorId, finished, outcome) {
    await scripts.run('finish-wrap-up', { operatorId, visitId: finished, outcome }, nothing);
  },
  readDesk: (operatorId) => scripts.run('read-desk', { operatorId }, deskReading),
});
