import { expect } from 'chai';
import { createTapGuard } from './tap-guard.ts';
import type { Tap } from './tap-guard.ts';

const place = { x: 500, y: 1500 };
describe('the tap guard', () => {
  const make = (gone: readonly string[] = []) => {
    let at = 0;
    const guard = createTapGuard<string>({ now: () => at, isGone: (key) => gone.includes(key) });
    return (ms: number, key: string, more: Partial<Tap<string>> = {}) => {
      at = ms;
      return guard({ key, writes: false, place, ...more });
    };
  };
  it('takes one of two quick touches of a key', () => {
    const tap = make();
    expect([tap(0, 'next'), tap(499, 'next'), tap(500, 'next')]).to.deep.equal([true, false, true]);
  });
  it('lets two equal letters follow sooner', () => {
    const tap = make();
    expect([tap(0, 'n', { writes: true }), tap(200, 'n', { writes: true }), tap(260, 'n', { writes: true })]).to.deep.equal([true, false, true]);
  });
  it('lets another key follow at once', () => {
    const tap = make();
    expect([tap(0, '1', { writes: true }), tap(50, '2', { writes: true })]).to.deep.equal([true, true]);
    const elsewhere = { place: { x: 500, y: 1580 } };
    expect([tap(1_000, 'back'), tap(1_050, 'next', elsewhere)]).to.deep.equal([true, true]);
  });
  it('ignores the echo on a question that came over the key, which is still there beneath it', () => {
    const tap = make();
    expect([tap(0, 'end'), tap(150, 'yes, I am done'), tap(700, 'yes, I am done')]).to.deep.equal([true, false, true]);
  });
  it('ignores the echo of a double tap on the screen that came after it', () => {
    const tap = make(['next']);
    expect([tap(0, 'next'), tap(150, 'agree'), tap(600, 'agree')]).to.deep.equal([true, false, true]);
  });
  it('knows a touch elsewhere, and a key of the keyboard, from an echo', () => {
    const tap = make(['next']);
    expect([tap(0, 'next'), tap(150, 'agree', { place: { x: 500, y: 1000 } })]).to.deep.equal([true, true]);
    const press = make(['next']);
    expect([press(0, 'next'), press(150, 'agree', { place: undefined })]).to.deep.equal([true, true]);
  });
});
