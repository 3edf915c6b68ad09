import { expect } from 'chai';
import { createSemaphore } from './semaphore.ts';

describe('semaphore', () => {
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('lets so many through at once, and the others in their order', async () => {
    const semaphore = createSemaphore(2);
    const gates = Array.from({ length: 5 }, () => Promise.withResolvers<number>());
    const begun: number[] = [];
    const done = gates.map((gate, index) =>
      semaphore(async () => {
        begun.push(index);
        return gate.promise;
      }),
    );
    await settled();
    expect(begun).to.deep.equal([0, 1]);
    gates[1]?.resolve(11);
    await settled();
    expect(begun).to.deep.equal([0, 1, 2]);
    for (const [index, gate] of gates.entries()) gate.resolve(10 + index);
    expect(await Promise.all(done)).to.deep.equal([10, 11, 12, 13, 14]);
    expect(begun).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('gives a place on also when the work fails', async () => {
    const semaphore = createSemaphore(1);
    const failed = semaphore(() => Promise.reject(new Error('no answer')));
    const next = semaphore(async () => 'next');
    expect(await failed.catch((error: Error) => error.message)).to.equal('no answer');
    expect(await next).to.equal('next');
  });

  it('lets nobody step in before who waits', async () => {
    const semaphore = createSemaphore(1);
    const gate = Promise.withResolvers<void>();
    const order: string[] = [];
    const first = semaphore(() => gate.promise).then(() => semaphore(async () => order.push('again')));
    const second = semaphore(async () => order.push('second'));
    gate.resolve();
    await Promise.all([first, second]);
    expect(order).to.deep.equal(['second', 'again']);
  });
});
