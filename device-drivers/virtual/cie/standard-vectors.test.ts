/** The worked examples of ICAO Doc 9303 part 11 from the chip's side, byte for byte, with the chip's random numbers given. */
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { z } from 'zod';
import { createSecureChannel } from './secure-channel.ts';
import { parseCommand } from './command-apdu.ts';
import { CHIP_FAMILIES } from './chip-family.ts';
import type { CardImage } from './card-image.ts';
import { FILE } from './card-image.ts';
import { efCardAccess, paceProfile } from './pace-profile.ts';
import type { PaceProfile } from './pace-profile.ts';
import { answer, answerBytes, SW } from './status-word.ts';
import { createVirtualCie } from './virtual-cie.ts';
import { scriptedRandom } from './test/specimen.ts';
import { hex, send, toHex } from './test/terminal.ts';

const hexText = z.string().regex(/^([0-9A-F]{2})*$/);
const dialogue = z.array(z.object({ label: z.string(), command: hexText, response: hexText }));

const paceVector = z.object({
  efCardAccess: hexText,
  input: z.object({ mrzInformation: z.string() }),
  expected: z.object({ nonce: hexText, chipMapPrivate: hexText, chipEphemeralPrivate: hexText, tokenChip: hexText }),
  apdus: dialogue,
});

const exchange = z.object({
  label: z.string(),
  protectedCommand: hexText,
  protectedResponse: hexText,
  plainData: hexText,
});

const messagingVector = z.object({
  KSenc: hexText,
  KSmac: hexText,
  initialSSC: hexText,
  exchanges: z.array(exchange).min(2),
});

const desMessagingVector = messagingVector.extend({ efCom: hexText });

async function readVectors<T>(name: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(await readFile(new URL(`test/vectors/${name}.json`, import.meta.url), 'utf8')));
}

function document(mrzInformation: string, pace: readonly PaceProfile[], files: CardImage['application'] = []): CardImage {
  return {
    family: CHIP_FAMILIES.gemalto,
    mrzInformation,
    pace,
    basicAccessControl: true,
    masterFile: [{ ...FILE.cardAccess, access: 'free', content: efCardAccess(pace) }],
    application: files,
  };
}

const ecdh = await readVectors('pace-ecdh-gm', paceVector);
const dh = await readVectors('pace-dh-gm', paceVector);
const bac = await readVectors(
  'bac-worked-example',
  z.object({
    input: z.object({ mrzInformation: z.string() }),
    expected: z.object({ rndIC: hexText, kIC: hexText }),
    apdus: dialogue,
  }),
);
const des = await readVectors('secure-messaging-3des', desMessagingVector);
const aes = await readVectors(
  'secure-messaging-aes',
  z.object({ aes256: messagingVector, aes128SelfMade: messagingVector }),
);

describe('virtual document on the worked examples of ICAO Doc 9303 part 11', () => {
  const examples = [
    { name: 'appendix G.1, ECDH on brainpoolP256r1 with AES-128', vector: ecdh, profile: paceProfile('brainpoolP256r1', 'aes-128') },
    { name: 'appendix G.2, DH on group 0 with AES-128', vector: dh, profile: paceProfile(0, 'aes-128') },
  ];
  for (const { name, vector, profile } of examples) {
    it(`does PACE of ${name}`, () => {
      const { nonce, chipMapPrivate, chipEphemeralPrivate, tokenChip } = vector.expected;
      const random = scriptedRandom(hex(nonce), hex(chipMapPrivate), hex(chipEphemeralPrivate));
      const card = createVirtualCie(document(vector.input.mrzInformation, [profile]), { random });
      expect(send(card, '00B09C0000')).to.equal(`${vector.efCardAccess}9000`);
      expect(vector.apdus).to.have.length(5);
      for (const { label, command, response } of vector.apdus.slice(0, -1)) {
        expect(send(card, command), label).to.equal(response);
      }
      // The example of G.2 adds DO 87, a name for terminal authentication, which this chip does not have.
      expect(send(card, vector.apdus.at(-1)?.command ?? '')).to.equal(`7C0A8608${tokenChip}9000`);
      expect(vector.apdus.at(-1)?.response).to.contain(`8608${tokenChip}`);
    });
  }

  it('does BAC of appendix D.3 and secure messaging of appendix D.4 after it', () => {
    const efCom = hex(des.efCom);
    const image = document(bac.input.mrzInformation, [], [{ ...FILE.com, access: 'pace', content: efCom }]);
    const card = createVirtualCie(image, { random: scriptedRandom(hex(bac.expected.rndIC), hex(bac.expected.kIC)) });
    expect(send(card, '00A4040C07A0000002471001')).to.equal('9000');
    for (const { label, command, response } of bac.apdus) expect(send(card, command), label).to.equal(response);
    expect(des.exchanges.length).to.be.greaterThan(2);
    for (const { label, protectedCommand, protectedResponse } of des.exchanges) {
      expect(send(card, protectedCommand), label).to.equal(protectedResponse);
    }
  });

  for (const [name, vector, algorithm] of [
    ['AES-256', aes.aes256, 'aes-256'],
    ['AES-128', aes.aes128SelfMade, 'aes-128'],
  ] as const) {
    it(`protects a recorded dialogue with ${name}`, () => {
      const keys = { algorithm, encryption: hex(vector.KSenc), mac: hex(vector.KSmac) };
      const channel = createSecureChannel(keys, 65_535, hex(vector.initialSSC));
      for (const { label, protectedCommand, protectedResponse, plainData } of vector.exchanges) {
        const command = parseCommand(hex(protectedCommand)) ?? expect.fail('no command');
        expect(channel.open(command), label).to.be.an('object');
        expect(toHex(answerBytes(channel.protect(answer(SW.ok, hex(plainData))))), label).to.equal(protectedResponse);
      }
    });
  }
});
