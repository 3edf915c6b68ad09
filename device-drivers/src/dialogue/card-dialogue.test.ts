import { expect } from 'chai';
import { dialogueId, newId } from '@videosportello/protocol/ids.ts';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { cardInReader } from '../../test/card-in-reader.ts';
import { createCardDialogues } from './card-dialogue.ts';

const { signal } = new AbortController();
const SELECT = '00A40000023F00';
const READ = '00B0000000';
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const BRIEF_MS = 30;

describe('a dialogue with a card that never answers', () => {
  /** A card that answers whatever it is asked, but for a second command of its first dialogue. */
  const begin = (limits?: { exchangeMs: number }) => {
    let resets = 0;
    let isSilent = true;
    const card = { atr: bytes('3B00'), process: () => bytes('C0FFEE9000'), reset: () => void (resets += 1) };
    const { service, log } = cardInReader(card, { isSilent: (command) => isSilent && command === READ });
    const dialogues = createCardDialogues(service, () => expect.fail('refused'), limits);
    const open = async () => {
      const id = newId(dialogueId, 'g');
      await dialogues.connect(id, 'cns-read', signal);
      return {
        exchange: (deadlineMs: number) => dialogues.exchange(id, [SELECT, READ].map(bytes), { deadlineMs, signal }),
        release: () => dialogues.release(id),
      };
    };
    return { log, open, wakes: () => void (isSilent = false), resets: () => resets };
  };

  for (const [whose, limits, deadlineMs] of [
    ['this side’s, whatever the server asks for', { exchangeMs: BRIEF_MS }, 3_600_000],
    ['the server’s, where it asks for less', undefined, BRIEF_MS],
  ] as const) {
    it(`ends at the limit, ${whose}, and the next one is clean`, async () => {
      const { log, open, wakes, resets } = begin(limits);
      const first = await open();
      expect(await codeOf(first.exchange(deadlineMs))).to.equal('timeout');
      await first.release();
      const before = resets();
      wakes();
      const second = await open();
      expect(resets(), 'powered up anew').to.be.greaterThan(before);
      const answers = await second.exchange(20_000);
      expect(answers.map((answer) => Buffer.from(answer).toString('hex'))).to.deep.equal(['c0ffee9000', 'c0ffee9000']);
      expect(log).to.deep.equal([SELECT, READ, SELECT, READ]);
    });
  }
});
