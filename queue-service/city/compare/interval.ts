/** What one run gives of a quantity: its sum over `count` people. */
export interface RunSum {
  readonly sum: number;
  readonly count: number;
}

/** A mean and the bounds between which the true one is in 95 of 100 such studies. */
export interface Interval {
  readonly mean: number;
  readonly from: number;
  readonly to: number;
}

/** The normal distribution's 97.5 % point. */
const Z = 1.959964;

/**
 * The 97.5 % point of Student's t, for 5 degrees of freedom and more, within 0.01: the expansion in powers of 1/freedom of
 * Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964), 26.7.5.
 */
export const studentPoint = (freedom: number): number =>
  Z +
  (Z ** 3 + Z) / (4 * freedom) +
  (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * freedom ** 2) +
  (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / (384 * freedom ** 3);

/**
 * The mean over all people of all runs, and its 95 % interval from how the runs differ: people of one run wait together, so runs
 * are what is independent. A ratio of two sums (W. G. Cochran, "Sampling Techniques", 3rd edition 1977, section 2.11): the mean
 * of the runs' means would count a run in which few came, and waited little, as much as a full one.
 * @throws RangeError with fewer than six runs, or when nobody came.
 */
export function intervalOf(runs: readonly RunSum[]): Interval {
  if (runs.length < 6) throw new RangeError('An interval needs six runs at least.');
  const count = runs.reduce((all, run) => all + run.count, 0);
  if (count === 0) throw new RangeError('Nobody came in any of the runs.');
  const mean = runs.reduce((all, run) => all + run.sum, 0) / count;
  const squares = runs.reduce((all, run) => all + (run.sum - mean * run.count) ** 2, 0);
  const half = (studentPoint(runs.length - 1) * Math.sqrt(squares / (runs.length - 1) / runs.length)) / (count / runs.length);
  return { mean, from: mean - half, to: mean + half };
}
