let context: AudioContext | undefined;

/**
 * Two short tones. A browser that wants a touch of the page first stays silent: the offer is seen and announced anyway.
 */
export function ringForOffer(): void {
  context ??= new AudioContext();
  const start = context.currentTime;
  for (const [index, frequency] of [660, 880].entries()) {
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.frequency.value = frequency;
    loudness.gain.setValueAtTime(0.15, start + index * 0.18);
    loudness.gain.linearRampToValueAtTime(0, start + index * 0.18 + 0.16);
    tone.connect(loudness).connect(context.destination);
    tone.start(start + index * 0.18);
    tone.stop(start + index * 0.18 + 0.17);
  }
}
