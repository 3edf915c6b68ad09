import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import type { KioskStore } from '../kiosk/kiosk-store.ts';
import type { SocketRegistry } from './socket-registry.ts';

/**
 * Places in the queue move for many at once: kiosks that wait are told after a pause of so long for each that waits, at least and at
 * most, ms. A short queue moves as one looks; a long one costs no more than one reading in five seconds.
 */
const PAUSE = { eachMs: 40, leastMs: 1_000, mostMs: 5_000 };
/**
 * Whoever stands among the first so many is told each time; the others every fourth time, at most twenty seconds late: for somebody
 * that far back his place, and the range he may have to wait, mean the same.
 */
const NEAR = 10;
const ALL_EVERY = 4;

/** Tells the kiosks of this process that wait where they stand. */
export interface Places extends Disposable {
  /** Places have moved. */
  moved(): void;
}

export function createPlaces(deps: {
  readonly kiosks: SocketRegistry['kiosks'];
  readonly store: Pick<KioskStore, 'readLine'>;
  readonly timers: Timers;
  readonly onError: (error: unknown) => void;
}): Places {
  let timer: unknown;
  let waiting = 0;
  let round = 0;
  const moved = () => {
    timer ??= deps.timers.setTimeout(() => {
      timer = undefined;
      tell().catch(deps.onError);
    }, Math.min(Math.max(waiting * PAUSE.eachMs, PAUSE.leastMs), PAUSE.mostMs));
  };
  const tell = async () => {
    const line = await deps.store.readLine();
    waiting = line.line.length;
    const toAll = round % ALL_EVERY === 0;
    round += 1;
    const places = new Map((toAll ? line.line : line.line.slice(0, NEAR)).map((visitId, index) => [visitId, index + 1]));
    for (const kiosk of deps.kiosks.values()) kiosk.tellPlace(places, line);
    // Those who were passed over are told even when nothing moves after this.
    if (places.size < waiting) moved();
  };
  return { moved, [Symbol.dispose]: () => deps.timers.clearTimeout(timer) };
}
