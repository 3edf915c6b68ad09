import type { KioskId, OfferId, OperatorId, VisitId } from '@videosportello/protocol/ids.ts';
import type { DutyState } from '@videosportello/protocol/messages/visit.ts';
import type { PublicKey } from '@videosportello/protocol/keys.ts';
import type { RoomAnswer, RoomMessage } from '@videosportello/protocol/messages/room.ts';
import type { LineReading } from '../redis/records.ts';
import type { Fence, GrantKeys } from '@videosportello/protocol/grant.ts';

/** A kiosk's socket after its hello, as others in this process see it. */
export interface KioskSocket {
  readonly kioskId: KioskId;
  readonly session: string;
  /** Its visit may have changed. */
  refresh(): void;
  /** Places have moved; `places` counts from 1. */
  tellPlace(places: ReadonlyMap<string, number>, line: LineReading): void;
  /** Says who is on duty, when the page knows it otherwise. */
  tellDuty(duty: DutyState): void;
  revoked(): void;
  deliver(visitId: VisitId, message: RoomMessage): Promise<RoomAnswer>;
  close(code: number): void;
}

/** An operator's socket after its hello. */
export interface OperatorSocket {
  readonly operatorId: OperatorId;
  readonly session: string;
  /** His desk may have changed; `resync` when notices may have been lost. */
  refresh(resync?: boolean): void;
  /** The list of kiosks has changed; may wait a little. */
  refreshBoard(): void;
  withdrawn(offerId: OfferId, why: 'expired' | 'citizen-left' | 'taken' | 'superseded'): void;
  lost(visitId: VisitId): void;
  replaced(): void;
  deliver(visitId: VisitId, message: RoomMessage): Promise<RoomAnswer>;
  close(code: number): void;
}

/** A node's socket after its hello. */
export interface NodeSocket {
  readonly nodeId: string;
  readonly session: string;
  visitAccepted(visitId: VisitId, fence: Fence): void;
  visitEnded(visitId: VisitId): void;
  kioskEnrolled(kioskId: KioskId, publicKey: PublicKey): void;
  kioskRevoked(kioskId: KioskId): void;
  keysChanged(keys: GrantKeys): void;
  eventsGrew(): void;
  close(code: number): void;
}

/** The sockets of this process that have said hello. */
export interface SocketRegistry {
  readonly kiosks: Map<string, KioskSocket>;
  readonly operators: Map<string, OperatorSocket>;
  readonly nodes: Map<string, NodeSocket>;
  all(): { close(code: number): void }[];
}

export function createSocketRegistry(): SocketRegistry {
  const kiosks = new Map<string, KioskSocket>();
  const operators = new Map<string, OperatorSocket>();
  const nodes = new Map<string, NodeSocket>();
  return { kiosks, operators, nodes, all: () => [...kiosks.values(), ...operators.values(), ...nodes.values()] };
}
