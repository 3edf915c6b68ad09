import type { KioskId } from '@videosportello/protocol/ids.ts';
import type { Liveness, Pingable } from '@videosportello/protocol/rpc/liveness.ts';
import type { PeerEvent, Timers } from '@videosportello/protocol/rpc/peer.ts';
import type { DutyState, Service, StampDuty } from '@videosportello/protocol/messages/visit.ts';
import type { GrantIssuer } from '../grants/grant-issuer.ts';
import type { KeyDirectory } from '../grants/key-directory.ts';
import type { EnrolmentMirror } from '../receipts/enrolment-mirror.ts';
import type { ReceiptDesk } from '../receipts/receipt-desk.ts';
import type { KioskStore } from '../kiosk/kiosk-store.ts';
import type { LeaseKeeper } from '../lease-keeper.ts';
import type { NodeStore } from '../node/node-store.ts';
import type { EventStream } from '../node/event-stream.ts';
import type { Board } from '../operator/board.ts';
import type { OperatorDirectory } from '../operator/operator-directory.ts';
import type { OperatorStore } from '../operator/operator-store.ts';
import type { VisitStore } from '../visit/visit-store.ts';
import type { RoutingRules } from '../routing/rules.ts';
import type { MessagePace } from './paced-transport.ts';
import type { Relay } from './relay.ts';
import type { SocketRegistry } from './socket-registry.ts';

/** What every channel works with. */
export interface ChannelContext {
  /** This process among the processes of the pool. */
  readonly instance: string;
  readonly visits: VisitStore;
  readonly operators: OperatorStore;
  readonly kiosks: KioskStore;
  readonly nodes: NodeStore;
  readonly board: Board;
  readonly events: EventStream;
  readonly grants: GrantIssuer;
  readonly keys: KeyDirectory;
  readonly receipts: ReceiptDesk;
  readonly enrolments: EnrolmentMirror;
  readonly directory: OperatorDirectory;
  readonly leases: LeaseKeeper;
  readonly relay: Relay;
  readonly sockets: SocketRegistry;
  readonly dutyState: (isStaffed: boolean) => DutyState;
  /** The stamp duty that holds today: null when there is none, undefined when the rules do not say. */
  readonly stampDuty: () => StampDuty | null | undefined;
  /** The routing rules that hold today. */
  readonly routing: () => RoutingRules;
  /** Whether a ticket for a service may be given at a kiosk now. */
  readonly isServed: (asked: { readonly kioskId: KioskId; readonly service: Service | undefined }) => boolean;
  /** The town's day, ISO 8601. */
  readonly today: () => string;
  readonly nodeSecret: string;
  /** How fast a kiosk or a desk may speak. */
  readonly messagePace: MessagePace;
  readonly now: () => number;
  /** A clock that never goes back, ms. */
  readonly steadyNow: () => number;
  readonly timers: Timers;
  /** Begins the watch over a socket's signs of life. */
  readonly watch: (socket: Pingable) => Liveness;
  readonly log: ChannelLog;
}

/** What channels tell the log: never a message's content. */
export interface ChannelLog {
  peer(where: 'kiosk' | 'operator' | 'node', id: string | undefined, event: PeerEvent): void;
  failed(what: string, error: unknown): void;
  opened(where: 'kiosk' | 'operator' | 'node', id: string): void;
  closed(where: 'kiosk' | 'operator' | 'node', id: string, code: number): void;
}

/** Close codes of our sockets (RFC 6455, 7.4.2: 4000 to 4999 are the application's own). */
export const closeCodes = { replaced: 4409, signedOut: 4401, revoked: 4403, lapsed: 4410, tooFast: 4429, stopping: 1001, resync: 4503 } as const;
