import { expect } from 'chai';
import { manualTimers } from '../../test/manual-timers.ts';
import { draft, emptyConversation, LINE_LENGTH, LINES_KEPT, typed, withLine } from './conversation.ts';
import { createTextSender, FLUSH_MS, RESEND_MS } from './text-sender.ts';

const press = (...keys: Parameters<typeof typed>[1][]) => keys.reduce(typed, emptyConversation);

describe('the conversation', () => {
  it('grows by keys, is erased by letters, and begins a new line when sent', () => {
    const written = press('c', 'i', 'b', { edit: 'erase' }, 'a', 'o');
    expect(draft(written)).to.equal('ciao');
    const sent = typed(written, { edit: 'send' });
    expect(sent).to.deep.equal({ lines: [{ from: 'citizen', line: 0, text: 'ciao', done: true }], current: 1 });
  });
  it('sends nothing empty and stops at the longest line', () => {
    expect(press(' ', { edit: 'send' }).current).to.equal(0);
    const long = press(...Array.from({ length: LINE_LENGTH + 5 }, () => 'x'));
    expect(draft(long)).to.have.length(LINE_LENGTH);
  });
  it('keeps a finished line when a reloaded page, or the next operator, counts from the beginning again', () => {
    const first = withLine(emptyConversation, 'operator', { line: 0, text: 'Buongiorno', done: true });
    const again = withLine(first, 'operator', { line: 0, text: 'Buongiorno', done: true });
    expect(again).to.equal(first);
    const next = ['E', 'Ecc', 'Eccomi'].reduce((known, text) => withLine(known, 'operator', { line: 0, text, done: false }), first);
    expect(next.lines.map(({ text }) => text)).to.deep.equal(['Buongiorno', 'Eccomi']);
    expect(withLine(first, 'operator', { line: 0, text: '', done: false }).lines).to.have.length(1);
    expect(withLine(next, 'operator', { line: 0, text: '', done: false }).lines.map(({ text }) => text)).to.deep.equal(['Buongiorno']);
  });
  it('replaces a line that grows, keeps both sides apart, and forgets old ones', () => {
    const grown = ['B', 'Bu', 'Buon'].reduce((known, text) => withLine(known, 'operator', { line: 0, text, done: false }), press('a'));
    expect(grown.lines.map(({ from, text }) => [from, text])).to.deep.equal([['citizen', 'a'], ['operator', 'Buon']]);
    const many = Array.from({ length: 80 }, (_, line) => line).reduce((known, line) => withLine(known, 'operator', { line, text: 'x', done: true }), emptyConversation);
    expect(many.lines).to.have.length(LINES_KEPT);
  });
});

describe('the text sender', () => {
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  it('gathers letters for at most 300 ms and sends the whole line', async () => {
    const timers = manualTimers();
    const sent: string[] = [];
    const sender = createTextSender(async ({ text, done }) => void sent.push(`${text}${done ? '.' : ''}`), timers);
    sender.type(0, 'c', false);
    timers.pass(FLUSH_MS - 1);
    sender.type(0, 'ci', false);
    expect(sent).to.deep.equal([]);
    timers.pass(1);
    expect(sent).to.deep.equal(['ci']);
    await settle();
    sender.type(0, 'ci', true);
    sender.type(1, 'a', false);
    timers.pass(FLUSH_MS);
    await settle();
    timers.pass(0);
    expect(sent).to.deep.equal(['ci', 'ci.', 'a']);
  });
  it('sends a lost line again, in its newest state and before later lines', async () => {
    const timers = manualTimers();
    const sent: string[] = [];
    let isDead = true;
    const sender = createTextSender(async ({ text }) => {
      sent.push(text);
      if (isDead) throw new Error('no line');
    }, timers);
    sender.type(0, 'uno', true);
    timers.pass(FLUSH_MS);
    sender.type(1, 'due', false);
    await settle();
    isDead = false;
    timers.pass(RESEND_MS);
    await settle();
    timers.pass(0);
    expect(sent).to.deep.equal(['uno', 'uno', 'due']);
  });
  it('sends nothing after it was stopped', () => {
    const timers = manualTimers();
    const sent: string[] = [];
    const sender = createTextSender(async ({ text }) => void sent.push(text), timers);
    sender.type(0, 'x', false);
    sender.stop();
    timers.pass(10_000);
    expect(sent).to.deep.equal([]);
  });
});
