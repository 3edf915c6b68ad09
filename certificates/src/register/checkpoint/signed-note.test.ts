import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { checkpointOf, checkpointText } from './checkpoint.ts';
import { NoteError, noteKeyText, noteVerifierOf, openNote, signNote } from './signed-note.ts';

/** The example of golang.org/x/mod/sumdb/note: made by another implementation. */
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const SIGNATURE = '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const NOTE = `${TEXT}\n${SIGNATURE}`;

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'done';
  } catch (error) {
    return error instanceof NoteError ? error.code : String(error);
  }
};

describe('signed note (c2sp.org/signed-note)', () => {
  const ours = { name: 'verifica.example/register', ...generateKeyPairSync('ed25519') };

  it('opens the note of another implementation with its key', () => {
    expect(openNote(NOTE, [noteVerifierOf(PETER)])).to.equal(TEXT);
    expect(noteKeyText(noteVerifierOf(PETER))).to.equal(PETER);
  });

  it('opens what it signed, also beside signatures of strangers, and a text with empty lines', () => {
    const note = signNote('one\n\nthree\n', ours);
    expect(openNote(`${note}${SIGNATURE}`, [ours])).to.equal('one\n\nthree\n');
    expect(openNote(note, [noteVerifierOf(noteKeyText(ours))])).to.equal('one\n\nthree\n');
  });

  const faults: readonly [name: string, note: string, code: string][] = [
    ['a changed text', NOTE.replace('answer', 'question'), 'note-unsigned'],
    ['a stranger’s note', signNote(TEXT, { ...ours, name: 'PeterNeumann' }), 'note-unsigned'],
    ['a wrong signature beside a right one', `${NOTE}${SIGNATURE.replace('wJnAM=', 'wJnAQ=')}`, 'note-unsigned'],
    ['no signature', `${TEXT}\n`, 'note-malformed'],
    ['no empty line', `${TEXT}${SIGNATURE}`, 'note-malformed'],
    ['a line that is no signature', `${NOTE}hello\n`, 'note-malformed'],
    ['a signature cut off', NOTE.slice(0, -1), 'note-malformed'],
    ['a control sign', `a\tb\n\n${SIGNATURE}`, 'note-malformed'],
    ['too many signatures', `${NOTE}${SIGNATURE.repeat(40)}`, 'note-malformed'],
    ['a note beyond all length', `${'a'.repeat(20_000)}\n\n${SIGNATURE}`, 'note-malformed'],
    ['nothing', '', 'note-malformed'],
  ];
  for (const [name, note, code] of faults) {
    it(`refuses ${name} as ${code}`, () => expect(codeOf(() => openNote(note, [noteVerifierOf(PETER)]))).to.equal(code));
  }

  it('refuses a key that is not the one its id says, and a text that is none', () => {
    for (const key of [PETER.replace('c74f20a3', 'c74f20a4'), 'PeterNeumann', PETER.slice(0, -4), `${PETER}+x`, ''])
      expect(codeOf(() => noteVerifierOf(key)), key).to.equal('note-malformed');
    expect(() => signNote('no line break', ours)).to.throw(TypeError);
    expect(() => signNote('tab\t\n', ours)).to.throw(TypeError);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(() => signNote('text\n', { ...ours, privateKey: rsa.privateKey })).to.throw(TypeError);
  });
});

describe('checkpoint (c2sp.org/tlog-checkpoint)', () => {
  const checkpoint = {
    origin: 'verifica.example/register',
    size: 12,
    root: Buffer.alloc(32, 5),
    number: 3,
    chain: { rows: 40, head: 'ab'.repeat(32) },
    at: new Date('2026-11-22T10:00:00Z'),
  };

  it('is the three lines of the format and three of ours, and is read again', () => {
    const text = checkpointText(checkpoint);
    expect(text.split('\n').slice(0, 4)).to.deep.equal([
      'verifica.example/register',
      '12',
      'BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=',
      'number 3',
    ]);
    expect(checkpointOf(text)).to.deep.equal(checkpoint);
  });

  const wrong: readonly [string, (text: string) => string][] = [
    ['a size with a leading zero', (text) => text.replace('\n12\n', '\n012\n')],
    ['a short root', (text) => text.replace('BQUF', '')],
    ['a missing line', (text) => text.replace('number 3\n', '')],
    ['a line more', (text) => `${text}more\n`],
    ['a day that is none', (text) => text.replace('2026-11', '2026-13')],
    ['no origin', (text) => text.slice(text.indexOf('\n'))],
  ];
  for (const [name, change] of wrong) {
    it(`refuses ${name}`, () => expect(codeOf(() => checkpointOf(change(checkpointText(checkpoint))))).to.equal('note-malformed'));
  }
});
