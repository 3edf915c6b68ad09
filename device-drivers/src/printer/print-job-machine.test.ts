import { expect } from 'chai';
import { mayPrint, mayPrintAgain, nextPrintJobState } from './print-job-machine.ts';
import type { PrintJobInput, PrintJobState } from './print-job-machine.ts';

const INPUTS = [
  'accepted',
  'started',
  'completed',
  'discarded',
  'stopped',
  'lost',
  'found-printing',
  'found-completed',
  'taken',
  'spoiled',
] as const satisfies readonly PrintJobInput[];

/** One line per state, one column per input above; a dash is a refusal. */
const TABLE: Readonly<Record<PrintJobState, string>> = {
  fetched: 'spooled - - fetched - uncertain - - - -',
  spooled: '- printing printed fetched uncertain uncertain - - - -',
  printing: '- printing printed - uncertain uncertain - - - -',
  printed: '- - - - - uncertain - - taken spoiled',
  taken: '- - - - - - - - - -',
  spoiled: '- - - - - - - - - -',
  uncertain: '- - - fetched - - printing printed taken spoiled',
};

function statesOf(table: typeof TABLE): PrintJobState[] {
  return Object.keys(table).filter((key): key is PrintJobState => key in table);
}

describe('the print job machine', () => {
  for (const state of statesOf(TABLE)) {
    const cells = TABLE[state].split(' ');
    INPUTS.forEach((input, column) => {
      const next = cells[column];
      it(`${state} + ${input}: ${next === '-' ? 'refused' : next}`, () => {
        expect(nextPrintJobState(state, input) ?? '-').to.equal(next);
      });
    });
  }

  it('gives bytes to a printer only when nothing of the attempt can be on paper', () => {
    expect(statesOf(TABLE).filter(mayPrint)).to.deep.equal(['fetched']);
  });

  it('allows a new attempt only after the spoiled sheet is recorded', () => {
    expect(statesOf(TABLE).filter(mayPrintAgain)).to.deep.equal(['spoiled']);
  });

  it('never leads back to printing once a sheet is printed, taken or spoiled', () => {
    const reached = new Set<PrintJobState>(['printed']);
    for (const state of reached) {
      for (const input of INPUTS) {
        const next = nextPrintJobState(state, input);
        // An uncertain sheet may turn out, by the printer's own word, never to have begun.
        if (next !== undefined && !(state === 'uncertain' && input !== 'taken' && input !== 'spoiled')) {
          reached.add(next);
        }
      }
    }
    expect([...reached].toSorted()).to.deep.equal(['printed', 'spoiled', 'taken', 'uncertain']);
  });
});
