import type { StatsEntry } from './quality.ts';

/** How often packets and pictures are counted, ms. */
export const CUT_CHECK_EVERY_MS = 200;
/** Checks without any packet that make a cut: a second. Voice alone sends one every 400 ms even in silence. */
const SILENT_CHECKS = 5;
/** Checks with packets but without a picture, after a cut, until help is called. */
const BLIND_CHECKS = 2;
/** Checks after the line's return in which that counts: a decoder may show what it still had and only then stop. */
const CHECKS_AFTER_CUT = 10;

export interface MediaCount {
  /** Packets of any kind, and pictures decoded, since the session began. */
  readonly packets: number;
  readonly pictures: number;
}

/**
 * Tells when the line is back after a cut and the picture is not. A browser may need more than three seconds by itself: its
 * decoder waits for a picture it can start from, its play-out clock takes the cut for delay, and the bandwidth estimates begin
 * near nothing. A new session takes a few hundred milliseconds. Pure: `check` takes one count after the other and is true once
 * per cut.
 */
export function createCutDetector(): { check(count: MediaCount): boolean; forgive(): void } {
  let before: MediaCount | undefined;
  let silent = 0;
  let blind = 0;
  /** Checks left in which a blind picture is the cut's doing. */
  let watching = 0;
  return {
    check(count) {
      const last = before;
      before = count;
      if (!last || last.pictures === 0) return false;
      if (count.packets === last.packets) {
        silent += 1;
        if (silent >= SILENT_CHECKS) watching = CHECKS_AFTER_CUT;
        return false;
      }
      silent = 0;
      if (watching === 0) return false;
      watching -= 1;
      blind = count.pictures > last.pictures ? 0 : blind + 1;
      if (blind < BLIND_CHECKS) return false;
      [blind, watching] = [0, 0];
      return true;
    },
    /** A new picture is on its way from the other side: the old one need not come back. */
    forgive() {
      [blind, watching] = [0, 0];
    },
  };
}

/** Watches a session's receiving transport until it is stopped. */
export function watchCuts(
  stats: () => Promise<{ receive: RTCStatsReport }>,
  onBlind: () => void,
): { forgive(): void; stop(): void } {
  const detector = createCutDetector();
  const timer = setInterval(() => {
    stats()
      .then(({ receive }) => {
        let packets = 0;
        let pictures = 0;
        receive.forEach((entry: StatsEntry) => {
          if (entry.type !== 'inbound-rtp') return;
          packets += entry.packetsReceived ?? 0;
          pictures += entry.framesDecoded ?? 0;
        });
        if (detector.check({ packets, pictures })) onBlind();
      })
      .catch(() => undefined);
  }, CUT_CHECK_EVERY_MS);
  return { forgive: detector.forgive, stop: () => clearInterval(timer) };
}
