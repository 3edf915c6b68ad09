/** Numbers that repeat for the same seed (mulberry32). */
export interface SeededRandom {
  /** A whole number from 0 to `below` − 1. */
  integer(below: number): number;
  /** True with this probability, from 0 to 1. */
  chance(probability: number): boolean;
}

export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { integer: (below) => Math.floor(next() * below), chance: (probability) => next() < probability };
}
