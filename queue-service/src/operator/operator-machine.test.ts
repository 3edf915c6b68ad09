import { expect } from 'chai';
import { nextPresence, nextSlot, operatorInputs, operatorPresences, slotInputs, slotStates } from './operator-machine.ts';

/** Rows are states, columns inputs in the order of the lists; a dot is a refusal. */
const rows = <State extends string, Input extends string>(
  states: readonly State[],
  inputs: readonly Input[],
  next: (state: State, input: Input) => State | undefined,
) => states.map((state) => `${state}: ${inputs.map((input) => next(state, input) ?? '.').join(' ')}`);

describe('operator machine', () => {
  it('moves presence as drawn', () => {
    expect(operatorInputs.join(' ')).to.equal('signed-in made-available made-not-ready offer-missed lapsed');
    expect(rows(operatorPresences, operatorInputs, nextPresence)).to.deep.equal([
      'signed-out: not-ready . . . .',
      'not-ready: not-ready available not-ready not-ready signed-out',
      'available: available available not-ready not-ready signed-out',
    ]);
  });

  it('moves a slot as drawn', () => {
    expect(slotInputs.join(' ')).to.equal('offered offer-ended accepted ended handed-over wrapped-up lapsed talk-claimed wrap-up-claimed');
    expect(rows(slotStates, slotInputs, nextSlot)).to.deep.equal([
      'free: offered . . . . . . in-call wrap-up',
      'offered: . free in-call . . . free . .',
      'in-call: . . . wrap-up free . free . .',
      'wrap-up: . . . . . free free . .',
    ]);
  });
});
