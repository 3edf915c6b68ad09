import { expect } from 'chai';
import { isUnderWay, mayBeAtPrinter, mayPrint, nextSheetState, sheetInputs, sheetStates } from './sheet-machine.ts';
import type { SheetState } from './sheet-machine.ts';

/** Rows: the state; columns in the order of `sheetInputs`; a dot where the input has no place. */
const TABLE: Readonly<Record<SheetState, string>> = {
  //                  fetched  not-fetched spooled printing needs-attention completed discarded lost came-out confirmed taken
  issued: '           fetched  failed      .       .        .               .         .         uncertain printed . .',
  fetched: '          fetched  failed      spooled printing needs-attention printed   failed    uncertain .       . .',
  spooled: '          .        .           .       printing needs-attention printed   failed    uncertain .       . .',
  printing: '         .        .           .       printing needs-attention printed   failed    uncertain .       . .',
  'needs-attention': '.        .           .       printing needs-attention printed   failed    uncertain .       . .',
  uncertain: '        .        .           .       printing needs-attention printed   failed    uncertain .       printed .',
  failed: '           fetched  failed      .       .        .               .         .         uncertain .       printed .',
  printed: '          .        .           .       .        .               .         .         .         .       . taken',
  taken: '            .        .           .       .        .               .         .         .         .       . .',
};

describe('the way of a sheet', () => {
  for (const state of sheetStates) {
    it(`answers every input in the state ${state}`, () => {
      expect(sheetInputs.map((input) => nextSheetState(state, input) ?? '.')).to.deep.equal(TABLE[state].trim().split(/ +/));
    });
  }

  it('gives bytes to a printer only when the paper has just been fetched whole', () => {
    expect(sheetStates.filter(mayPrint)).to.deep.equal(['fetched']);
  });

  it('asks the printer about every state in which something may be there', () => {
    expect(sheetStates.filter(mayBeAtPrinter)).to.have.members(['fetched', 'spooled', 'printing', 'needs-attention', 'uncertain']);
    expect(sheetStates.filter((state) => !isUnderWay(state))).to.have.members(['printed', 'taken', 'failed', 'uncertain']);
  });

  it('never leads from a printed sheet back to the printer', () => {
    const reached = new Set<SheetState>(['printed']);
    for (const state of reached) {
      for (const input of sheetInputs) {
        const next = nextSheetState(state, input);
        if (next) reached.add(next);
      }
    }
    expect([...reached]).to.have.members(['printed', 'taken']);
  });

  it('reaches a printer only through fetched, wherever it begins', () => {
    for (const state of sheetStates) expect(nextSheetState(state, 'spooled') !== undefined, state).to.equal(state === 'fetched');
  });
});
