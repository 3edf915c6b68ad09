import type { KioskStore } from '../kiosk/kiosk-store.ts';
import type { BoardReading } from '../redis/records.ts';

/** The list of all kiosks, read once for all desks of this process. */
export interface Board {
  /** Something on the board has changed: the next read asks Redis. */
  stale(): void;
  /** The board as it was when asked or later. @throws ProtocolError `store-unavailable` */
  read(): Promise<BoardReading>;
}

export function createBoard(kiosks: Pick<KioskStore, 'readBoard'>): Board {
  let reading: Promise<BoardReading> | undefined;
  return {
    stale() {
      reading = undefined;
    },
    read() {
      if (!reading) {
        const mine = kiosks.readBoard();
        reading = mine;
        mine.catch(() => {
          if (reading === mine) reading = undefined;
        });
      }
      return reading;
    },
  };
}
