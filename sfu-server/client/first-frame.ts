/**
 * When a video element hands its next decoded picture to the screen: milliseconds since the epoch, by the page's
 * high-resolution clock (comparable between pages of one machine). That is `presentationTime` of
 * HTMLVideoElement.requestVideoFrameCallback; the callback itself comes with the page's next drawing, up to 17 ms later.
 * Rejects with the signal's reason when it is aborted first.
 */
export function firstFrame(video: HTMLVideoElement, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const handle = video.requestVideoFrameCallback((_now, { presentationTime }) => {
      signal.removeEventListener('abort', abort);
      resolve(performance.timeOrigin + presentationTime);
    });
    const abort = () => {
      video.cancelVideoFrameCallback(handle);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
  });
}
