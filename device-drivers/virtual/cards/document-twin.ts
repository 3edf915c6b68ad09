/** Makes the ill-behaved twin of an eMRTD from the image of the good one. */
import { otherChipsSigningKey } from '../cie/active-authentication.ts';
import type { CardFile, CardImage } from '../cie/card-image.ts';
import { FILE } from '../cie/card-image.ts';
import { otherChipsKey } from '../cie/chip-authentication.ts';
import { otherChipsApplication } from '../cie/national-application.ts';
import { PersonalisationError } from '../cie/personalisation-error.ts';
import type { CardBehaviour } from '../cie/virtual-cie.ts';
import { twinNumber } from './twin.ts';
import type { DocumentTwinName, Twin } from './twin.ts';

const FILES: ReadonlyMap<string, { readonly fileId: number; readonly shortId: number }> = new Map([
  ['card-access', FILE.cardAccess],
  ['com', FILE.com],
  ['sod', FILE.sod],
  ...[1, 2, 11, 14, 15].map((number) => [`dg${number}`, FILE.dataGroup(number)] as const),
]);

const CLAIMED_LENGTH = Uint8Array.of(0x83, 0xff, 0xff, 0xff);

const DEFAULT = { protectedCommand: 2, delayMs: 1500, removeAfter: 9 } as const;

export interface DocumentTwinParts {
  readonly image: CardImage;
  readonly behaviour: CardBehaviour;
}

/**
 * What makes the twin. `expired-signer` is made by its authority and changes nothing here.
 * @throws PersonalisationError `unknown-twin` for a file that this card does not have, a number that is none, or a
 * clone of a card whose chip has no key: that one would be like the good card in everything.
 */
export function documentTwin(
  image: CardImage,
  twin: Twin<DocumentTwinName>,
  random: (bytes: number) => Uint8Array,
): DocumentTwinParts {
  switch (twin.name) {
    case 'wrong-mac':
      return { image, behaviour: { wrongChecksumAt: twinNumber(twin, DEFAULT.protectedCommand) } };
    case 'plain-status':
      return { image, behaviour: { plainStatusAt: twinNumber(twin, DEFAULT.protectedCommand) } };
    case 'lying-length':
      return { image: changed(image, twin.argument ?? 'dg2', lieAboutLength), behaviour: {} };
    case 'cut-file':
      return { image: changed(image, twin.argument ?? 'dg2', (file) => file.subarray(0, -16)), behaviour: {} };
    case 'altered-sod':
      return { image: changed(image, 'sod', alterLastByte), behaviour: {} };
    case 'altered-data':
      return { image: changed(image, twin.argument ?? 'dg1', alterLastByte), behaviour: {} };
    case 'cloned-chip':
      return { image: clone(image, random), behaviour: {} };
    case 'expired-signer':
      return { image, behaviour: {} };
    case 'slow':
      return { image, behaviour: { delayMs: twinNumber(twin, DEFAULT.delayMs) } };
    case 'removed-after':
      return { image, behaviour: { removeAfterApdu: twinNumber(twin, DEFAULT.removeAfter) } };
  }
}

function changed(image: CardImage, name: string, change: (content: Uint8Array) => Uint8Array): CardImage {
  const wanted = FILES.get(name);
  const folder = name === 'card-access' ? 'masterFile' : 'application';
  const files = image[folder];
  const isWanted = ({ fileId }: CardFile): boolean => fileId === wanted?.fileId;
  if (!files.some(isWanted)) {
    throw new PersonalisationError('unknown-twin', 'This card has no such file to change.');
  }
  const alter = (file: CardFile): CardFile => (isWanted(file) ? { ...file, content: change(file.content) } : file);
  return { ...image, [folder]: files.map(alter) };
}

/** The outer length field, of whatever form, becomes 16 MB. The tags of all these files have one byte. */
function lieAboutLength(content: Uint8Array): Uint8Array {
  const form = content[1] ?? 0;
  const lengthBytes = form < 0x80 ? 1 : 1 + (form & 0x7f);
  return Buffer.concat([content.subarray(0, 1), CLAIMED_LENGTH, content.subarray(1 + lengthBytes)]);
}

/** Puts a letter there that was not there, so that text stays text. */
function alterLastByte(content: Uint8Array): Uint8Array {
  const [x, y] = [0x58, 0x59];
  return Buffer.concat([content.subarray(0, -1), Uint8Array.of(content.at(-1) === x ? y : x)]);
}

function clone(image: CardImage, random: (bytes: number) => Uint8Array): CardImage {
  const { chipAuthentication, activeAuthentication, national } = image;
  if (chipAuthentication === undefined && activeAuthentication === undefined && national === undefined) {
    const message = 'The chip of this card has no key: a clone of it would not differ. Give it a dg14, a dg15 or a nis.';
    throw new PersonalisationError('unknown-twin', message);
  }
  return {
    ...image,
    ...(chipAuthentication === undefined ? {} : { chipAuthentication: otherChipsKey(chipAuthentication, random) }),
    ...(activeAuthentication === undefined
      ? {}
      : { activeAuthentication: otherChipsSigningKey(activeAuthentication) }),
    ...(national === undefined ? {} : { national: otherChipsApplication(national) }),
  };
}
