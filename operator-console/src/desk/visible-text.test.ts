import { expect } from 'chai';
import { visibleText } from './visible-text.ts';

describe('text of somebody else', () => {
  const rows = [
    ['a mark that turns the text round', 'CONTI\u202eAILUIG', 'CONTI[U+202E]AILUIG'],
    ['an isolate', '\u2067RSS\u2069', '[U+2067]RSS[U+2069]'],
    ['a line break and a bell', 'uno\ndue\u0007', 'uno[U+000A]due[U+0007]'],
    ['separators of lines', 'a\u2028b\u2029c', 'a[U+2028]b[U+2029]c'],
    ['fillers without width', 'CON\u200bTI\u00ad\ufeff\u3164', 'CON[U+200B]TI[U+00AD][U+FEFF][U+3164]'],
    ['letters of the tag block', 'x\u{e0041}', 'x[U+E0041]'],
  ] as const;
  for (const [what, given, shown] of rows) it(`shows ${what} as its code`, () => expect(visibleText(given)).to.equal(shown));

  it('stays as it is in every script, with accents, joiners, signs and markup, which is only text', () => {
    for (const text of ['D’Andrià Ştefan Ćwikła', 'مريم', '可', 'می‌خواهم', '👩‍🦽', '<img src=x onerror=alert(1)>&amp;'])
      expect(visibleText(text)).to.equal(text);
  });
});
