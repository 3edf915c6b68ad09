import { expect } from 'chai';
import { documentState } from '@videosportello/protocol/messages/document.ts';
import type { DocumentState, PrintReason } from '@videosportello/protocol/messages/document.ts';
import { isUnderWay, nextAction, stateTone, stepsDone } from './document-progress.ts';

/** state, action, tone, whether another document has to wait, steps done */
const table: readonly (readonly [DocumentState, string | undefined, string, boolean, number])[] = [
  ['prepared', 'review', 'waiting', false, 0],
  ['reviewing', undefined, 'waiting', true, 0],
  ['declined', 'review', 'wrong', false, 0],
  ['agreed', 'issue', 'good', false, 1],
  ['issued', undefined, 'running', true, 2],
  ['fetched', undefined, 'running', true, 2],
  ['spooled', undefined, 'running', true, 3],
  ['printing', undefined, 'running', true, 4],
  ['needs-attention', 'reprint', 'wrong', true, 3],
  ['printed', 'reprint', 'good', false, 5],
  ['taken', undefined, 'good', false, 6],
  ['uncertain', 'reprint', 'wrong', true, 3],
  ['spoiled', undefined, 'wrong', true, 2],
  ['failed', 'print-again', 'wrong', false, 2],
];

describe('a document on its way', () => {
  it('has a row for every state', () =>
    expect(table.map(([state]) => state)).to.deep.equal([...documentState.options]));

  for (const [state, action, tone, underWay, done] of table) {
    it(`${state}: next ${action ?? 'nothing'}, seen as ${tone}`, () => {
      expect([nextAction({ state }), stateTone(state), isUnderWay(state), stepsDone(state)]).to.deep.equal([
        action,
        tone,
        underWay,
        done,
      ]);
    });
  }

  for (const reason of ['aborted', 'canceled'] satisfies PrintReason[]) {
    it(`asks for the spoiled sheet when the job was ${reason}: something may have been printed`, () => {
      expect(nextAction({ state: 'failed', reason })).to.equal('reprint');
    });
  }
});
