import { readFile } from 'node:fs/promises';
import { writeKept } from '../kept-file.ts';

/**
 * The epoch of fences: rises at every start and at every connection to Redis, without asking Redis, so that a Redis that lost its
 * counter cannot hand out a fence that was used before. Seconds since 1970, or one more than the last when the clock went back.
 */
export interface EpochSource {
  readonly value: number;
  /** Rises, and is on disk before it answers. */
  raise(): Promise<void>;
}

/** Opens the epoch kept in `path`. A damaged file counts as none: the clock then decides. */
export async function openEpoch(path: string, now: () => number): Promise<EpochSource> {
  let value = 0;
  try {
    const kept = Number.parseInt(await readFile(path, 'utf8'), 10);
    if (Number.isSafeInteger(kept) && kept > 0) value = kept;
  } catch {
    value = 0;
  }
  const source = {
    get value() {
      return value;
    },
    async raise() {
      value = Math.max(value + 1, Math.floor(now() / 1000));
      await writeKept(path, `${value}\n`);
    },
  };
  await source.raise();
  return source;
}
