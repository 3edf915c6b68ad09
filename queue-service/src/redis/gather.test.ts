import { expect } from 'chai';
import { createGatherer } from './gather.ts';

describe('gathering questions', () => {
  it('asks together what is asked in one turn, in order, so many at once', async () => {
    const calls: (readonly number[])[] = [];
    const ask = createGatherer<number, string>(3, async (questions) => {
      calls.push(questions);
      return questions.map((question) => `answer ${question}`);
    });
    const later = Promise.resolve().then(() => ask(4));
    expect(await Promise.all([ask(1), ask(2), ask(3), later])).to.deep.equal(['answer 1', 'answer 2', 'answer 3', 'answer 4']);
    expect(await ask(5)).to.equal('answer 5');
    expect(calls).to.deep.equal([[1, 2, 3], [4], [5]]);
  });

  it('fails for all who asked together, and for nobody else', async () => {
    const ask = createGatherer<number, number>(10, async (questions) => {
      if (questions.includes(0)) throw new Error('broken');
      return questions;
    });
    const failed = await Promise.allSettled([ask(0), ask(1)]);
    expect(failed.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    expect(await ask(1)).to.equal(1);
  });

  it('takes a wrong number of answers for a failure', async () => {
    const ask = createGatherer<number, number>(10, async () => [1]);
    const both = await Promise.allSettled([ask(1), ask(2)]);
    expect(both.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
  });
});
