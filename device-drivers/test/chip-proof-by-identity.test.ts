/** The library that reads citizens' cards has virtual cards prove that they are no copies, whatever their lengths allow. */
import { randomBytes } from 'node:crypto';
import { authenticatePassively } from '@videosportello/identity/emrtd/passive-authentication.ts';
import { messageLengths } from '@videosportello/identity/emrtd/chip-lengths.ts';
import { readDocument } from '@videosportello/identity/emrtd/read-document.ts';
import { createTrustStore } from '@videosportello/identity/emrtd/trust-store.ts';
import { deriveVerdict } from '@videosportello/identity/verdict/answers.ts';
import { expect } from 'chai';
import { makeActiveAuthenticationKey, otherChipsSigningKey } from '../virtual/cie/active-authentication.ts';
import type { ActiveAuthenticationKind } from '../virtual/cie/active-authentication.ts';
import { makeChipAuthenticationKey, otherChipsKey } from '../virtual/cie/chip-authentication.ts';
import { CHIP_FAMILIES, CHIP_FAMILY_NAMES } from '../virtual/cie/chip-family.ts';
import type { ChipFamilyName } from '../virtual/cie/chip-family.ts';
import { paceProfile } from '../virtual/cie/pace-profile.ts';
import type { PaceProfile } from '../virtual/cie/pace-profile.ts';
import { personalise } from '../virtual/cie/personalise.ts';
import { readPortrait } from '../virtual/cie/portraits.ts';
import { quickAuthority, ROSSI } from '../virtual/cie/test/specimen.ts';
import { createVirtualCie } from '../virtual/cie/virtual-cie.ts';
import { directPort } from './direct-port.ts';

const AT = new Date('2026-03-04T00:00:00Z');
const photo = await readPortrait('giulia');
const authority = await quickAuthority();
const trust = createTrustStore([{ certificate: authority.certificate, specimen: true }]);

interface ChipChoices {
  readonly family: ChipFamilyName;
  readonly pace?: readonly PaceProfile[];
  /** Key of DG14, over MODP group 2 or a curve. */
  readonly dg14?: 2 | 'prime256v1' | 'brainpoolP256r1';
  readonly dg15?: ActiveAuthenticationKind;
  /** The chip has other private keys than those of its files. */
  readonly isClone?: boolean;
  /** Longest command of the reader, bytes. */
  readonly longest?: number;
}

/** Reads a card, asks it to prove itself, and judges. */
async function prove({ family, pace, dg14, dg15, isClone = false, longest }: ChipChoices) {
  const chipKey = dg14 === undefined ? undefined : makeChipAuthenticationKey(dg14, dg14 === 2 ? 'des-ede' : 'aes-128', randomBytes);
  const signingKey = dg15 === undefined ? undefined : makeActiveAuthenticationKey(dg15);
  const image = personalise(ROSSI, {
    authority,
    photo,
    issueDate: AT,
    family,
    profile: 'rsa-pkcs1-sha256',
    ...(pace === undefined ? {} : { pace }),
    ...(chipKey === undefined ? {} : { chipAuthentication: chipKey }),
    ...(signingKey === undefined ? {} : { activeAuthentication: signingKey }),
  });
  const cloned = {
    ...image,
    ...(chipKey === undefined ? {} : { chipAuthentication: otherChipsKey(chipKey, randomBytes) }),
    ...(signingKey === undefined ? {} : { activeAuthentication: otherChipsSigningKey(signingKey) }),
  };
  const card = createVirtualCie(isClone ? cloned : image, { random: randomBytes });
  const reading = await readDocument(directPort(card, longest), {
    password: { kind: 'can', can: ROSSI.card.can },
    files: ['dg1', 'dg11'],
    random: randomBytes,
    chipChallenge: randomBytes(8),
    lengths: messageLengths(card.atr),
    signal: new AbortController().signal,
  });
  const passiveAuthentication = authenticatePassively({ files: reading.files, trust, at: AT });
  const { chipProof } = reading;
  const { answers } = deriveVerdict({ files: reading.files, passiveAuthentication, chipProof, today: '2022-03-04' });
  return { files: [...reading.files.keys()], protocol: chipProof?.protocol, genuine: answers.genuine.answer, notCloned: answers.notCloned };
}

const CURVE = [paceProfile('brainpoolP256r1', 'aes-128')];
const notPossible = { answer: 'not-asked', reason: 'chip-authentication-not-possible' } as const;

describe('identity asking a virtual chip to prove itself', function () {
  this.timeout(60_000);

  it('accuses no genuine card whose chip cannot send so long a signature', async () => {
    for (const family of ['nxp', 'stm'] as const) {
      const read = await prove({ family, dg15: 'rsa-2048-sha256' });
      expect(read, family).to.deep.equal({ files: ['dg1', 'sod', 'dg11', 'dg15'], protocol: 'AA-RSA', genuine: 'yes', notCloned: notPossible });
    }
  });

  it('keeps every file where the reader gives up on the command of chip authentication', async () => {
    // With short commands only: PACE over a curve goes through, a key of 2,048 bits does not.
    const read = await prove({ family: 'nxp', pace: CURVE, dg14: 2, longest: 261 });
    expect(read).to.deep.equal({ files: ['dg1', 'sod', 'dg11', 'dg14'], protocol: 'CA-DH-3DES', genuine: 'yes', notCloned: notPossible });
    const able = await prove({ family: 'nxp', pace: CURVE, dg14: 2 });
    expect(able.notCloned).to.deep.equal({ answer: 'yes', reason: 'chip-authenticated' });
  });

  const proofs: [title: string, choices: Pick<ChipChoices, 'dg14' | 'dg15'>, protocol: string, yes: string, no: string][] = [
    ['DG14 over the group of 2,048 bits', { dg14: 2 }, 'CA-DH-3DES', 'chip-authenticated', 'chip-authentication-failed'],
    ['DG14 over a curve', { dg14: 'prime256v1' }, 'CA-ECDH-AES-128', 'chip-authenticated', 'chip-authentication-failed'],
    ['DG15 with RSA 1024', { dg15: 'rsa-1024-sha1' }, 'AA-RSA', 'actively-authenticated', 'active-authentication-failed'],
    ['DG15 with a curve', { dg15: 'ec-p256' }, 'AA-ECDSA', 'actively-authenticated', 'active-authentication-failed'],
    ['both, the stronger one first', { dg14: 'brainpoolP256r1', dg15: 'ec-p256' }, 'CA-ECDH-AES-128', 'chip-authenticated', 'chip-authentication-failed'],
  ];
  for (const [title, choices, protocol, yes, no] of proofs) {
    it(`tells chip and clone apart by ${title}, of every family`, async () => {
      for (const family of CHIP_FAMILY_NAMES) {
        const genuine = await prove({ family, ...choices });
        expect(genuine, family).to.include({ protocol, genuine: 'yes' }).and.deep.include({ notCloned: { answer: 'yes', reason: yes } });
        const clone = await prove({ family, ...choices, isClone: true });
        expect(clone, family).to.deep.include({ genuine: 'yes', notCloned: { answer: 'no', reason: no } });
      }
    });
  }

  it('tells chip and clone apart by RSA 2048, where the chip can send so long a signature', async () => {
    const able = Object.values(CHIP_FAMILIES).filter(({ extendedLength }) => extendedLength === 'all');
    for (const { name: family } of able) {
      const genuine = await prove({ family, dg15: 'rsa-2048-sha256' });
      expect(genuine.notCloned, family).to.deep.equal({ answer: 'yes', reason: 'actively-authenticated' });
    }
    const clone = await prove({ family: 'actalis', dg15: 'rsa-2048-sha256', isClone: true });
    expect(clone.notCloned).to.deep.equal({ answer: 'no', reason: 'active-authentication-failed' });
  });

  it('is told when there is nothing to ask', async () => {
    expect((await prove({ family: 'gemalto' })).notCloned).to.deep.equal({ answer: 'not-asked', reason: 'chip-authentication-not-offered' });
  });
});
