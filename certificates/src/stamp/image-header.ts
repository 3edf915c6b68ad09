import { StampReadError } from './stamp-read-error.ts';

/** Most pixels that are decoded: more than an A3 page at 300 dpi (17 million) or the photos of most phones. */
export const MAX_IMAGE_PIXELS = 50_000_000;

/** A progressive JPEG has about ten scans; each costs a pass over all pixels, however few bytes it takes. */
const MAX_JPEG_SCANS = 64;

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;

/** Kinds of picture that are read. */
export type ImageKind = 'png' | 'jpeg';

/** What a file's first bytes say it is; null for anything but PNG and JPEG. */
export function imageKind(file: Uint8Array): ImageKind | null {
  if (PNG_SIGNATURE.every((byte, index) => file[index] === byte)) return 'png';
  return file[0] === 0xff && file[1] === 0xd8 && file[2] === 0xff ? 'jpeg' : null;
}

/**
 * Makes sure, by the headers alone and before any decoder sees the file, that it has not too many pixels or scans. Runs in
 * Node and in browsers.
 *
 * @throws StampReadError IMAGE_TOO_LARGE or IMAGE_UNREADABLE
 */
export function checkImageHeader(file: Uint8Array, kind: ImageKind): void {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  try {
    if (kind === 'png') checkPixels(view.getUint32(16), view.getUint32(20));
    else checkJpeg(view);
  } catch (error) {
    // A read outside the file: it ends too early.
    if (error instanceof RangeError)
      throw new StampReadError('IMAGE_UNREADABLE', 'the picture is cut off', { cause: error });
    throw error;
  }
}

function checkPixels(width: number, height: number): void {
  if (width === 0 || height === 0) throw new StampReadError('IMAGE_UNREADABLE', 'the picture has no pixels');
  if (width * height > MAX_IMAGE_PIXELS) throw new StampReadError('IMAGE_TOO_LARGE', 'the picture has too many pixels');
}

function checkJpeg(view: DataView): void {
  let scans = 0;
  let sized = false;
  for (let at = 2; at + 4 <= view.byteLength;) {
    const marker = view.getUint16(at);
    if (marker === 0xffff) {
      at += 1; // fill byte
      continue;
    }
    if (marker === 0xffd9) break; // end of image
    if (marker < 0xff01) throw new StampReadError('IMAGE_UNREADABLE', 'the picture is no well-formed JPEG');
    if (isFrameHeader(marker)) {
      checkPixels(view.getUint16(at + 7), view.getUint16(at + 5));
      sized = true;
    }
    at += 2 + view.getUint16(at + 2);
    if (marker === 0xffda) {
      scans += 1;
      if (scans > MAX_JPEG_SCANS) throw new StampReadError('IMAGE_TOO_LARGE', 'the picture has too many scans');
      at = endOfScan(view, at);
    }
  }
  if (!sized) throw new StampReadError('IMAGE_UNREADABLE', 'the picture has no frame');
}

/** SOF0 to SOF15, which are not DHT (C4), JPG (C8) or DAC (CC) (ISO/IEC 10918-1, table B.1). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xffc0 && marker <= 0xffcf && marker !== 0xffc4 && marker !== 0xffc8 && marker !== 0xffcc;
}

/** The next marker that is neither a stuffed 0xFF nor a restart. */
function endOfScan(view: DataView, from: number): number {
  for (let at = from; at + 2 <= view.byteLength; at += 1) {
    if (view.getUint8(at) !== 0xff) continue;
    const next = view.getUint8(at + 1);
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return view.byteLength;
}
