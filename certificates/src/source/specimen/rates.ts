/**
 * How often things happen to people of the invented town, per year: numbers that make a small Italian town plausible over a
 * century. Nothing is measured here.
 */

/** Probability to die within a year, at `age` in `year`. */
export function mortality(age: number, year: number): number {
  const era = 1 + 1.4 * Math.max(0, (1985 - year) / 55);
  return Math.min(0.6, (age === 0 ? 0.02 * Math.max(0.15, (2000 - year) / 60) : 0) + era * 0.00003 * Math.exp(0.092 * age));
}

/** Probability of a couple to have a child, by the mother's age and the children she has. */
export function fertility(age: number, children: number, year: number): number {
  if (age < 19 || age > 43) return 0;
  const wish = year < 1965 ? 4 : year < 1980 ? 3 : 2;
  const eagerness = children < wish ? 0.22 : 0.03;
  return age > 36 ? eagerness / 3 : eagerness;
}

/** Probability of somebody single to look for a partner and find one. */
export function pairing(age: number, year: number): number {
  if (age < 20 || age > 68) return 0;
  if (age > 45) return 0.006;
  return year < 1980 ? 0.16 : 0.1;
}

/** Divorce exists since L. 898/1970. */
export const divorce = (year: number): number => (year < 1971 ? 0 : year < 2000 ? 0.004 : 0.011);

/** Households that come from other places in a year. */
export const arrivals = (year: number): number => (year < 1955 ? 4 : year < 1990 ? 8 : 15);

/** Share of the arriving who are foreign citizens. */
export const foreignShare = (year: number): number => (year < 1980 ? 0.02 : year < 2000 ? 0.15 : 0.4);
