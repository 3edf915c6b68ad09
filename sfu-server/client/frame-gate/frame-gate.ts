/** What the gate's thread is told. */
export type GateOrder = 'open' | 'shut';
/** What it says: it wants a key frame; it has opened; it has no pictures any more and lets none through. */
export type GateWord = 'key-frame' | 'opened' | 'failed';

/** What the gate needs to know of an encoded picture. */
export interface EncodedPicture {
  readonly type: 'key' | 'delta' | 'empty';
  /** Which of a camera's streams it belongs to (one per simulcast layer). */
  readonly stream: number;
}

/**
 * After so many pictures of one stream a new key frame is asked for, with which the keeping begins anew. Three pictures at 30 a
 * second are a tenth of a second: the first picture shown is hardly older, and little enough to be sent at once.
 */
export const ASK_AFTER = 3;
/** When no key frame has come after so many, the stream is kept from its next one on. */
export const KEPT_AT_MOST = 15;

export interface FrameGate<Picture> {
  /** Takes an encoded picture; answers those to be sent now, in order. */
  take(picture: Picture): Picture[];
  /** Lets pictures through; answers the kept ones, which are to be sent first. */
  open(): Picture[];
  /** Keeps pictures back from now on. */
  shut(): void;
}

/**
 * A gate between encoder and network, born shut. Shut, nothing passes, and of each stream are kept the last key frame with
 * what depends on it, and the key frame before: so the moment the gate opens the other side has a picture to start from,
 * without waiting for the encoder's start and the camera's next picture. The earlier key frame is what the node knows a
 * simulcast stream by: it chooses among streams that have been heard, and the choice comes too late for the first packets.
 * Pure; `askForKeyFrame` is called when what is kept should begin anew.
 */
export function createFrameGate<Picture>(
  describe: (picture: Picture) => EncodedPicture,
  askForKeyFrame: () => void,
): FrameGate<Picture> {
  let isOpen = false;
  let kept: Picture[] = [];
  /** How many were kept of each stream since its last key frame, with it. */
  const counts = new Map<number, number>();

  const keepOnly = (stream: number, wanted: (one: Picture) => boolean) => {
    kept = kept.filter((one) => describe(one).stream !== stream || wanted(one));
  };
  const keep = (picture: Picture): number => {
    const { type, stream } = describe(picture);
    const before = counts.get(stream) ?? 0;
    if (type === 'key') {
      const last = kept.findLast((one) => describe(one).stream === stream && describe(one).type === 'key');
      keepOnly(stream, (one) => one === last);
    } else if (before === 0) return 0;
    const count = type === 'key' ? 1 : before + 1;
    counts.set(stream, count < KEPT_AT_MOST ? count : 0);
    kept.push(picture);
    if (count >= KEPT_AT_MOST) keepOnly(stream, () => false);
    return count;
  };

  return {
    take(picture) {
      if (isOpen) return [picture];
      if (keep(picture) % ASK_AFTER === 0) askForKeyFrame();
      return [];
    },
    open() {
      isOpen = true;
      const now = kept;
      kept = [];
      counts.clear();
      return now;
    },
    shut() {
      isOpen = false;
    },
  };
}
