import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { KioskId, OperatorId } from '@videosportello/protocol/ids.ts';
import { readKeptTicket, signKeptTicket } from '@videosportello/protocol/kept-ticket.ts';
import type { KeptTicket } from '@videosportello/protocol/kept-ticket.ts';
import { signReceipt, verifyReceipt } from '@videosportello/protocol/receipt.ts';
import type { DeskClaim, ReceiptRole, VisitClaim } from '@videosportello/protocol/receipt.ts';
import type { GrantKeyRing } from '../grants/grant-keys.ts';
import type { KeyDirectory } from '../grants/key-directory.ts';
import type { Recall } from './claims.ts';

/** Signs and reads what kiosks, desks and citizens keep for the queue. */
export interface ReceiptDesk {
  forKiosk(claim: VisitClaim): Promise<string>;
  forDesk(claim: DeskClaim): Promise<string>;
  /** What a kiosk's receipt says; undefined when it has none, or one that does not count: the log hears why. */
  ofKiosk(kioskId: KioskId, receipt: string | undefined): Promise<Recall<VisitClaim> | undefined>;
  /** The same of a desk. */
  ofDesk(operatorId: OperatorId, receipt: string | undefined): Promise<Recall<DeskClaim> | undefined>;
  keep(ticket: KeptTicket): Promise<string>;
  /** @throws ProtocolError `ticket-unknown` */
  readKept(text: string): Promise<KeptTicket>;
}

export function createReceiptDesk(
  config: { readonly pool: string },
  deps: {
    readonly ring: () => GrantKeyRing;
    readonly keys: Pick<KeyDirectory, 'known'>;
    readonly now: () => number;
    readonly today: () => string;
    /** A receipt was shown that does not count. */
    readonly onRefused: (where: ReceiptRole, holder: string, code: string) => void;
  },
): ReceiptDesk {
  const { pool } = config;
  const shown = async <Role extends ReceiptRole>(role: Role, holder: string, text: string | undefined) => {
    if (text === undefined) return undefined;
    try {
      const claim = await verifyReceipt(text, { pool, role, holder, nowMs: deps.now(), keys: deps.keys.known });
      return { claim, day: deps.today() };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      deps.onRefused(role, holder, error.code);
      return undefined;
    }
  };
  return {
    forKiosk: (claim) => signReceipt({ pool, role: 'kiosk', claim, nowMs: deps.now() }, deps.ring().signing),
    forDesk: (claim) => signReceipt({ pool, role: 'desk', claim, nowMs: deps.now() }, deps.ring().signing),
    ofKiosk: (kioskId, receipt) => shown('kiosk', kioskId, receipt),
    ofDesk: (operatorId, receipt) => shown('desk', operatorId, receipt),
    keep: (ticket) => signKeptTicket(ticket, { pool, key: deps.ring().signing }),
    readKept: (text) => readKeptTicket(text, { pool, keys: deps.keys.known }),
  };
}
