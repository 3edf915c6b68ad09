/** Replays recorded dialogues against the card, byte for byte, with the chip's random numbers given. */
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { z } from 'zod';
import { mrzInformation } from './machine-readable-zone.ts';
import { FILE } from './card-image.ts';
import type { CardImage } from './card-image.ts';
import { CHIP_FAMILIES } from './chip-family.ts';
import { CIE_PACE, efCardAccess } from './pace-profile.ts';
import { createVirtualCie } from './virtual-cie.ts';
import { scriptedRandom } from './test/specimen.ts';
import { hex, send } from './test/terminal.ts';

const hexText = z.string().regex(/^([0-9A-F]{2})*$/);

const paceVectors = z.object({
  efCardAccess: hexText,
  cases: z.array(
    z.object({
      can: z.string(),
      nonce: hexText,
      chipMapPrivate: hexText,
      chipEphemeralPrivate: hexText,
      apdus: z.array(z.object({ label: z.string(), command: hexText, response: hexText })),
    }),
  ),
});

const documentVectors = z.object({
  dg1: hexText,
  dg11: hexText,
  mrz: z.string().length(90),
  sodPssSha512: z.object({ base64: z.base64() }),
});

async function readVectors<T>(name: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(await readFile(new URL(`test/vectors/${name}.json`, import.meta.url), 'utf8')));
}

const pace = await readVectors('pace-dh-gm-3des-cie-profile', paceVectors);
const document = await readVectors('passive-authentication-synthetic', documentVectors);

describe('virtual CIE on recorded PACE dialogues', () => {
  function image(can: string, nonceBytes: number): CardImage {
    const family = nonceBytes === 8 ? CHIP_FAMILIES.gemalto : CHIP_FAMILIES.nxp;
    expect(family.nonceBytes).to.equal(nonceBytes);
    return {
      family,
      can,
      mrzInformation: mrzInformation(document.mrz),
      pace: [CIE_PACE],
      basicAccessControl: false,
      masterFile: [{ ...FILE.cardAccess, access: 'free', content: efCardAccess([CIE_PACE]) }],
      application: [
        { ...FILE.dataGroup(1), access: 'pace', content: hex(document.dg1) },
        { ...FILE.dataGroup(11), access: 'pace', content: hex(document.dg11) },
        { ...FILE.sod, access: 'pace', content: Buffer.from(document.sodPssSha512.base64, 'base64') },
      ],
    };
  }

  it('holds the EF.CardAccess of real cards', () => {
    expect(efCardAccess([CIE_PACE])).to.deep.equal(hex(pace.efCardAccess));
  });

  for (const [index, vector] of pace.cases.entries()) {
    it(`answers dialogue ${index + 1} byte for byte, nonce of ${vector.nonce.length / 2} bytes`, () => {
      const random = scriptedRandom(hex(vector.nonce), hex(vector.chipMapPrivate), hex(vector.chipEphemeralPrivate));
      const card = createVirtualCie(image(vector.can, vector.nonce.length / 2), { random });
      expect(vector.apdus.length).to.be.greaterThan(10);
      for (const { label, command, response } of vector.apdus) expect(send(card, command), label).to.equal(response);
    });
  }
});
