import { expect } from 'chai';
import { admit, settle } from './circuit-breaker.ts';
import type { Breaker } from './circuit-breaker.ts';

const policy = { failures: 3, pauseMs: 1_000, maxPauseMs: 3_000 };
const NOW = 10_000;

const states = {
  'closed, no failure': { state: 'closed', failures: 0 },
  'closed, two failures': { state: 'closed', failures: 2 },
  'open, pause going on': { state: 'open', untilMs: NOW + 1, pauseMs: 1_000 },
  'open, pause over': { state: 'open', untilMs: NOW, pauseMs: 1_000 },
  'half-open': { state: 'half-open', pauseMs: 1_000 },
  'half-open, longest pause': { state: 'half-open', pauseMs: 3_000 },
} as const satisfies Record<string, Breaker>;

const show = (breaker: Breaker): string => {
  switch (breaker.state) {
    case 'closed':
      return `closed ${breaker.failures}`;
    case 'open':
      return `open ${breaker.untilMs - NOW}/${breaker.pauseMs}`;
    case 'half-open':
      return `half-open ${breaker.pauseMs}`;
  }
};

/** What follows on each state: when asked, and when calls and probes come back. */
const TABLE: Record<keyof typeof states, readonly string[]> = {
  //                        asked                       call answered     failed            abandoned         probe answered    failed            abandoned
  'closed, no failure': ['call, closed 0', 'closed 0', 'closed 1', 'closed 0', 'closed 0', 'closed 0', 'closed 0'],
  'closed, two failures': ['call, closed 2', 'closed 0', 'open 1000/1000', 'closed 2', 'closed 2', 'closed 2', 'closed 2'],
  'open, pause going on': ['null, open 1/1000', ...Array<string>(6).fill('open 1/1000')],
  'open, pause over': ['probe, half-open 1000', ...Array<string>(6).fill('open 0/1000')],
  'half-open': ['null, half-open 1000', ...Array<string>(3).fill('half-open 1000'), 'closed 0', 'open 2000/2000', 'open 0/1000'],
  'half-open, longest pause': [
    'null, half-open 3000',
    ...Array<string>(3).fill('half-open 3000'),
    'closed 0',
    'open 3000/3000',
    'open 0/3000',
  ],
};

describe('circuit breaker', () => {
  for (const [name, breaker] of Object.entries(states)) {
    it(`answers each input when ${name}`, () => {
      const asked = admit(breaker, NOW);
      const settled = (['call', 'probe'] as const).flatMap((admission) =>
        (['answered', 'failed', 'abandoned'] as const).map((outcome) => show(settle(breaker, admission, outcome, NOW, policy))),
      );
      expect([`${asked.admission}, ${show(asked.breaker)}`, ...settled]).to.deep.equal(TABLE[name as keyof typeof states]);
    });
  }

  it('lets one probe through after the pause and closes on its answer', () => {
    let breaker: Breaker = { state: 'closed', failures: 0 };
    for (let call = 0; call < 3; call += 1) breaker = settle(breaker, 'call', 'failed', 0, policy);
    expect(admit(breaker, 999).admission).to.equal(null);
    const first = admit(breaker, 1_000);
    expect(first.admission).to.equal('probe');
    expect(admit(first.breaker, 1_000).admission).to.equal(null);
    breaker = settle(first.breaker, 'probe', 'answered', 1_200, policy);
    expect(admit(breaker, 1_200)).to.deep.equal({ breaker: { state: 'closed', failures: 0 }, admission: 'call' });
  });
});
