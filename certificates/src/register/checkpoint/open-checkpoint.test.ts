import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { checkpointText } from './checkpoint.ts';
import { openCheckpoint, verifiersIn } from './open-checkpoint.ts';
import { noteKeyText, signNote } from './signed-note.ts';

const name = 'verifica.valfiorita.example/register';
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const key = noteKeyText({ name, publicKey });

describe('openCheckpoint', () => {
  const noteOf = (at: string): string => {
    const chain = { rows: 6, head: 'ab'.repeat(32) };
    return signNote(checkpointText({ origin: name, size: 3, root: Buffer.alloc(32), number: 1, chain, at: new Date(at) }), { name, privateKey });
  };
  const verifiers = verifiersIn({ registerKeys: [{ key, validFrom: '2026-01-01', validTo: '2026-12-31' }] });

  const table: readonly [at: string, outcome: string][] = [
    ['2025-12-31T23:59:59.999Z', 'note-unsigned'],
    ['2026-01-01T00:00:00.000Z', 'opened'],
    ['2026-12-31T23:59:59.999Z', 'opened'],
    ['2027-01-01T00:00:00.000Z', 'note-unsigned'],
  ];
  for (const [at, outcome] of table) {
    it(`of ${at}, by the key of 2026: ${outcome}`, () => {
      const open = () => openCheckpoint(noteOf(at), verifiers);
      if (outcome === 'opened') expect(open()).to.deep.include({ origin: name, size: 3, number: 1 });
      else expect(open).to.throw().with.property('code', outcome);
    });
  }

  it('takes a key that was given without days on any day, and looks at no signature without keys', () => {
    expect(openCheckpoint(noteOf('1999-01-01T00:00:00.000Z'), [{ name, publicKey }]).size).to.equal(3);
    expect(openCheckpoint(noteOf('2027-01-01T00:00:00.000Z'), []).size).to.equal(3);
  });

  it('takes no key of another kind from a bundle', () => {
    const other = { key: `${name}+00000000+AAAA`, validFrom: '2026-01-01', validTo: '2026-12-31' };
    expect(() => verifiersIn({ registerKeys: [other] })).to.throw().with.property('code', 'note-malformed');
  });
});
