import type { OperatorId } from '@videosportello/protocol/ids.ts';
import type { Board as BoardView, KioskTile } from '@videosportello/protocol/messages/visit.ts';
import type { KioskStore } from '../kiosk/kiosk-store.ts';
import type { BoardReading } from '../redis/records.ts';

const DAY_MS = 86_400_000;
const tileStates = {
  alone: 'self-service',
  waiting: 'waiting',
  offered: 'offered',
  'with-operator': 'with-operator',
  ended: 'free',
} as const;

/** A tile as all desks see it but for `mine`, and whose it is. */
interface SharedTile {
  readonly tile: Omit<KioskTile, 'mine'>;
  readonly operator: string | undefined;
  /** Rises with every change of a tile on this board. */
  readonly version: number;
  readonly text: string;
}

const sharedOf = (kiosk: BoardReading['kiosks'][number]): Pick<SharedTile, 'tile' | 'operator'> => {
  const running = kiosk.state !== undefined && kiosk.state !== 'ended';
  const state = kiosk.revoked ? 'revoked' : !kiosk.present ? 'offline' : kiosk.state === undefined ? 'free' : tileStates[kiosk.state];
  return {
    tile: {
      kioskId: kiosk.id,
      name: kiosk.name,
      town: kiosk.town,
      state,
      since: kiosk.since,
      ...(running && (kiosk.state === 'waiting' || kiosk.state === 'offered') && kiosk.visitSince !== undefined
        ? { waitingSince: kiosk.visitSince }
        : {}),
    },
    operator: kiosk.state === 'with-operator' ? kiosk.operator : undefined,
  };
};

/** The list of all kiosks, read once for all desks of this process. */
export interface Board {
  /** Something on the board has changed: the next look asks Redis. */
  stale(): void;
  /**
   * What has changed since `version` (0: everything), for one desk, and the version to ask with next time.
   * @throws ProtocolError `store-unavailable`
   */
  since(version: number, operatorId: OperatorId): Promise<{ readonly view: BoardView; readonly version: number }>;
}

export function createBoard(kiosks: Pick<KioskStore, 'readBoard'>): Board {
  const tiles = new Map<string, SharedTile>();
  let version = 0;
  let reading: Promise<BoardReading> | undefined;
  const read = async () => {
    const found = await kiosks.readBoard();
    for (const kiosk of found.kiosks) {
      const shared = sharedOf(kiosk);
      const text = JSON.stringify(shared);
      if (tiles.get(kiosk.id)?.text !== text) tiles.set(kiosk.id, { ...shared, text, version: (version += 1) });
    }
    return found;
  };
  return {
    stale() {
      reading = undefined;
    },
    async since(told, operatorId) {
      if (!reading) {
        const mine = read();
        reading = mine;
        mine.catch(() => {
          if (reading === mine) reading = undefined;
        });
      }
      const { waiting, oldest, now } = await reading;
      const changed = [...tiles.values()].filter((shared) => shared.version > told);
      return {
        version,
        view: {
          kiosks: changed
            .map(({ tile, operator }) => ({ ...tile, mine: operator === operatorId }))
            .toSorted((a, b) => a.kioskId.localeCompare(b.kioskId)),
          waiting,
          ...(oldest === undefined ? {} : { longestWaitMs: Math.min(Math.max(now - oldest, 0), DAY_MS) }),
        },
      };
    },
  };
}
