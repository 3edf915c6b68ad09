import { readFile } from 'node:fs/promises';

/** People of the demo town who have a drawn portrait in `photo/`. */
export const PORTRAIT_IDS = ['giulia', 'anselmo', 'nicolo'] as const;
export type PortraitId = (typeof PORTRAIT_IDS)[number];

export function hasPortrait(id: string): id is PortraitId {
  return PORTRAIT_IDS.some((known) => known === id);
}

/** Whose chip holds the portrait as real ones do, in JPEG 2000. */
const IN_JPEG_2000: readonly PortraitId[] = ['anselmo'];

/** The portrait as it is on the person's chip. */
export async function readChipPortrait(id: PortraitId): Promise<Uint8Array> {
  return IN_JPEG_2000.includes(id) ? readFile(new URL(`photo/${id}.jp2`, import.meta.url)) : readPortrait(id);
}

/** The specimen portrait of a demo person: a drawn face, JPEG, 480 x 600 pixels, at most 20 kB. */
export async function readPortrait(id: PortraitId): Promise<Uint8Array> {
  return readFile(new URL(`photo/${id}.jpg`, import.meta.url));
}
