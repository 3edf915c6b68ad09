import { expect } from 'chai';
import { documentState } from '@videosportello/protocol/messages/document.ts';
import type { DocumentState } from '@videosportello/protocol/messages/document.ts';
import { nextPrintState } from '../register/print-machine.ts';
import type { PrintState } from '../register/print-machine.ts';
import { mayFollow, outcomesOf } from './document-progress.ts';

describe('a sheet as its kiosk reports it', () => {
  const allowed: Partial<Record<DocumentState, string>> = {
    issued: 'fetched spooled printing needs-attention printed taken uncertain failed',
    fetched: 'spooled printing needs-attention printed taken uncertain failed',
    spooled: 'printing needs-attention printed taken uncertain failed',
    printing: 'printing needs-attention printed taken uncertain failed',
    'needs-attention': 'printing needs-attention printed taken uncertain failed',
    uncertain: 'printed taken',
    printed: 'taken uncertain',
  };
  for (const state of documentState.options) {
    it(`from ${state}: ${allowed[state] ?? 'nothing'}`, () => {
      const found = documentState.options.filter((next) => mayFollow(state, next));
      expect(found).to.have.members(allowed[state]?.split(' ') ?? []);
    });
  }

  it('never tells the register what it must refuse, whichever reports were lost', () => {
    const walk = (state: DocumentState, register: PrintState, heard: ReadonlySet<string>, depth: number) => {
      for (const next of documentState.options.filter((candidate) => mayFollow(state, candidate))) {
        let now = register;
        const seen = new Set(heard);
        for (const outcome of outcomesOf(next, false)) {
          if (seen.has(outcome)) continue;
          const after = nextPrintState(now, outcome);
          expect(after, `${now} to ${outcome} at ${state} to ${next}`).not.to.equal(null);
          now = after ?? now;
          seen.add(outcome);
        }
        if (depth > 0 && next !== state) walk(next, now, seen, depth - 1);
      }
    };
    walk('issued', 'issued', new Set(), 5);
    walk('issued', 'spoiled', new Set(), 5);
  });
});
