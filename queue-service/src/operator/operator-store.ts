import { z } from 'zod';
import { visitId } from '@videosportello/protocol/ids.ts';
import type { OfferId, OperatorId, VisitId } from '@videosportello/protocol/ids.ts';
import type { NotReadyReason, Outcome, Presence } from '@videosportello/protocol/messages/visit.ts';
import type { DeskClaim } from '@videosportello/protocol/receipt.ts';
import { deskReading } from '../redis/records.ts';
import type { DeskReading } from '../redis/records.ts';
import type { ScriptRunner } from '../redis/scripts.ts';
import { deskRecall } from '../receipts/claims.ts';
import type { Recall } from '../receipts/claims.ts';
import { profileOf } from '../routing/lanes.ts';
import type { Lane } from '../routing/lanes.ts';

const nothing = z.object({});
const bound = z.object({ visitId, desk: deskReading });
const signOutReading = z.object({ signedOut: z.boolean() });

/** A desk by the session that it has now: what an older session still sends is refused with `link-lost`. */
export interface DeskRef {
  readonly operatorId: OperatorId;
  readonly session: string;
}

/**
 * The transitions of operators and offers, one function each. All throw the function's ProtocolError or `store-unavailable`. Where a
 * desk is returned it is the one after the transition: nobody else reads it for this session's page.
 */
export interface OperatorStore {
  /** @throws ProtocolError `signed-out` when the sign-in was signed out */
  openSession(
    desk: DeskRef & {
      /** The sign-in that the desk stands on. */
      signIn: string;
      instance: string;
      capacity: number;
      lanes: readonly Lane[];
      /** What the desk's receipt says; believed where the store knows less. */
      recall?: Recall<DeskClaim> | undefined;
    },
  ): Promise<void>;
  /** `silentMs`: how long ago the desk's last sign of life was. */
  closeSession(desk: DeskRef & { silentMs: number }): Promise<void>;
  /** Makes a sign-in worthless, here and wherever its cookie was copied to; kept until it would have ended. */
  signOut(signedIn: { operatorId: OperatorId; signIn: string; endsAtMs: number }): Promise<void>;
  /** Whether a sign-in was signed out before its end. */
  isSignedOut(signIn: string): Promise<boolean>;
  setPresence(desk: DeskRef, presence: Presence, reason?: NotReadyReason): Promise<DeskReading>;
  /** The desk is read for the answer only: its page is told of it as of any change. */
  accept(desk: DeskRef, offerId: OfferId): Promise<z.output<typeof bound>>;
  decline(desk: DeskRef, offerId: OfferId): Promise<DeskReading>;
  /** @throws ProtocolError `visit-unknown`, `visit-state`, `nobody-else-on-duty`; the visit stays where it is then. */
  handOver(desk: DeskRef, visitId: VisitId): Promise<DeskReading>;
  finishWrapUp(desk: DeskRef, visitId: VisitId, outcome: Outcome): Promise<DeskReading>;
  readDesk(operatorId: OperatorId): Promise<DeskReading>;
}

export const createOperatorStore = (scripts: ScriptRunner): OperatorStore => ({
  async openSession({ lanes, recall, ...desk }) {
    const session = { ...desk, ...deskRecall(recall), profile: profileOf(lanes), lanes: lanes.join(' ') };
    await scripts.run('open-operator-session', session, nothing);
  },
  async closeSession(desk) {
    await scripts.run('close-operator-session', desk, nothing);
  },
  async signOut({ endsAtMs, ...signedIn }) {
    await scripts.run('sign-out', { ...signedIn, endsAt: endsAtMs }, nothing);
  },
  isSignedOut: async (signIn) => (await scripts.run('read-sign-in', { signIn }, signOutReading)).signedOut,
  setPresence: (desk, presence, reason = 'break') =>
    scripts.run('set-presence', { ...desk, presence, reason: presence === 'available' ? '' : reason }, deskReading),
  accept: (desk, offerId) => scripts.run('accept-offer', { ...desk, offerId }, bound),
  decline: (desk, offerId) => scripts.run('decline-offer', { ...desk, offerId }, deskReading),
  handOver: (desk, given) => scripts.run('hand-over-visit', { ...desk, visitId: given }, deskReading),
  finishWrapUp: (desk, finished, outcome) => scripts.run('finish-wrap-up', { ...desk, visitId: finished, outcome }, deskReading),
  readDesk: (operatorId) => scripts.run('read-desk', { operatorId }, deskReading),
});
