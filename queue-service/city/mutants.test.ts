import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { guards } from './testing/guards.ts';
import type { Guard } from './testing/guards.ts';
import { huntIn } from './testing/hunt.ts';
import { copyService } from './testing/mutant.ts';

/** For each guard, on a busy machine; a quiet one needs some five seconds for it. */
const GUARD_TIMEOUT_MS = 300_000;
/** In so many cities a guard is hunted: what it guards against need not happen in each. */
const CITIES = 6;

/** The city that a guard is hunted in. */
const cityOf = ({ faults, faultFactor, load, kiosks }: Guard) => ({
  faults,
  faultFactor,
  ...(load === undefined ? {} : { load }),
  ...(kiosks === undefined ? {} : { kiosks }),
});

describe('a service with a guard taken out', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vs-mutants-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Two guards at a time, each in a copy of its own: a city waits for its processes more than it works. */
  const hunts = new Map<Guard, Promise<string[]>>();
  const hunters = [guards.filter((_, index) => index % 2 === 0), guards.filter((_, index) => index % 2 === 1)];
  before(() => {
    for (const [index, mine] of hunters.entries()) {
      const place = join(folder, `hunter-${index}`);
      const copied = mkdir(place).then(() => copyService(join(place, 'copy')));
      let before: Promise<unknown> = copied;
      for (const guard of mine) {
        const hunt = before.then(async () => {
          const mutant = await copied;
          await mutant.become(guard);
          let found: string[] = [];
          for (let seed = 1; seed <= CITIES && !guard.finds.some((name) => found.includes(name)); seed += 1) {
            found = await huntIn(place, { program: mutant.program, ...cityOf(guard), seed }, guard.finds);
          }
          return found;
        });
        hunts.set(guard, hunt);
        before = hunt.catch(() => undefined);
      }
    }
  });
  for (const guard of guards) {
    it(`is caught: ${guard.name}`, async function () {
      this.timeout(GUARD_TIMEOUT_MS);
      expect(guard.finds).to.include.oneOf((await hunts.get(guard)) ?? []);
    });
  }

  for (const faults of ['late', 'cuts', 'crashes', 'none'] as const) {
    it(`is not accused with all its guards (${faults})`, async function () {
      this.timeout(GUARD_TIMEOUT_MS);
      const hardest = guards.findLast((guard) => guard.faults === faults) ?? expect.fail(`no guard needs ${faults}`);
      const place = await mkdtemp(join(folder, 'whole-'));
      expect(await huntIn(place, cityOf(hardest), [])).to.deep.equal([]);
    });
  }
});
