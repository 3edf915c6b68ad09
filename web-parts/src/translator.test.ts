import { expect } from 'chai';
import { compareCatalogues, entriesOf } from './fluent-keys.ts';
import { createTranslator } from './translator.ts';

const it_ = `
hello = Buongiorno { $name }
place = { $count ->
    [one] una persona prima di Lei
   *[other] { $count } persone prima di Lei
 }
key = Avanti
    .hint = Tocchi qui
only-italian = Solo qui
`;
const en = `
hello = Good morning { $name }
place = { $count ->
    [one] one person before you
   *[other] { $count } people before you
 }
key = Next
    .hint = Touch here
`;

describe('translator', () => {
  it('gives texts, attributes, values and plurals in the language chosen', () => {
    const translator = createTranslator({ catalogues: { it: it_, en }, source: 'it' });
    expect(translator.text('hello', { name: 'Giulia' })).to.equal('Buongiorno Giulia');
    translator.setLanguage('en');
    expect(translator.text('place', { count: 1 })).to.equal('one person before you');
    expect(translator.text('place', { count: 3 })).to.equal('3 people before you');
    expect(translator.text('key.hint')).to.equal('Touch here');
  });

  it('falls back to Italian, reports the gap once, and shows the key when nobody has it', () => {
    const missing: string[] = [];
    const translator = createTranslator({ catalogues: { it: it_, en }, source: 'it', language: 'en', onMissing: (key) => missing.push(key) });
    expect(translator.text('only-italian')).to.equal('Solo qui');
    translator.text('only-italian');
    expect(translator.text('nowhere')).to.equal('nowhere');
    expect(missing).to.deep.equal(['only-italian', 'nowhere']);
    expect([translator.has('only-italian'), translator.has('nowhere')]).to.deep.equal([true, false]);
  });

  it('tells subscribers of a new language, and of the same one nobody', () => {
    const translator = createTranslator({ catalogues: { it: it_, en }, source: 'it' });
    let told = 0;
    const end = translator.subscribe(() => (told += 1));
    translator.setLanguage('it');
    translator.setLanguage('en');
    end();
    translator.setLanguage('it');
    expect(told).to.equal(1);
  });

  it('refuses a catalogue with an entry twice', () => {
    expect(() => createTranslator({ catalogues: { it: 'a = 1\na = 2\n' }, source: 'it' })).to.throw('it');
  });
});

describe('catalogue keys', () => {
  it('lists keys, attributes and the values texts ask for', () => {
    expect(entriesOf(en)).to.deep.equal([
      { key: 'hello', variables: ['name'] },
      { key: 'key', variables: [] },
      { key: 'key.hint', variables: [] },
      { key: 'place', variables: ['count'] },
    ]);
  });

  it('tells what is missing, extra or asks for other values', () => {
    expect(compareCatalogues(it_, `${en.replace('$name', '$who')}extra = x\n`)).to.deep.equal({
      missing: ['only-italian'],
      extra: ['extra'],
      otherVariables: ['hello'],
    });
  });
});
