import { expect } from 'chai';
import type { TestCardOptions } from '../../test/test-card.ts';
import { TestCard } from '../../test/test-card.ts';
import { loadVectors } from '../../test/vectors/load.ts';
import { fromHex } from '../primitives/bytes.ts';
import { deriveVerdict } from '../verdict/answers.ts';
import type { Answer } from '../verdict/answers.ts';
import { authenticatePassively } from './passive-authentication.ts';
import type { DocumentReading } from './read-document.ts';
import { readDocument } from './read-document.ts';
import { createTrustStore } from './trust-store.ts';

const groups = loadVectors<{ dg1: string; dg11: string }>('passive-authentication-synthetic');
const chained = loadVectors<{ cscaNext: string; sodWithChipKeys: string }>('passive-authentication-link-and-revocation');
const [chip] = loadVectors<{ cases: readonly [{ dg14: string; chipPrivateKey: string }] }>('chip-authentication').cases;
const [active] = loadVectors<{ cases: readonly [{ dg15: string; challenge: string; signature: string }] }>(
  'active-authentication',
).cases;
const base64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));
const DG14 = fromHex(chip.dg14);
const CHALLENGE = fromHex(active.challenge);
const can = '123456';
let drawn = 0;

/** Reads a card that holds a genuine document, asks it to prove itself, and judges. */
async function read(
  card: Partial<TestCardOptions>,
  asking = true,
): Promise<{ reading: DocumentReading; notCloned: Answer; log: readonly string[] }> {
  const files = {
    0x01: fromHex(groups.dg1),
    0x0b: fromHex(groups.dg11),
    0x0e: DG14,
    0x0f: fromHex(active.dg15),
    0x1d: base64(chained.sodWithChipKeys),
    ...card.files,
  };
  const port = new TestCard({ passwords: { 2: new TextEncoder().encode(can) }, ...card, files });
  const reading = await readDocument(port, {
    password: { kind: 'can', can },
    files: ['dg1', 'dg11'],
    random: (length) => new Uint8Array(length).fill((drawn += 1), 1),
    signal: AbortSignal.timeout(10_000),
    ...(asking ? { chipChallenge: CHALLENGE } : {}),
  });
  const trust = createTrustStore([{ certificate: base64(chained.cscaNext) }]);
  const at = new Date('2026-05-01T10:00:00Z');
  const passiveAuthentication = authenticatePassively({ files: reading.files, trust, at });
  expect(passiveAuthentication.genuine.answer).to.equal('yes');
  const { chipProof } = reading;
  const { answers } = deriveVerdict({ files: reading.files, passiveAuthentication, chipProof, today: '2022-06-01' });
  return { reading, notCloned: answers.notCloned, log: port.log };
}

describe('a reading that asks the chip to prove itself', function () {
  this.timeout(20_000);

  for (const cipher of ['des-ede', 'aes-256'] as const) {
    it(`answers yes for the genuine chip, in a session under ${cipher}`, async () => {
      const { reading, notCloned } = await read({ cipher, chipKey: fromHex(chip.chipPrivateKey) });
      expect(notCloned).to.deep.equal({ answer: 'yes', reason: 'chip-authenticated' });
      expect(reading.files.get('dg14')).to.deep.equal(DG14);
      expect(reading.chipProof?.protocol).to.equal('CA-DH-3DES');
    });
  }

  it('answers no for a clone: genuine files, another private key or none', async () => {
    const other = await read({ chipKey: fromHex(chip.chipPrivateKey).with(31, 1) });
    expect(other.notCloned).to.deep.equal({ answer: 'no', reason: 'chip-authentication-failed' });
    const none = await read({});
    expect(none.notCloned).to.deep.equal({ answer: 'no', reason: 'chip-authentication-refused' });
    const hidden = await read({ denies: [0x0e] });
    expect(hidden.notCloned).to.deep.equal({ answer: 'no', reason: 'chip-key-withheld' });
  });

  it('keeps what was read when the chip proves nothing', async () => {
    const { reading } = await read({ chipKey: fromHex(chip.chipPrivateKey).with(31, 1) });
    expect([...reading.files.keys()]).to.deep.equal(['dg1', 'sod', 'dg11', 'dg14', 'dg15']);
  });

  it('does not ask without a challenge, and reads no key then', async () => {
    const { reading, notCloned } = await read({ chipKey: fromHex(chip.chipPrivateKey) }, false);
    expect(notCloned).to.deep.equal({ answer: 'not-asked', reason: 'chip-authentication-not-asked' });
    expect(reading.chipProof).to.equal(undefined);
    expect([...reading.files.keys()]).to.deep.equal(['dg1', 'sod', 'dg11']);
  });

  it('asks by active authentication where DG14 holds no key of chip authentication', async () => {
    const files = { 0x0e: fromHex('6E023100') };
    const port = new TestCard({
      passwords: { 2: new TextEncoder().encode(can) },
      files: { 0x01: fromHex(groups.dg1), 0x0f: fromHex(active.dg15), 0x1d: base64(chained.sodWithChipKeys), ...files },
      signs: (challenge) => (challenge.every((byte, i) => byte === CHALLENGE[i]) ? fromHex(active.signature) : challenge),
    });
    const options = { password: { kind: 'can', can }, files: ['dg1'], signal: AbortSignal.timeout(10_000) } as const;
    const random = (length: number): Uint8Array => new Uint8Array(length).fill((drawn += 1), 1);
    const good = await readDocument(port, { ...options, random, chipChallenge: CHALLENGE });
    expect(good.chipProof).to.include({ outcome: 'proved', mechanism: 'active-authentication' });
    const replayed = await readDocument(port, { ...options, random, chipChallenge: CHALLENGE.with(0, 0) });
    expect(replayed.chipProof).to.include({ outcome: 'failed', mechanism: 'active-authentication' });
  });
});
