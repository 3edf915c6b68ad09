import { expect } from 'chai';
import { KEPT_LINES, markDelivery, takeLine } from './text-lines.ts';
import type { TextLine } from './text-lines.ts';

const citizen = (line: number, text: string, done = false): TextLine => ({ author: 'citizen', line, text, done });
const mine = (line: number, text: string, done = false): TextLine => ({
  author: 'operator',
  line,
  text,
  done,
  delivery: 'sending',
});

describe('lines of real-time text', () => {
  it('grow in place while they are written, and keep the order in which they were begun', () => {
    let lines = takeLine([], citizen(0, 'Buo'));
    lines = takeLine(lines, mine(0, 'Sì?'));
    lines = takeLine(lines, citizen(0, 'Buongiorno', true));
    expect(lines.map(({ text, done }) => [text, done])).to.deep.equal([
      ['Buongiorno', true],
      ['Sì?', false],
    ]);
  });

  it('stay as they are once finished, whatever comes late', () => {
    const lines = takeLine([], citizen(0, 'Buongiorno', true));
    expect(takeLine(lines, citizen(0, 'Buon'))).to.equal(lines);
  });

  it('disappear when taken back, and an empty new line is none', () => {
    expect(takeLine([citizen(0, 'x')], citizen(0, '', true))).to.deep.equal([]);
    expect(takeLine([], citizen(0, ''))).to.deep.equal([]);
  });

  it('are kept up to a number of each author: a flood of one drives out nothing of the other', () => {
    let lines = takeLine([], mine(0, 'Buongiorno', true));
    for (let line = 0; line < KEPT_LINES + 5; line += 1) lines = takeLine(lines, citizen(line, 'riga', true));
    expect(lines).to.have.length(KEPT_LINES + 1);
    expect(lines.slice(0, 2).map(({ author, line }) => [author, line])).to.deep.equal([
      ['operator', 0],
      ['citizen', 5],
    ]);
  });

  it('take over what became of exactly the text that was sent', () => {
    const lines = [mine(0, 'Buongiorno')];
    expect(markDelivery(lines, { line: 0, text: 'Buon' }, 'failed')).to.equal(lines);
    expect(markDelivery(lines, { line: 0, text: 'Buongiorno' }, 'delivered')[0]?.delivery).to.equal('delivered');
  });
});
