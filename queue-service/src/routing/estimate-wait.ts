import { seconds } from '@videosportello/protocol/units.ts';

/** Fewer finished talks than this say nothing about how long one takes. */
const LEAST_TALKS = 3;
/** An honest range: talks differ, so half to one and a half times the expected wait, in steps of this. */
const STEP_MS = seconds(30);

/**
 * How long a ticket at `place` (1 = next) waits: operators with `slots` places between them finish a talk every
 * `meanMs / slots`. Undefined while nobody is on duty or too little is known. Never more than a day.
 */
export function estimateWait(known: {
  readonly place: number;
  readonly slots: number;
  readonly meanMs: number | undefined;
  readonly talks: number | undefined;
}): { fromMs: number; toMs: number } | undefined {
  if (known.slots < 1 || known.meanMs === undefined || (known.talks ?? 0) < LEAST_TALKS) return undefined;
  const expectedMs = (known.place * known.meanMs) / known.slots;
  const day = 86_400_000;
  return {
    fromMs: Math.min(Math.floor((expectedMs * 0.5) / STEP_MS) * STEP_MS, day),
    toMs: Math.min(Math.ceil((expectedMs * 1.5) / STEP_MS) * STEP_MS, day),
  };
}
