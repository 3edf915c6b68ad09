import { expect } from 'chai';
import { createRefresher, createViewLane } from './view-lane.ts';

describe('view lane', () => {
  it('runs one after the other, also after a failure', async () => {
    const lane = createViewLane();
    const said: string[] = [];
    const gate = Promise.withResolvers<void>();
    const slow = lane.run(async () => {
      await gate.promise;
      said.push('older');
      throw new Error('lost');
    });
    const quick = lane.run(async () => said.push('newer'));
    expect(lane.isIdle).to.equal(false);
    gate.resolve();
    await slow.catch(() => undefined);
    await quick;
    await Promise.resolve();
    expect(lane.isIdle).to.equal(true);
    expect(said).to.deep.equal(['older', 'newer']);
  });

  it('joins calls while one runs into one more run', async () => {
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const errors: unknown[] = [];
    let runs = 0;
    const refresh = createRefresher(
      async () => {
        const gate = gates[runs++];
        await gate?.promise;
        if (runs === 1) throw new Error('first failed');
      },
      (error) => errors.push(error),
    );
    for (let call = 0; call < 5; call += 1) refresh();
    gates[0]?.resolve();
    gates[1]?.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect([runs, errors.length]).to.deep.equal([2, 1]);
  });
});
