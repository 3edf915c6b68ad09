import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { GrantClaims } from '@videosportello/protocol/grant.ts';
import type { VisitRecord, VisitRecords } from '../visit/visit-record.ts';
import type { Admission, GrantDoor, ShownGrant } from './grant-door.ts';

/** A connection of a visit, as far as it is told to go. */
export interface Dismissable<Why extends string> {
  notify(name: 'visit.closed', params: { why: Why }): void;
  close(): void;
}

/** Says why, and closes the line. */
export function dismiss<Why extends string>(peer: Dismissable<Why>, why: Why): void {
  peer.notify('visit.closed', { why });
  peer.close();
}

/** One connection's way into its visit: hello once, renewals, and out when its grant or its line ends. */
export interface VisitEntry {
  /**
   * Takes the grant of the first message.
   * @throws ProtocolError `bad-message` for a second hello; `link-lost` when the line went meanwhile; `grant-foreign` when
   * `isTheirs` says no; what the door and the records throw.
   */
  enter(shown: { readonly grant: string; readonly proof: string }, isTheirs?: (claims: GrantClaims) => boolean): Promise<{ record: VisitRecord; claims: GrantClaims }>;
  /** @throws ProtocolError as {@link Admission.renew}. */
  renew(grant: string): Promise<void>;
  /** The visit, once entered. */
  readonly record: VisitRecord | undefined;
  /** What the newest grant says. @throws ProtocolError `not-authenticated` before {@link enter}. */
  readonly claims: GrantClaims;
}

/**
 * Makes the entry of one connection; admitted, the peer may send everything else.
 *
 * @param terms.leave called when the line is gone; true when it was still the visit's
 */
export function createVisitEntry(
  peer: Dismissable<'grant-expired'> & { readonly signal: AbortSignal; readonly closed: Promise<unknown> },
  deps: { readonly door: GrantDoor; readonly records: VisitRecords },
  terms: Pick<ShownGrant, 'nonce' | 'kinds' | 'role' | 'onSuperseded'> & {
    readonly leave: (record: VisitRecord) => boolean;
    readonly onLeft: (record: VisitRecord) => void;
  },
): VisitEntry {
  const { door, records } = deps;
  const { nonce, kinds, role, onSuperseded, leave, onLeft } = terms;
  let greeted = false;
  let admission: Admission | undefined;
  let record: VisitRecord | undefined;
  void peer.closed.then(() => {
    admission?.end();
    if (!record || !leave(record)) return;
    records.left(record);
    onLeft(record);
  });
  return {
    async enter({ grant, proof }, isTheirs = () => true) {
      if (greeted) throw new ProtocolError('bad-message');
      greeted = true;
      admission = await door.admit({ grant, proof, nonce, kinds, role, onExpired: () => dismiss(peer, 'grant-expired'), onSuperseded });
      const { claims } = admission;
      if (peer.signal.aborted || !isTheirs(claims)) {
        admission.end();
        throw new ProtocolError(peer.signal.aborted ? 'link-lost' : 'grant-foreign');
      }
      record = records.enter(claims);
      return { record, claims };
    },
    async renew(grant) {
      await admission?.renew(grant);
    },
    get record() {
      return record;
    },
    get claims() {
      if (!admission) throw new ProtocolError('not-authenticated');
      return admission.claims;
    },
  };
}
