import { createSeededRandom } from '../seeded-random.ts';

/** Random values of a simulation, the same for the same seed. */
export interface Draws {
  /** From 0 to 1, 1 excluded. */
  unit(): number;
  chance(probability: number): boolean;
  /** Between two bounds, evenly. */
  between(from: number, to: number): number;
  /** Waiting time of a Poisson process. */
  exponential(mean: number): number;
  /** Log-normal by its mean; `spread` is the standard deviation of the logarithm. */
  logNormal(mean: number, spread: number): number;
  /** One of several, by weight. */
  pick<Item extends { readonly weight: number }>(items: readonly Item[]): Item;
  one<Item>(items: readonly Item[]): Item;
  /** Draws of their own for a part of the simulation: what one part draws changes nothing for another. */
  fork(salt: number): Draws;
}

const STEPS = 2 ** 32;

export function createDraws(seed: number): Draws {
  const random = createSeededRandom(seed);
  const unit = () => random.integer(STEPS) / STEPS;
  const self: Draws = {
    unit,
    chance: (probability) => unit() < probability,
    between: (from, to) => from + unit() * (to - from),
    exponential: (mean) => -Math.log(1 - unit()) * mean,
    // The mean of a log-normal is exp(mu + spread²/2); its normal comes from two even values (Box and Muller, 1958).
    logNormal: (mean, spread) =>
      mean * Math.exp(spread * Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()) - (spread * spread) / 2),
    pick(items) {
      let left = unit() * items.reduce((sum, { weight }) => sum + weight, 0);
      const found = items.find(({ weight }) => (left -= weight) < 0) ?? items.at(-1);
      if (!found) throw new RangeError('nothing to pick from');
      return found;
    },
    one(items) {
      const found = items[Math.floor(unit() * items.length)];
      if (found === undefined) throw new RangeError('nothing to choose from');
      return found;
    },
    fork: (salt) => createDraws((Math.imul(seed, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b)) >>> 0),
  };
  return self;
}
