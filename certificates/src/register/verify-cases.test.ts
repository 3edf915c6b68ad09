import { expect } from 'chai';
import { startCaseWalk } from './verify-cases.ts';

type Step = readonly [step: string, documentId?: string];

describe('cases in the walk through the chain', () => {
  const follows = (...steps: readonly Step[]): boolean[] => {
    const walk = startCaseWalk();
    return steps.map(([step, documentId = 'd_1'], index) =>
      walk.followsOn({ seq: index + 1, document_id: documentId }, { case: '2026-000001', step }),
    );
  };

  const table: readonly [what: string, steps: readonly Step[], follows: readonly boolean[]][] = [
    ['its whole way', [['open'], ['approve'], ['issue'], ['collect'], ['give-back'], ['collect']], [true, true, true, true, true, true]],
    ['a paper nobody collected', [['open'], ['approve'], ['issue'], ['lapse']], [true, true, true, true]],
    ['a refusal', [['open'], ['refuse']], [true, true]],
    ['a step without an opening', [['approve']], [false]],
    ['a second opening', [['open'], ['open']], [true, false]],
    ['a step taken twice', [['open'], ['approve'], ['approve']], [true, true, false]],
    ['a paper after a refusal', [['open'], ['refuse'], ['issue']], [true, true, false]],
    ['a step about another document', [['open'], ['approve', 'd_2']], [true, false]],
    ['a word that is no step', [['open'], ['sign']], [true, false]],
  ];
  for (const [what, steps, expected] of table) {
    it(what, () => {
      expect(follows(...steps)).to.deep.equal(expected);
    });
  }
});
