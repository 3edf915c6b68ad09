import type { Locator, Page } from 'playwright-core';

/** Mean colour of the picture a video element shows now, 8-bit red, green, blue; undefined before its first frame. */
export function colourSeen(video: Locator): Promise<[number, number, number] | undefined> {
  return video.evaluate((element) => {
    const shown = element as HTMLVideoElement;
    if (shown.readyState < 2 || shown.videoWidth === 0) return undefined;
    const canvas = document.createElement('canvas');
    canvas.width = 32;
    canvas.height = 24;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('No canvas here.');
    // The lower half: the moving bar is in the upper one.
    context.drawImage(shown, 0, shown.videoHeight / 2, shown.videoWidth, shown.videoHeight / 2, 0, 0, 32, 24);
    const { data } = context.getImageData(0, 0, 32, 24);
    const sums: [number, number, number] = [0, 0, 0];
    for (let index = 0; index < data.length; index += 4) for (const channel of [0, 1, 2] as const) sums[channel] += data[index + channel] ?? 0;
    return sums.map((sum) => Math.round(sum / (data.length / 4))) as [number, number, number];
  });
}

/** How far two colours are apart, 0 to 441. */
export const colourDistance = (left: readonly number[], right: readonly number[]): number =>
  Math.hypot(...left.map((value, index) => value - (right[index] ?? 0)));

/**
 * The strongest pitch in what a media element plays, Hz; 0 in silence or while it has no voice. Listens until `minLevel` is passed or `timeoutMs` is over.
 */
export function pitchHeard(media: Locator, { minLevel = 0.02, timeoutMs = 10_000 } = {}): Promise<number> {
  return media.evaluate(
    async (element, options) => {
      const stream = (element as HTMLMediaElement).srcObject;
      if (!(stream instanceof MediaStream) || stream.getAudioTracks().length === 0) return 0;
      const context = new AudioContext();
      await context.resume();
      const analyser = context.createAnalyser();
      analyser.fftSize = 8192;
      context.createMediaStreamSource(stream).connect(analyser);
      const wave = new Float32Array(analyser.fftSize);
      const spectrum = new Float32Array(analyser.frequencyBinCount);
      const end = performance.now() + options.timeoutMs;
      try {
        for (;;) {
          await new Promise((resolve) => requestAnimationFrame(resolve));
          analyser.getFloatTimeDomainData(wave);
          const level = Math.sqrt(wave.reduce((sum, value) => sum + value * value, 0) / wave.length);
          if (level > options.minLevel) {
            analyser.getFloatFrequencyData(spectrum);
            return (spectrum.indexOf(Math.max(...spectrum)) * context.sampleRate) / analyser.fftSize;
          }
          if (performance.now() > end) return 0;
        }
      } finally {
        await context.close();
      }
    },
    { minLevel, timeoutMs },
  );
}

/** Waits until `probe` says something other than undefined or false; the page's own frames are the clock. */
export async function eventually<Value>(page: Page, probe: () => Promise<Value | undefined | false>, what: string, timeoutMs = 15_000): Promise<Value> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > end) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve(undefined))));
  }
}
