import { expect } from 'chai';
import { mayPrint, nextPrintState, printOutcomes, printStates } from './print-machine.ts';

/** Rows: the state; columns in the order of `printOutcomes`; a dot where the outcome cannot follow. */
const TABLE = {
  //           spooled    printed    taken    jammed    spoiled    uncertain    confirmed
  issued: ['spooled', '.', '.', '.', '.', '.', '.'],
  spooled: ['.', 'printed', 'taken', 'jammed', 'spoiled', 'uncertain', '.'],
  printed: ['.', '.', 'taken', '.', 'spoiled', 'uncertain', '.'],
  taken: ['.', '.', '.', '.', '.', '.', '.'],
  jammed: ['.', '.', '.', '.', 'spoiled', '.', '.'],
  spoiled: ['spooled', '.', '.', '.', '.', '.', '.'],
  uncertain: ['.', 'printed', 'taken', 'jammed', 'spoiled', '.', 'confirmed'],
  confirmed: ['.', '.', 'taken', '.', '.', '.', '.'],
} as const;

describe('print machine', () => {
  for (const state of printStates) {
    it(`answers each outcome in the state ${state}`, () => {
      const answers = printOutcomes.map((outcome) => nextPrintState(state, outcome) ?? '.');
      expect(answers).to.deep.equal(TABLE[state]);
    });
  }

  it('lets a paper go to a printer only before its first sheet and after a spoiled one', () => {
    expect(printStates.filter(mayPrint)).to.deep.equal(['issued', 'spoiled']);
  });
});
