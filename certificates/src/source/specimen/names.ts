import names from './names.json' with { type: 'json' };
import type { SeededRandom } from './seeded-random.ts';

/** Whose names are known here: ISO 3166-1 alpha-3. */
export type Origin = keyof typeof names;

/** One of the surnames of an origin. */
export function inventSurname(random: SeededRandom, origin: Origin): string {
  return random.pick(names[origin].surnames);
}

/** One given name, sometimes two. */
export function inventGivenNames(random: SeededRandom, origin: Origin, sex: 'F' | 'M'): string {
  const choice = sex === 'F' ? names[origin].women : names[origin].men;
  const first = random.pick(choice);
  const second = random.pick(choice);
  return first !== second && random.oneIn(6) ? `${first} ${second}` : first;
}
