import { expect } from 'chai';
import { evidencePhase } from '@videosportello/protocol/messages/verdict.ts';
import type { Answer } from '@videosportello/protocol/messages/verdict.ts';
import { verdictOf } from './desk-samples.ts';
import { evidenceStanding } from './evidence-standing.ts';

describe('how the identity stands', () => {
  const standing = (answers: Parameters<typeof verdictOf>[0], phase: 'done' | 'failed' = 'done') =>
    evidenceStanding({ phase, wrongNumbers: 0, verdict: verdictOf(answers) });
  const yes: Answer = { answer: 'yes', reason: 'face-matches' };
  const no: Answer = { answer: 'no', reason: 'signature-wrong' };

  it('is running in every phase before the end, without a verdict', () => {
    for (const phase of evidencePhase.options.filter((each) => each !== 'done' && each !== 'failed'))
      expect(evidenceStanding({ phase, wrongNumbers: 0 })).to.equal('running');
  });

  it('waits for the operator’s judgement after the card, and is good only with his yes', () => {
    expect([standing({}), standing({ holder: yes })]).to.deep.equal(['to-judge', 'good']);
  });

  it('is wrong as soon as one answer is no, whatever the others are and however the reading ended', () => {
    for (const name of ['genuine', 'notCloned', 'notExpired', 'notRevoked', 'holder'] as const)
      expect(standing({ holder: yes, [name]: no }), name).to.equal('wrong');
    expect([standing({}, 'failed'), evidenceStanding({ phase: 'failed', wrongNumbers: 1 })]).to.deep.equal(['wrong', 'wrong']);
  });
});
