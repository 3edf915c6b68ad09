import { expect } from 'chai';
import { replayDecision } from './replay.ts';

const logged = (result: string | undefined) => ({
  id: '7-0',
  at: 1_000,
  rules: '2026-1',
  decision: {
    kind: 'operator' as const,
    subject: 'op_1',
    candidates: [['valfiorita.it', 'v_1', 2_000_000_000_001], ['pool.it', 'v_2', 2_000_000_000_002]],
    refused: [],
    ...(result === undefined ? {} : { result }),
  },
});

describe('the replay of a decision', () => {
  it('agrees with the script that chose the oldest', () => expect(replayDecision(logged('v_1'))).to.equal(undefined));
  it('says what it would have chosen instead', () => {
    expect(replayDecision(logged('v_2'))).to.equal('for op_1 the script chose v_2, the twin v_1.');
    expect(replayDecision(logged(undefined))).to.equal('for op_1 the script chose nobody, the twin v_1.');
  });
  it('complains of a record that it cannot read', () => {
    expect(replayDecision({ id: '7-0', at: 1_000 })).to.equal('its record is not one of a decision.');
  });
});
