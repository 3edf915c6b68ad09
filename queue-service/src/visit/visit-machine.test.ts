import { expect } from 'chai';
import { visitState } from '@videosportello/protocol/messages/visit.ts';
import { nextVisitState, visitInputs } from './visit-machine.ts';

describe('visit machine', () => {
  it('moves as drawn', () => {
    const rows = visitState.options.map(
      (state) => `${state}: ${visitInputs.map((input) => nextVisitState(state, input) ?? '.').join(' ')}`,
    );
    expect(visitInputs.join(' ')).to.equal('ticket-opened ticket-cancelled offered offer-ended accepted operator-lapsed handed-over ended');
    expect(rows).to.deep.equal([
      'alone: waiting . . . . . . ended',
      'waiting: waiting alone offered . . . . ended',
      'offered: offered alone . waiting with-operator . . ended',
      'with-operator: . . . . . waiting waiting ended',
      'ended: . . . . . . . .',
    ]);
  });
});
