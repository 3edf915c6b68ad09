/** How often is looked whether a picture has come, ms. */
const LOOK_EVERY_MS = 20;
/** How long the voice waits for the picture at most, ms: longer than a picture takes on a good line, shorter than a breath. */
export const VOICE_WAITS_MS = 400;

/** What tells that media have been played: W3C WebRTC, 5.3 (`RTCRtpReceiver.getSynchronizationSources`). */
export type PictureReceiver = Pick<RTCRtpReceiver, 'getSynchronizationSources'>;

export interface PictureFirstDeps {
  /** The receiver of the other side's picture, once there is one. */
  readonly receiver: () => PictureReceiver | undefined;
  /** Ends the waiting at once. */
  readonly signal: AbortSignal;
  readonly timers: { setTimeout(run: () => void, ms: number): unknown };
}

/**
 * Resolves when the other side's picture is shown, after {@link VOICE_WAITS_MS}, or with the signal. The voice's receiver is
 * made after it: an offer and an answer on the receiving connection hold up, for 50 to 300 ms, the picture that arrives
 * meanwhile; and people wait for the face.
 */
export function pictureFirst({ receiver, signal, timers }: PictureFirstDeps): Promise<void> {
  return new Promise((resolve) => {
    let isOver = false;
    const end = () => {
      isOver = true;
      resolve();
    };
    const look = () => {
      if (isOver) return;
      if (signal.aborted || (receiver()?.getSynchronizationSources().length ?? 0) > 0) return end();
      timers.setTimeout(look, LOOK_EVERY_MS);
    };
    // Not counted by looks: in a page that nobody looks at each of them takes a second (HTML, 8.6, throttling).
    timers.setTimeout(end, VOICE_WAITS_MS);
    look();
  });
}
