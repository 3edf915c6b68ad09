/** Seeded mutations of bytes: the same ones in every run. */

/** Random numbers below a bound, from a seed (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** So many copies of the bytes, each with one to four bytes changed, removed, doubled, or its end cut off. */
export function* mutations(original: Uint8Array, options: { readonly seed: number; readonly count: number }): Generator<Uint8Array> {
  const random = seeded(options.seed);
  for (let i = 0; i < options.count; i += 1) {
    const bytes = [...original];
    for (let change = random(4) + 1; change > 0; change -= 1) {
      const at = random(Math.max(1, bytes.length));
      const kind = random(5);
      if (kind <= 1) bytes[at] = random(256);
      else if (kind === 2) bytes.splice(at, 1);
      else if (kind === 3) bytes.splice(at, 0, random(256));
      else if (random(8) === 0) bytes.length = at;
    }
    yield Uint8Array.from(bytes);
  }
}
