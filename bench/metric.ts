/** A distribution of measured times. */
export interface Metric {
  readonly unit: 'ms';
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly n: number;
}

/** How many in a second. */
export interface Rate {
  readonly unit: '1/s';
  readonly value: number;
}

/** Percentiles by nearest rank, rounded to so many decimals of a millisecond. */
export function metricOf(times: readonly number[], decimals = 1): Metric {
  const sorted = times.toSorted((a, b) => a - b);
  const unit = 10 ** decimals;
  const at = (share: number) => Math.round((sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN) * unit) / unit;
  return { unit: 'ms', p50: at(0.5), p95: at(0.95), p99: at(0.99), n: sorted.length };
}
