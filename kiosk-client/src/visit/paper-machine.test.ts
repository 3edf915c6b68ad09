import { expect } from 'chai';
import { reviewId } from '@videosportello/protocol/ids.ts';
import { advance } from './visit-machine.ts';
import { at, done, opened, paperId, run, shownReview, withMarta } from './visit-samples.ts';

describe('the paper', () => {
  it('is agreed to, printed, taken', () => {
    const agreed = run(at('person', { person: withMarta }), { type: 'review', review: shownReview }, { type: 'review-answered', agreed: true });
    expect(agreed.effects).to.deep.include({ do: 'answer-review', reviewId: shownReview.reviewId, agreed: true });
    expect(agreed.state).to.include({ step: 'person', review: undefined });
    const printed = run(agreed.state, { type: 'paper', paper: { documentId: paperId, state: 'printed', reason: undefined } });
    expect(printed.state.step).to.equal('printing');
    const taken = advance(printed.state, { type: 'paper-taken' });
    expect(taken.effects).to.deep.include({ do: 'paper-taken', documentId: paperId });
    expect(taken.state.paper?.state).to.equal('taken');
  });
  it('is not printed when something is not right, and the desk hears it', () => {
    const declined = advance(at('review', { review: shownReview }), { type: 'review-answered', agreed: false });
    expect(declined.state).to.include({ step: 'person', notice: 'review-declined' });
    expect(declined.effects).to.deep.include({ do: 'answer-review', reviewId: shownReview.reviewId, agreed: false });
  });
  it('is answered once', () => {
    const declined = advance(at('review', { review: shownReview }), { type: 'review-answered', agreed: true });
    expect(done(advance(declined.state, { type: 'review-answered', agreed: true }).effects)).to.not.include('answer-review');
  });
  it('withdrawn by the operator leaves the review, and only its own', () => {
    const state = at('review', { review: shownReview });
    expect(advance(state, { type: 'review-withdrawn', reviewId: shownReview.reviewId }).state).to.include({ step: 'person', notice: 'review-withdrawn' });
    expect(advance(state, { type: 'review-withdrawn', reviewId: reviewId.parse(`r_${'9'.repeat(24)}`) }).state).to.equal(state);
  });
  it('cannot be said to be taken before it is printed', () => {
    const printing = at('printing', { paper: { documentId: paperId, state: 'printing', reason: undefined } });
    expect(advance(printing, { type: 'paper-taken' }).effects).to.deep.equal([]);
  });
  it('leads nobody away when it is known already', () => {
    const paper = { documentId: paperId, state: 'printed', reason: undefined } as const;
    const gone = run(at('person', { service: 'residence-certificate' }), { type: 'paper', paper }, { type: 'back' }).state;
    expect(gone.step).to.equal('person');
    expect(advance(gone, { type: 'paper', paper: { ...paper } }).state).to.equal(gone);
    expect(advance(gone, { type: 'paper', paper: { ...paper, state: 'needs-attention' } }).state.step).to.equal('printing');
  });
});

describe('a case of the back office', () => {
  it('leads to the person once, and the citizen may leave for another step', () => {
    const told = advance(at('review', { person: withMarta, review: shownReview }), { type: 'case', opened });
    expect(told.state).to.include({ step: 'person', opened });
    const on = at('privacy', { person: withMarta, opened });
    expect(advance(on, { type: 'case', opened: { ...opened } }).state).to.equal(on);
  });
});
