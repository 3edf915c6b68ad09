/** What is measured of a call, every two seconds. Absent: not measurable now (no picture, no packets). */
export interface QualitySample {
  readonly framesPerSecond?: number;
  readonly width?: number;
  readonly height?: number;
  /** Share of packets lost on the way here since the sample before, 0 to 1. */
  readonly lossRatio: number;
  readonly roundTripMs?: number;
  readonly jitterMs?: number;
  /** Loudness of the other side, 0 to 1. */
  readonly audioLevel?: number;
}

export type QualityLevel = 'good' | 'fair' | 'poor';
export interface QualityReport extends QualitySample {
  readonly level: QualityLevel;
}

/** A sample is as bad as its worst value: worse than any of these. */
export interface QualityLimits {
  readonly lossRatio: number;
  readonly roundTripMs: number;
  readonly framesPerSecond: number;
}
/** ui.md C40. */
export const fairLimits: QualityLimits = { lossRatio: 0.02, roundTripMs: 300, framesPerSecond: 24 };
export const poorLimits: QualityLimits = { lossRatio: 0.05, roundTripMs: 500, framesPerSecond: 20 };

/** How often a call is measured, ms. */
export const QUALITY_EVERY_MS = 2_000;

const isBeyond = (sample: QualitySample, limits: QualityLimits): boolean =>
  sample.lossRatio > limits.lossRatio ||
  (sample.roundTripMs ?? 0) > limits.roundTripMs ||
  (sample.framesPerSecond ?? Infinity) < limits.framesPerSecond;

/** The step of a sample. */
export const qualityLevel = (sample: QualitySample, fair = fairLimits, poor = poorLimits): QualityLevel =>
  isBeyond(sample, poor) ? 'poor' : isBeyond(sample, fair) ? 'fair' : 'good';

/** The members of W3C WebRTC statistics that are read here; every one may be missing. */
export interface StatsEntry {
  readonly type?: string;
  readonly kind?: string;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly framesDecoded?: number;
  readonly frameWidth?: number;
  readonly frameHeight?: number;
  readonly jitter?: number;
  readonly audioLevel?: number;
  readonly nominated?: boolean;
  readonly currentRoundTripTime?: number;
}

/** Running totals of one report, to be compared with the next. */
export interface QualityTotals {
  readonly received: number;
  readonly lost: number;
  readonly framesDecoded: number;
  readonly atMs: number;
}

const sum = (entries: readonly StatsEntry[], member: 'packetsReceived' | 'packetsLost' | 'framesDecoded'): number =>
  entries.reduce((total, entry) => total + (entry[member] ?? 0), 0);

/**
 * Reads one report of the receiving transport. `before` are the totals of the report before it; without them rates are not
 * yet known. No picture decoded at all (a camera that is off) is not a slow picture.
 */
export function readQuality(
  entries: readonly StatsEntry[],
  atMs: number,
  before: QualityTotals | undefined,
): { sample: QualitySample; totals: QualityTotals } {
  const inbound = entries.filter(({ type }) => type === 'inbound-rtp');
  const video = inbound.filter(({ kind }) => kind === 'video');
  const audio = inbound.find(({ kind, packetsReceived }) => kind === 'audio' && (packetsReceived ?? 0) > 0);
  const shown = video.find(({ framesDecoded }) => (framesDecoded ?? 0) > 0);
  const pair = entries.find(({ type, nominated }) => type === 'candidate-pair' && nominated);
  const totals = { received: sum(inbound, 'packetsReceived'), lost: sum(inbound, 'packetsLost'), framesDecoded: sum(video, 'framesDecoded'), atMs };
  const lost = Math.max(0, totals.lost - (before?.lost ?? 0));
  const expected = lost + Math.max(0, totals.received - (before?.received ?? 0));
  const decoded = before && totals.framesDecoded - before.framesDecoded;
  const sample: QualitySample = {
    lossRatio: expected > 0 ? lost / expected : 0,
    ...(before && decoded !== undefined && decoded > 0
      ? { framesPerSecond: Math.round((decoded * 10_000) / (atMs - before.atMs)) / 10 }
      : {}),
    ...(shown?.frameWidth && shown.frameHeight ? { width: shown.frameWidth, height: shown.frameHeight } : {}),
    ...(pair?.currentRoundTripTime === undefined ? {} : { roundTripMs: pair.currentRoundTripTime * 1000 }),
    ...(audio?.jitter === undefined ? {} : { jitterMs: audio.jitter * 1000 }),
    ...(audio?.audioLevel === undefined ? {} : { audioLevel: audio.audioLevel }),
  };
  return { sample, totals };
}

/** Measures until the returned function is called. A failed measurement is left out; the session's end is told elsewhere. */
export function watchQuality(
  stats: () => Promise<{ receive: RTCStatsReport }>,
  onReport: (report: QualityReport) => void,
  now: () => number = () => performance.now(),
): () => void {
  let before: QualityTotals | undefined;
  const timer = setInterval(() => {
    stats()
      .then(({ receive }) => {
        const entries: StatsEntry[] = [];
        receive.forEach((entry: StatsEntry) => entries.push(entry));
        const { sample, totals } = readQuality(entries, now(), before);
        const isFirst = before === undefined;
        before = totals;
        if (!isFirst) onReport({ ...sample, level: qualityLevel(sample) });
      })
      .catch(() => undefined);
  }, QUALITY_EVERY_MS);
  return () => clearInterval(timer);
}
