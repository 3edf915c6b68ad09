import { createFenceMemory, GRANT_LIFE_S } from '@videosportello/protocol/grant.ts';
import type { Fence, GrantClaims } from '@videosportello/protocol/grant.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { KioskId, VisitId } from '@videosportello/protocol/ids.ts';
import type { CloseReason, SfuEvents } from '../events.ts';
import type { WorkerPool } from '../media/worker-pool.ts';
import { Room } from './room.ts';

/**
 * How long an empty room, its fence, and the memory of an ended visit are kept, ms: after it every grant that was signed
 * before has expired.
 */
export const KEEP_MS = GRANT_LIFE_S * 1000;

export interface RoomRegistry {
  /** Rooms that exist now. */
  readonly size: number;
  readonly peers: number;
  /**
   * Takes a grant's fence in and answers the visit's room, made at the first grant seen.
   * @throws ProtocolError `fence-stale` for an operator with an older right, `visit-unknown` after the visit's end,
   * `media-failed` when no worker can take the room.
   */
  enter(claims: GrantClaims): Promise<Room>;
  /** Checks the fence of a renewed grant. @throws ProtocolError as {@link enter}. */
  admit(claims: GrantClaims): void;
  /** The offer made under this fence was accepted; see {@link Room.accept}. */
  acceptVisit(visitId: VisitId, fence: Fence): void;
  endVisit(visitId: VisitId): void;
  /** Puts a kiosk out of every room. */
  revokeKiosk(kioskId: KioskId): void;
  closeAll(why: CloseReason): void;
}

/** Rooms by visit. Two arrivals at the same time make one room. */
export function createRoomRegistry(deps: {
  readonly pool: WorkerPool;
  readonly events: SfuEvents;
  readonly now: () => number;
  readonly onChange: () => void;
}): RoomRegistry {
  const { pool, events, now } = deps;
  const fences = createFenceMemory();
  const making = new Map<VisitId, Promise<Room>>();
  const rooms = new Map<VisitId, Room>();
  const ended = new Set<VisitId>();
  const timers = new Map<VisitId, NodeJS.Timeout>();

  const after = (visitId: VisitId, run: () => void) => {
    clearTimeout(timers.get(visitId));
    const timer = setTimeout(() => {
      timers.delete(visitId);
      run();
    }, KEEP_MS);
    timers.set(visitId, timer.unref());
  };
  const forgetLater = (visitId: VisitId) =>
    after(visitId, () => {
      fences.forget(visitId);
      ended.delete(visitId);
    });
  /** Also for a room that somebody is about to join: who breaks off on the way there must not leave it behind for ever. */
  const closeIfEmptyLater = (room: Room): Room => {
    if (!room.closed) after(room.visitId, () => room.peers.length === 0 && room.close('idle'));
    return room;
  };

  const make = async (visitId: VisitId): Promise<Room> => {
    const media = await pool.createRoomMedia();
    const room = new Room(visitId, media, {
      events,
      now,
      onEmpty: closeIfEmptyLater,
      onClosed: () => {
        rooms.delete(visitId);
        // A room whose worker died comes back with the same visit: its fence must not be forgotten before its grants are.
        forgetLater(visitId);
        deps.onChange();
      },
    });
    rooms.set(visitId, room);
    if (ended.has(visitId)) room.close('visit-ended');
    deps.onChange();
    return room;
  };

  const admit = (claims: GrantClaims) => {
    if (ended.has(claims.visit)) throw new ProtocolError('visit-unknown');
    try {
      fences.admit(claims);
    } catch (error) {
      // A fence orders operators. The citizen's own kiosk may still hold the grant from before the latest offer.
      if (claims.role === 'operator') throw error;
    }
  };

  return {
    get size() {
      return rooms.size;
    },
    get peers() {
      return rooms.values().reduce((sum, room) => sum + room.peers.length, 0);
    },
    admit,
    async enter(claims) {
      admit(claims);
      const { visit } = claims;
      const there = rooms.get(visit);
      if (there) return closeIfEmptyLater(there);
      const room = making.get(visit) ?? make(visit).finally(() => making.delete(visit));
      making.set(visit, room);
      return closeIfEmptyLater(await room);
    },
    acceptVisit(visitId, fence) {
      const room = rooms.get(visitId);
      if (!room) return;
      try {
        fences.admit({ visit: visitId, fence });
      } catch {
        // Somebody with a newer right has been seen: this acceptance is over.
        return;
      }
      room.accept(fence);
    },
    endVisit(visitId) {
      ended.add(visitId);
      const room = rooms.get(visitId);
      if (room) room.close('visit-ended');
      else forgetLater(visitId);
    },
    revokeKiosk(kioskId) {
      for (const room of rooms.values()) room.evict(kioskId, 'kiosk-revoked');
    },
    closeAll(why) {
      for (const room of [...rooms.values()]) room.close(why);
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
