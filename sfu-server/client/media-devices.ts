/** Why a microphone or camera is not there; the call goes on without it, by text if need be. */
export type AbsenceReason = 'denied' | 'absent' | 'busy' | 'unsupported' | 'failed' | 'not-wanted';
export type LocalSource = { readonly track: MediaStreamTrack } | { readonly absent: AbsenceReason };

export interface LocalMedia {
  readonly microphone: LocalSource;
  readonly camera: LocalSource;
}

/** What is wanted of the page's devices. */
export interface WantedMedia {
  readonly microphone: boolean;
  readonly camera: boolean;
}

/** VGA at 30 pictures a second (EN 301 549, 6.5.2 and 6.5.3 ask QVGA and 20 at least); whatever the camera has, if it has less. */
const cameraConstraints: MediaTrackConstraints = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };
const microphoneConstraints: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** W3C Media Capture and Streams, 10.2 (getUserMedia, failures by name). */
const reasons: Readonly<Record<string, AbsenceReason>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'absent',
  NotReadableError: 'busy',
  AbortError: 'busy',
  OverconstrainedError: 'unsupported',
};
const reasonOf = (error: unknown): AbsenceReason => (error instanceof Error ? (reasons[error.name] ?? 'failed') : 'failed');

/**
 * Asks for both devices at once; when that fails, for each alone, so that one missing device does not cost the other. Never
 * throws: what is not there comes with its reason.
 */
export async function acquireMedia(
  wanted: WantedMedia,
  devices: Pick<MediaDevices, 'getUserMedia'> | undefined = globalThis.navigator?.mediaDevices,
): Promise<LocalMedia> {
  const missing = (isWanted: boolean): LocalSource => ({ absent: isWanted ? 'unsupported' : 'not-wanted' });
  if (!devices) return { microphone: missing(wanted.microphone), camera: missing(wanted.camera) };
  const ask = async (what: WantedMedia): Promise<LocalMedia> => {
    const stream = await devices.getUserMedia({
      audio: what.microphone ? microphoneConstraints : false,
      video: what.camera ? cameraConstraints : false,
    });
    const source = (isWanted: boolean, track: MediaStreamTrack | undefined): LocalSource => (track ? { track } : missing(isWanted));
    const [camera] = stream.getVideoTracks();
    // Movement before detail: on a poor network the encoder drops resolution before pictures (signing needs them).
    if (camera) camera.contentHint = 'motion';
    return { microphone: source(what.microphone, stream.getAudioTracks()[0]), camera: source(what.camera, camera) };
  };
  if (wanted.microphone && wanted.camera) {
    try {
      return await ask(wanted);
    } catch {
      // Which of the two is missing is found out by asking for each.
    }
  }
  const microphone = await alone(wanted.microphone, () => ask({ microphone: true, camera: false }).then((media) => media.microphone));
  const camera = await alone(wanted.camera, () => ask({ microphone: false, camera: true }).then((media) => media.camera));
  return { microphone, camera };
}

async function alone(isWanted: boolean, ask: () => Promise<LocalSource>): Promise<LocalSource> {
  if (!isWanted) return { absent: 'not-wanted' };
  try {
    return await ask();
  } catch (error) {
    return { absent: reasonOf(error) };
  }
}

/** Releases the devices; their lights go out. */
export function releaseMedia(media: LocalMedia): void {
  for (const source of [media.microphone, media.camera]) if ('track' in source) source.track.stop();
}
