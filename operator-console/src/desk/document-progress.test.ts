import { expect } from 'chai';
import { documentState } from '@videosportello/protocol/messages/document.ts';
import type { DocumentState, PrintReason } from '@videosportello/protocol/messages/document.ts';
import { isUnderWay, nextActions, stateTone, stepsDone } from './document-progress.ts';

/** state, actions, tone, whether another document has to wait, steps done */
const table: readonly (readonly [DocumentState, string, string, boolean, number])[] = [
  ['prepared', 'review', 'waiting', false, 0],
  ['reviewing', '', 'waiting', true, 0],
  ['declined', 'review', 'wrong', false, 0],
  ['agreed', 'issue', 'good', false, 1],
  ['issued', '', 'running', true, 2],
  ['fetched', '', 'running', true, 2],
  ['spooled', '', 'running', true, 3],
  ['printing', '', 'running', true, 4],
  ['needs-attention', 'reprint', 'wrong', true, 3],
  ['printed', 'reprint', 'good', false, 5],
  ['taken', '', 'good', false, 6],
  ['uncertain', 'came-out not-out', 'wrong', true, 3],
  ['spoiled', '', 'wrong', true, 2],
  ['failed', 'print-again', 'wrong', false, 2],
];

describe('a document on its way', () => {
  it('has a row for every state', () =>
    expect(table.map(([state]) => state)).to.deep.equal([...documentState.options]));

  for (const [state, actions, tone, underWay, done] of table) {
    it(`${state}: next ${actions || 'nothing'}, seen as ${tone}`, () => {
      expect([nextActions({ state }).join(' '), stateTone(state), isUnderWay(state), stepsDone(state)]).to.deep.equal([
        actions,
        tone,
        underWay,
        done,
      ]);
    });
  }

  it('offers nothing about a printed sheet that is confirmed as come out: no other may follow it', () => {
    expect(nextActions({ state: 'printed' })).to.deep.equal(['reprint']);
    expect(nextActions({ state: 'printed', confirmed: true })).to.deep.equal([]);
  });

  for (const reason of ['aborted', 'canceled'] satisfies PrintReason[]) {
    it(`asks what became of the sheet when the job was ${reason}: something may have been printed`, () => {
      expect(nextActions({ state: 'failed', reason })).to.deep.equal(['came-out', 'not-out']);
    });
  }
});
