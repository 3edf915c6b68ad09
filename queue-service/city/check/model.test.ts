import { expect } from 'chai';
import { createChecker } from './checker.ts';
import type { CheckReport } from './checker.ts';
import { breaches } from './report.ts';
import type { Breach } from './report.ts';
import { playCity } from './testing/model-city.ts';
import type { ModelRun } from './testing/model-city.ts';

const check = ({ header, lines, stream }: ModelRun): CheckReport => {
  const checker = createChecker(header, { hasStream: true });
  const left = stream[Symbol.iterator]();
  let next = left.next();
  for (const line of lines) {
    while (next.done !== true && next.value.line === 'step' && next.value.event.at - header.startsAt <= line.at) {
      checker.takeStream(next.value);
      next = left.next();
    }
    checker.take(line);
  }
  return checker.finish();
};

describe('the checker, on histories of a model city', () => {
  it('finds nothing in a thousand that obey the rules, with faults and without', function () {
    this.timeout(300_000);
    for (let seed = 1; seed <= 1_000; seed += 1) {
      const { findings } = check(playCity(seed, { isCalm: seed % 4 === 0 }));
      expect(findings, `seed ${seed}`).to.deep.equal([]);
    }
  });

  /** A queue without one guard breaks other promises too, once two believe what cannot both be. */
  const consequences: Partial<Record<Breach, readonly Breach[]>> = {
    'double-assignment': ['idle-capable-operator', 'stream-differs', 'overtaking', 'class-skipped'],
    'zombie-visit': ['stream-differs', 'lost-visit'],
    'stale-fence-accepted': ['zombie-visit', 'stream-differs'],
    // Somebody who has just come back is asked before his desk is told.
    'presence-ignored': ['capacity-exceeded'],
    // Who misses one of two offers is not ready while he is still asked the other.
    'second-offer': ['presence-ignored', 'idle-capable-operator'],
    // Who believes that a visit waits, which another kiosk has ended, believes that it is passed over.
    'foreign-visit': ['stream-differs', 'idle-capable-operator', 'overtaking', 'class-skipped'],
    'lost-visit': ['offer-past-lease', 'stream-differs'],
  };
  for (const name of breaches.filter((breach) => breach !== 'decision-differs')) {
    it(`finds ${name}, and nothing that does not follow from it, when its guard is out`, function () {
      this.timeout(60_000);
      const names = new Set<Breach>();
      for (let seed = 1; seed <= 60; seed += 1) {
        for (const finding of check(playCity(seed, { without: name })).findings) names.add(finding.name);
      }
      expect([...names]).to.include(name);
      expect([name, ...(consequences[name] ?? [])]).to.include.members([...names]);
    });
  }
});
