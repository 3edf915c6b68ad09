import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkFiles } from '../check/check-files.ts';
import { replayDecision } from '../check/replay.ts';
import { planWorld } from '../world/plan-world.ts';
import { runCity } from './city.ts';

describe('a small city', function () {
  // Some ten seconds on two quiet cores.
  this.timeout(240_000);

  it('helps everybody in two hours of crashes and cuts, and the checker finds nothing', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'vs-city-test-'));
    try {
      const history = join(dir, 'history.jsonl');
      const settings = { kiosks: 20, operators: 8, hours: 2, seed: 1, nodes: 2, gridMs: 1_000 };
      const summary = await runCity({ ...settings, faults: 'all', world: 'city', isRealTime: false, history });
      const report = await checkFiles(history, { streamPath: `${history}.stream`, replay: replayDecision });
      expect(report.findings).to.deep.equal([]);
      expect(summary.drained).to.equal(true);
      expect(summary.waits.count).to.be.greaterThan(80);
      expect(report.counts.decisions).to.be.greaterThan(summary.waits.count);
      expect(report.counts.steps).to.be.greaterThan(4 * summary.waits.count);
      expect(summary.faults['node-killed'], 'kills').to.be.greaterThan(1);
      expect(summary.faults['cut'], 'cuts').to.be.greaterThan(1);
      expect(summary.faults['crash'], 'crashes').to.be.greaterThan(1);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('lets everybody in who comes in one step', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'vs-city-test-'));
    try {
      const settings = { kiosks: 60, operators: 40, hours: 0.1, seed: 1, nodes: 1, gridMs: 2_000 };
      const summary = await runCity({ ...settings, faults: 'none', world: 'city', isRealTime: false, history: join(dir, 'history.jsonl') });
      const { citizens } = planWorld({ ...settings, isPlain: false });
      const steps = new Set(citizens.map(({ at }) => Math.ceil(at / settings.gridMs)));
      expect(steps.size, 'some come together').to.be.lessThan(citizens.length);
      expect(summary.arrivals).to.equal(citizens.length);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
