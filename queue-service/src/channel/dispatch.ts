import type { KioskId } from '@videosportello/protocol/ids.ts';
import type { DutyState } from '@videosportello/protocol/messages/visit.ts';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import type { KioskStore } from '../kiosk/kiosk-store.ts';
import { kioskKey } from '../kiosk/kiosk-store.ts';
import type { KeyDirectory } from '../grants/key-directory.ts';
import type { Board } from '../operator/board.ts';
import type { Changes } from '../redis/change-feed.ts';
import { closeCodes } from './channel-context.ts';
import { createPlaces } from './places.ts';
import type { SocketRegistry } from './socket-registry.ts';
import { createRefresher } from './view-lane.ts';

/** Takes what has changed to the sockets of this process. */
export interface Dispatch extends Disposable {
  hear(changes: Changes): void;
  /** Duty may have changed, with the clock or otherwise. */
  tellDuty(): void;
  /** Something may have been missed: everything is read again, nodes are asked to come anew. */
  resync(): void;
}

export function createDispatch(deps: {
  readonly sockets: SocketRegistry;
  readonly board: Board;
  readonly kiosks: KioskStore;
  readonly keys: KeyDirectory;
  readonly timers: Timers;
  readonly dutyState: (isStaffed: boolean) => DutyState;
  readonly onNodes: () => void;
  /** Kiosks have been enrolled or revoked. */
  readonly onEnrolments: (ids: readonly KioskId[]) => void;
  readonly onError: (error: unknown) => void;
}): Dispatch {
  const { sockets, board } = deps;
  const places = createPlaces({ kiosks: sockets.kiosks, store: deps.kiosks, timers: deps.timers, onError: deps.onError });
  /** Whether somebody is on duty is the same for all kiosks: read once, told to those who do not know it. */
  const tellDuty = createRefresher(async () => {
    const duty = deps.dutyState((await deps.kiosks.readLine()).onDuty > 0);
    for (const kiosk of sockets.kiosks.values()) kiosk.tellDuty(duty);
  }, deps.onError);
  const tellEnrolled = async (ids: NonNullable<Changes['enrolled']>) => {
    for (const id of ids) {
      const { kiosk } = await deps.kiosks.read(id);
      for (const node of sockets.nodes.values()) node.kioskEnrolled(id, kioskKey(kiosk));
    }
  };
  const tellKeys = async () => {
    await deps.keys.refresh();
    for (const node of sockets.nodes.values()) node.keysChanged(deps.keys.known);
  };

  /** What is said once goes before views: an offer's end is told with its reason before the desk without it. */
  const tellOnce = (changes: Changes) => {
    for (const { operatorId, offerId, why } of changes.withdrawn ?? []) sockets.operators.get(operatorId)?.withdrawn(offerId, why);
    for (const { operatorId, visitId } of changes.lost ?? []) sockets.operators.get(operatorId)?.lost(visitId);
    for (const { operatorId, session } of changes.replaced ?? []) {
      const socket = sockets.operators.get(operatorId);
      if (socket?.session === session) socket.replaced();
    }
    for (const { operatorId, session } of changes.lapsed ?? []) {
      const socket = sockets.operators.get(operatorId);
      if (socket?.session === session) socket.close(closeCodes.lapsed);
    }
    for (const { kioskId, session } of changes.kioskReplaced ?? []) {
      const socket = sockets.kiosks.get(kioskId);
      if (socket?.session === session) socket.close(closeCodes.replaced);
    }
    for (const kioskId of changes.revoked ?? []) {
      sockets.kiosks.get(kioskId)?.revoked();
      for (const node of sockets.nodes.values()) node.kioskRevoked(kioskId);
    }
    for (const { visitId, fence } of changes.accepted ?? []) for (const node of sockets.nodes.values()) node.visitAccepted(visitId, fence);
    for (const visitId of changes.ended ?? []) for (const node of sockets.nodes.values()) node.visitEnded(visitId);
  };

  return {
    hear(changes) {
      tellOnce(changes);
      const boardMoved = changes.kiosks ?? changes.queue ?? changes.duty;
      if (boardMoved) board.stale();
      const isTold = (socket: { readonly session: string } | undefined) =>
        socket !== undefined && changes.told?.includes(socket.session) === true;
      for (const operatorId of changes.operators ?? []) {
        const socket = sockets.operators.get(operatorId);
        if (!isTold(socket)) socket?.refresh();
      }
      for (const kioskId of changes.kiosks ?? []) {
        const socket = sockets.kiosks.get(kioskId);
        if (!isTold(socket)) socket?.refresh();
      }
      if (boardMoved) for (const operator of sockets.operators.values()) operator.refreshBoard();
      if (changes.queue) places.moved();
      if (changes.duty) tellDuty();
      if (changes.nodes) deps.onNodes();
      if (changes.events) for (const node of sockets.nodes.values()) node.eventsGrew();
      if (changes.enrolled ?? changes.revoked) deps.onEnrolments([...(changes.enrolled ?? []), ...(changes.revoked ?? [])]);
      if (changes.enrolled) tellEnrolled(changes.enrolled).catch(deps.onError);
      if (changes.grantKeys) tellKeys().catch(deps.onError);
    },
    tellDuty,
    resync() {
      board.stale();
      deps.onNodes();
      for (const operator of sockets.operators.values()) operator.refresh(true);
      for (const kiosk of sockets.kiosks.values()) kiosk.refresh();
      tellDuty();
      for (const node of sockets.nodes.values()) node.close(closeCodes.resync);
    },
    [Symbol.dispose]: () => places[Symbol.dispose](),
  };
}
