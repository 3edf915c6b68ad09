import { expect } from 'chai';
import { ASK_AFTER, createFrameGate, KEPT_AT_MOST } from './frame-gate.ts';
import type { EncodedPicture } from './frame-gate.ts';

interface Picture extends EncodedPicture {
  readonly name: string;
}
const key = (name: string, stream = 1): Picture => ({ name, type: 'key', stream });
const delta = (name: string, stream = 1): Picture => ({ name, type: 'delta', stream });

describe('the gate before the network', () => {
  const gateWith = (...pictures: Picture[]) => {
    let asked = 0;
    const gate = createFrameGate<Picture>((picture) => picture, () => (asked += 1));
    const passed = pictures.flatMap((picture) => gate.take(picture));
    return { gate, passed, asked: () => asked, opened: () => gate.open().map(({ name }) => name) };
  };

  it('lets nothing through while it is shut, and everything once it is open', () => {
    const { gate, passed, opened } = gateWith(key('a'), delta('b'));
    expect(passed).to.deep.equal([]);
    expect(opened()).to.deep.equal(['a', 'b']);
    expect(gate.take(delta('c')).map(({ name }) => name)).to.deep.equal(['c']);
    expect(gate.open()).to.deep.equal([]);
  });

  it('keeps of each stream the key frame before, and the last one with what follows it', () => {
    const { opened } = gateWith(key('a'), delta('b'), key('A', 2), key('c'), delta('B', 2), delta('d'), key('e'), delta('f'));
    expect(opened()).to.deep.equal(['A', 'c', 'B', 'e', 'f']);
  });

  it('keeps nothing that cannot be started from, and asks for what can', () => {
    const { opened, asked } = gateWith(delta('a'), delta('b'));
    expect(opened()).to.deep.equal([]);
    expect(asked()).to.equal(2);
  });

  it('asks for a key frame after a few pictures, and again when none comes', () => {
    const rest = Array.from({ length: 2 * ASK_AFTER - 1 }, (_, index) => delta(`${index}`));
    expect(gateWith(key('a'), ...rest.slice(0, ASK_AFTER - 1)).asked()).to.equal(1);
    expect(gateWith(key('a'), ...rest).asked()).to.equal(2);
  });

  it('gives a stream up that gets no key frame, and keeps the others', () => {
    const long = Array.from({ length: KEPT_AT_MOST }, (_, index) => delta(`${index}`));
    const { gate, opened } = gateWith(key('A', 2), key('a'), ...long);
    gate.take(key('b'));
    expect(opened()).to.deep.equal(['A', 'b']);
  });

  it('keeps back again once it is shut, from the next key frame on', () => {
    const { gate, opened } = gateWith(key('a'));
    gate.open();
    gate.shut();
    expect(gate.take(delta('b'))).to.deep.equal([]);
    expect(gate.take(key('c'))).to.deep.equal([]);
    expect(opened()).to.deep.equal(['c']);
  });
});
