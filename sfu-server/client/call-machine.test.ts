import { expect } from 'chai';
import { initialCall, isFinalCall, nextCall, wantsRoom } from './call-machine.ts';
import type { CallInput, CallState } from './call-machine.ts';

const states = ['idle', 'preparing', 'ready', 'connecting', 'in-call', 'reconnecting', 'ended', 'failed'] as const;
type Name = (typeof states)[number];
const stateOf = (name: Name): CallState => (name === 'failed' ? { name, reason: 'unreachable' } : { name });

/** Rows: inputs. Columns: idle, preparing, ready, connecting, in-call, reconnecting; `.` stays. Final states never move. */
const table: [CallInput, (Name | '.')[]][] = [
  [{ type: 'prewarm' }, ['preparing', '.', '.', '.', '.', '.']],
  [{ type: 'prepared' }, ['.', 'ready', '.', '.', '.', '.']],
  [{ type: 'enter' }, ['connecting', 'connecting', 'connecting', '.', '.', '.']],
  [{ type: 'opened' }, ['.', '.', '.', 'in-call', '.', 'in-call']],
  [{ type: 'link-lost' }, ['.', '.', 'preparing', '.', 'reconnecting', '.']],
  [{ type: 'step-back' }, ['.', '.', '.', 'preparing', 'preparing', 'preparing']],
  [{ type: 'hang-up' }, ['ended', 'ended', 'ended', 'ended', 'ended', 'ended']],
  [{ type: 'visit-ended' }, ['ended', 'ended', 'ended', 'ended', 'ended', 'ended']],
  [{ type: 'give-up', reason: 'replaced' }, ['failed', 'failed', 'failed', 'failed', 'failed', 'failed']],
];

describe('the call machine', () => {
  it('starts idle', () => expect(initialCall).to.deep.equal({ name: 'idle' }));

  for (const [input, row] of table) {
    for (const [index, name] of states.entries()) {
      const cell = row[index] ?? '.';
      it(`${cell === '.' ? 'stays' : `goes to ${cell}`} on ${input.type} when ${name}`, () => {
        const before = stateOf(name);
        const after = nextCall(before, input);
        if (cell === '.') expect(after).to.equal(before);
        else expect(after.name).to.equal(cell);
      });
    }
  }

  it('keeps the reason of a failure', () => {
    expect(nextCall({ name: 'in-call' }, { type: 'give-up', reason: 'taken-over' })).to.deep.equal({ name: 'failed', reason: 'taken-over' });
  });
  it('wants the room while connecting, in the call and reconnecting', () => {
    expect(states.filter((name) => wantsRoom(stateOf(name)))).to.deep.equal(['connecting', 'in-call', 'reconnecting']);
  });
  it('is final when ended or failed', () => {
    expect(states.filter((name) => isFinalCall(stateOf(name)))).to.deep.equal(['ended', 'failed']);
  });
});
