/**
 * When a video element shows its first decoded picture: milliseconds since the epoch, by the page's high-resolution clock
 * (comparable between pages of one machine). Rejects with the signal's reason when it is aborted first.
 */
export function firstFrame(video: HTMLVideoElement, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const handle = video.requestVideoFrameCallback(() => {
      signal.removeEventListener('abort', abort);
      resolve(performance.timeOrigin + performance.now());
    });
    const abort = () => {
      video.cancelVideoFrameCallback(handle);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
  });
}
