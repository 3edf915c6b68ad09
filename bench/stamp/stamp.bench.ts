import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openStampLab, reads, symbolOf, vectorAddresses } from '@videosportello/certificates/testing/stamp-lab.ts';
import { metricOf } from '../metric.ts';
import type { Metric } from '../metric.ts';
import { CONDITIONS, RESOLUTIONS } from './conditions.ts';
import { seededNumbers } from './seeded.ts';

/** How many of `n` damaged symbols were read, every byte. */
export interface Share {
  readonly unit: '%';
  readonly value: number;
  readonly n: number;
}

export type StampMetrics = Readonly<Record<'check.image' | 'check.page', Metric> & Record<`read.${string}.${number}dpi`, Share>>;

export interface StampBenchOptions {
  /** Measured checks of each kind. */
  readonly checks: number;
  /** Damaged symbols for each condition, resolution and size of stamp; with 0 no table is made. */
  readonly trials: number;
  readonly onStep?: () => void;
}

const TOOL = fileURLToPath(new URL('../../certificates/tools/certificates.ts', import.meta.url));
const TYPE = 'residence';

/**
 * Measures decoding and verifying a stamp, from the symbol's picture (PNG) and from a whole page of A4 at 300 dpi (grey
 * pixels, as a scanner hands them over), and how often damaged symbols of two sizes are still read. Seeded: the same
 * numbers give the same pictures.
 *
 * @throws Error when a check of the sample does not say VALID
 */
export async function runStampBench({ checks, trials, onStep = () => {} }: StampBenchOptions): Promise<StampMetrics> {
  const folder = await mkdtemp(join(tmpdir(), 'videosportello-stamp-bench-'));
  try {
    await promisify(execFile)(process.execPath, [TOOL, 'sample', '--type', TYPE, '--out', folder], { timeout: 60_000 });
    const lab = await openStampLab(folder, TYPE, new Date().toISOString().slice(0, 10));
    return {
      'check.image': await measure(checks, () => lab.checkFile(lab.symbolFile), onStep),
      'check.page': await measure(checks, () => lab.checkPage(lab.page), onStep),
      ...(await tryConditions(trials, onStep)),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Checks before the first that counts: the decoder and the check are compiled in them. */
const WARM_UP = 10;

async function measure(checks: number, check: () => Promise<string>, onStep: () => void): Promise<Metric> {
  const times: number[] = [];
  for (let done = -WARM_UP; done < checks; done += 1) {
    const begun = performance.now();
    const status = await check();
    const took = performance.now() - begun;
    if (status !== 'VALID') throw new Error(`The sample's check says ${status}.`);
    if (done < 0) continue;
    times.push(took);
    onStep();
  }
  return metricOf(times);
}

/** Each condition at each resolution, `trials` times for each size of stamp. */
export async function tryConditions(
  trials: number,
  onStep: () => void,
  conditions: typeof CONDITIONS = CONDITIONS,
): Promise<Record<`read.${string}.${number}dpi`, Share>> {
  if (trials === 0) return {};
  const addresses = Object.values(await vectorAddresses());
  const symbols = addresses.map((address) => ({ address, ...symbolOf(address) }));
  const shares: Record<`read.${string}.${number}dpi`, Share> = {};
  for (const [name, condition] of Object.entries(conditions)) {
    for (const dpi of RESOLUTIONS) {
      let right = 0;
      for (let trial = 0; trial < trials; trial += 1) {
        const random = seededNumbers(trial + 1);
        for (const { address, modules } of symbols) right += (await reads(condition(modules, dpi, random), address)) ? 1 : 0;
        onStep();
      }
      const n = trials * symbols.length;
      shares[`read.${name}.${dpi}dpi`] = { unit: '%', value: Math.round((100 * right) / n), n };
    }
  }
  return shares;
}
