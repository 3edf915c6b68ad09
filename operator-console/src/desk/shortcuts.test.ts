import { expect } from 'chai';
import { altKeys, commandOf } from './shortcuts.ts';
import type { KeyPress } from './shortcuts.ts';

const plain: KeyPress = { code: '', altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };
const alt = (code: string): KeyPress => ({ ...plain, code, altKey: true });

describe('keys of the desk', () => {
  for (const [code, type] of Object.entries(altKeys)) {
    it(`reads Alt with ${code} as ${type}`, () => expect(commandOf(alt(code))).to.deep.equal({ type }));
  }

  it('reads Alt with a digit as a tab, from both rows of digits', () => {
    expect(commandOf(alt('Digit1'))).to.deep.equal({ type: 'choose-tab', index: 0 });
    expect(commandOf(alt('Numpad9'))).to.deep.equal({ type: 'choose-tab', index: 8 });
    expect(commandOf(alt('Digit0'))).to.equal(undefined);
  });

  it('reads F6 as the next pane, with Shift as the one before', () => {
    expect(commandOf({ ...plain, code: 'F6' })).to.deep.equal({ type: 'next-pane' });
    expect(commandOf({ ...plain, code: 'F6', shiftKey: true })).to.deep.equal({ type: 'previous-pane' });
  });

  it('leaves single letters, the right Alt key and other combinations alone', () => {
    expect(commandOf({ ...plain, code: 'KeyA' })).to.equal(undefined);
    expect(commandOf({ ...alt('KeyE'), ctrlKey: true })).to.equal(undefined);
    expect(commandOf({ ...alt('KeyM'), shiftKey: true })).to.equal(undefined);
    expect(commandOf(alt('KeyZ'))).to.equal(undefined);
    expect(commandOf(alt('toString'))).to.equal(undefined);
  });
});
