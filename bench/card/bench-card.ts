import { randomBytes } from 'node:crypto';
import { tlv } from '@videosportello/device-drivers/virtual/authority/der.ts';
import type { CardHolder } from '@videosportello/device-drivers/virtual/cie/card-holder.ts';
import type { ChipFamilyName } from '@videosportello/device-drivers/virtual/cie/chip-family.ts';
import { dataGroup11, dataGroup2 } from '@videosportello/device-drivers/virtual/cie/data-groups.ts';
import { FILE } from '@videosportello/device-drivers/virtual/cie/card-image.ts';
import { personalise } from '@videosportello/device-drivers/virtual/cie/personalise.ts';
import type { VirtualCard } from '@videosportello/device-drivers/virtual/cie/virtual-card.ts';
import { createVirtualCie } from '@videosportello/device-drivers/virtual/cie/virtual-cie.ts';

/** Lengths of the files of the card that is measured, in bytes. */
export const FILE_BYTES = { dg1: 95, dg11: 160, sod: 2473, dg2: 15_000 } as const;

/** An invented person; the address is made as long as DG11 needs. */
const holder: CardHolder = {
  id: 'bench',
  surname: 'Misura',
  givenNames: 'Prova',
  sex: 'F',
  birthDate: '1980-01-01',
  birthPlace: 'Valfiorita',
  nationality: 'ITA',
  taxCode: 'MSRPRV80A41X000X',
  address: 'V',
  residence: { municipality: 'Valfiorita', province: 'VF' },
  card: { documentNumber: 'CA00000AA', expiryDate: '2030-01-01', can: '123456' },
};

/** The smallest thing with a JPEG frame header; what follows is filler. */
const PICTURE_START = Buffer.from('FFD8FFC0000B080258' + '01E001011100FFD9', 'hex');

export const BENCH_CAN = holder.card.can;

/**
 * A virtual CIE with files of exactly {@link FILE_BYTES}: 3DES, secure messaging as on any. Its security object is filler of
 * the right length, which no reading looks into.
 * @throws Error when a file cannot be made so long.
 */
export function createBenchCard(family: ChipFamilyName): VirtualCard {
  const image = personalise(livingAt(missing(FILE_BYTES.dg11, (pad) => dataGroup11(livingAt(pad)))), {
    authority: { signSecurityObject: () => fillerOf(0x77, FILE_BYTES.sod) },
    photo: pictureOf(missing(FILE_BYTES.dg2, (pad) => dataGroup2(pictureOf(pad), holder.sex))),
    issueDate: new Date('2020-01-01T00:00:00Z'),
    family,
  });
  const ids = { dg1: FILE.dataGroup(1), dg11: FILE.dataGroup(11), sod: FILE.sod, dg2: FILE.dataGroup(2) };
  for (const [name, bytes] of Object.entries(FILE_BYTES) as [keyof typeof FILE_BYTES, number][]) {
    const file = image.application.find(({ fileId }) => fileId === ids[name].fileId);
    if (file?.content.length !== bytes) throw new Error(`The card's ${name} has ${file?.content.length} bytes.`);
  }
  return createVirtualCie(image, { random: randomBytes });
}

/** The same person at an address that many letters longer. */
const livingAt = (pad: number): CardHolder => ({ ...holder, address: holder.address + 'i'.repeat(pad) });

const pictureOf = (pad: number): Uint8Array => Buffer.concat([PICTURE_START, Buffer.alloc(pad)]);

/** A data object of this many bytes in all. */
function fillerOf(tag: number, bytes: number): Uint8Array {
  return tlv(tag, new Uint8Array(missing(bytes, (pad) => tlv(tag, new Uint8Array(pad)))));
}

/** How much filler makes a file so long; length fields grow with it, so it is tried from below. */
function missing(bytes: number, make: (pad: number) => Uint8Array): number {
  for (let pad = Math.max(0, bytes - make(0).length - 8); pad <= bytes; pad += 1) {
    if (make(pad).length === bytes) return pad;
  }
  throw new Error(`No filler makes this file ${bytes} bytes long.`);
}
