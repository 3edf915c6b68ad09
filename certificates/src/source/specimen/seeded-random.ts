/** Numbers that repeat for the same seed (mulberry32); for invented data only, never for secrets. */
export interface SeededRandom {
  /** A whole number from 0 to `below` − 1. */
  integer(below: number): number;
  /** One of `values`, which must not be empty. */
  pick<Value>(values: readonly Value[]): Value;
  /** True about once in `times`. */
  oneIn(times: number): boolean;
  /** True with this probability, from 0 to 1. */
  chance(probability: number): boolean;
}

/** @param seed any whole number of 32 bits */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const integer = (below: number): number => Math.floor((next() / 2 ** 32) * below);
  return {
    integer,
    pick(values) {
      const value = values[integer(values.length)];
      if (value === undefined) throw new RangeError('There is nothing to pick from.');
      return value;
    },
    oneIn: (times) => integer(times) === 0,
    chance: (probability) => next() / 2 ** 32 < probability,
  };
}
