import { documentId, visitId } from '@videosportello/protocol/ids.ts';
import { caseNumber } from '@videosportello/protocol/messages/document.ts';
import { expect } from 'chai';
import { advance } from './visit-machine.ts';
import { idleVisit } from './visit-state.ts';
import type { VisitEvent, VisitState } from './visit-state.ts';

const slip = documentId.parse(`d_${'5'.repeat(24)}`);
const other = documentId.parse(`d_${'6'.repeat(24)}`);
const opened = { caseNumber: caseNumber.parse('2026-000042'), title: 'x', answerBy: '2026-12-22', keepDays: 90, collectAt: 'y', slip };
const paper = (id: typeof slip) => ({ documentId: id, state: 'printed', reason: undefined }) as const;
const person: VisitState = { ...idleVisit, stage: 'visiting', visitId: visitId.parse(`v_${'0'.repeat(24)}`), step: 'person' };
const after = (...events: VisitEvent[]): VisitState => events.reduce((state, event) => advance(state, event).state, person);

describe('the slip of a case', () => {
  it('leaves the citizen at the number, and is no paper that he must take before he goes', () => {
    const state = after({ type: 'case', opened }, { type: 'paper', paper: paper(slip) });
    expect(state).to.deep.include({ step: 'person', slip: paper(slip), paper: undefined });
  });

  it('is known for what it is also when a page that was loaded again hears of it first', () => {
    const state = after({ type: 'paper', paper: paper(slip) }, { type: 'case', opened });
    expect(state).to.deep.include({ step: 'person', slip: paper(slip), paper: undefined });
  });

  it('does not hide the paper of a certificate', () => {
    const state = after({ type: 'case', opened }, { type: 'paper', paper: paper(slip) }, { type: 'paper', paper: paper(other) });
    expect(state).to.deep.include({ step: 'printing', slip: paper(slip), paper: paper(other) });
  });
});
