import { expect } from 'chai';
import { createSpokenLines, MAX_SPOKEN } from './spoken-lines.ts';

function region() {
  const timers = new Map<number, () => void>();
  let next = 1;
  let changes = 0;
  const spoken = createSpokenLines(() => (changes += 1), {
    setTimeout: (run) => {
      timers.set(next, run);
      return next++;
    },
    clearTimeout: (handle) => void timers.delete(handle as number),
  });
  const texts = () => spoken.lines.map(({ text }) => text);
  return { spoken, texts, timers, changes: () => changes };
}

describe('a live region', () => {
  it('keeps a sentence beside the next one, and lets each go in its time', () => {
    const { spoken, texts, timers, changes } = region();
    spoken.say('Nuova richiesta da Farmacia.');
    spoken.say('Linea interrotta.');
    expect(texts()).to.deep.equal(['Nuova richiesta da Farmacia.', 'Linea interrotta.']);
    timers.get(1)?.();
    expect([texts(), changes()]).to.deep.equal([['Linea interrotta.'], 3]);
  });

  it('says the same sentence once while it stands, and again afterwards', () => {
    const { spoken, texts, timers } = region();
    spoken.say('Biblioteca: nuovo messaggio.');
    spoken.say('Biblioteca: nuovo messaggio.');
    expect(texts()).to.have.length(1);
    timers.get(1)?.();
    spoken.say('Biblioteca: nuovo messaggio.');
    expect(texts()).to.have.length(1);
  });

  it('takes no more than a few at a time, whoever floods it', () => {
    const { spoken, texts } = region();
    for (let line = 0; line < 1_000; line += 1) spoken.say(`riga ${line}`);
    expect(texts()).to.have.length(MAX_SPOKEN);
  });

  it('leaves no timer behind', () => {
    const { spoken, timers } = region();
    spoken.say('uno');
    spoken.stop();
    expect(timers.size).to.equal(0);
  });
});
