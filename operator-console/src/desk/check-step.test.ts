import { expect } from 'chai';
import { checkStep } from './check-step.ts';
import type { CheckClient } from './check-step.ts';

describe('a step of the check by eye', () => {
  it('goes to the certificate node as the request it is', async () => {
    const asked: unknown[] = [];
    const note =
      (name: string) =>
      async (...given: unknown[]): Promise<void> =>
        void asked.push([name, ...given]);
    const client: CheckClient = {
      beginCheck: note('begin'),
      answerCheck: note('answer'),
      concludeCheck: note('conclude'),
      giveSecondOpinion: note('second'),
    };
    await checkStep(client, { kind: 'begin', document: 'passport' });
    await checkStep(client, { kind: 'answer', question: 'gesture-made', answer: 'unsure' });
    await checkStep(client, { kind: 'conclude', person: undefined });
    await checkStep(client, { kind: 'second', question: 'gesture-made', answer: 'no' });
    expect(asked).to.deep.equal([
      ['begin', 'passport'],
      ['answer', 'gesture-made', 'unsure'],
      ['conclude', undefined],
      ['second', 'gesture-made', 'no'],
    ]);
  });
});
