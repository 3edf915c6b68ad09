import { Worker } from 'node:worker_threads';
import { CardError } from '@videosportello/identity/card-error.ts';
import { parseDg2 } from '@videosportello/identity/emrtd/lds/dg2.ts';
import type { FaceImage } from '@videosportello/identity/emrtd/lds/dg2.ts';
import { pictureSize } from '@videosportello/identity/emrtd/lds/picture-size.ts';
import type { VerdictView } from '@videosportello/protocol/messages/verdict.ts';

/** What fits the verdict's photo as base64. */
const MAX_PHOTO_BYTES = 300_000;
/** A photo takes some tenths of a second, on a busy machine some seconds; what takes longer is no photo. */
const CONVERSION_MS = 15_000;

/** What the chip's photo became: shown, or not shown though the card has one. */
export interface ChipPhoto {
  readonly photo: VerdictView['photo'];
  readonly isWithheld: boolean;
}

/**
 * Makes the photo of DG2 visible in a browser: JPEG as it is, JPEG 2000 as JPEG, converted in a thread of its own, because the
 * bytes are the card's. What claims more than a face can have, fails, or takes too long is withheld, never an error.
 * @param file whole DG2; undefined where there is none
 */
export async function chipPhoto(file: Uint8Array | undefined): Promise<ChipPhoto> {
  if (!file) return { photo: undefined, isWithheld: false };
  const jpeg = await jpegOf(file);
  if (!jpeg || jpeg.length > MAX_PHOTO_BYTES) return { photo: undefined, isWithheld: true };
  return { photo: { mediaType: 'image/jpeg', base64: Buffer.from(jpeg).toString('base64') }, isWithheld: false };
}

async function jpegOf(file: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    const image = parseDg2(file);
    pictureSize(image);
    return image.mediaType === 'image/jpeg' ? image.bytes : await convert(image);
  } catch (error) {
    if (error instanceof CardError) return undefined;
    throw error;
  }
}

/** Undefined when the picture is none; its thread is gone afterwards, whatever happened. */
async function convert({ bytes }: FaceImage): Promise<Uint8Array | undefined> {
  const worker = new Worker(new URL('./chip-photo-worker.ts', import.meta.url), {
    workerData: bytes,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 128 },
  });
  const converted = Promise.withResolvers<Uint8Array | undefined>();
  const give = (jpeg?: unknown) => converted.resolve(jpeg instanceof Uint8Array ? jpeg : undefined);
  const timer = setTimeout(give, CONVERSION_MS);
  worker.once('message', give).once('error', () => give()).once('exit', () => give());
  try {
    return await converted.promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
