import { inflateSync } from 'node:zlib';

import { StampReadError } from './stamp-read-error.ts';

/** Most pixels that are decoded: more than an A3 page at 300 dpi (17 million) or the photos of most phones. */
export const MAX_IMAGE_PIXELS = 50_000_000;

/** A progressive JPEG has about ten scans; each costs a pass over all pixels, however few bytes it takes. */
const MAX_JPEG_SCANS = 64;

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Samples a pixel by PNG colour type (ISO/IEC 15948, table 11.1). */
const PNG_SAMPLES: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

/** Kinds of picture that are read. */
export type ImageKind = 'png' | 'jpeg';

/** What a file's first bytes say it is; null for anything but PNG and JPEG. */
export function imageKind(file: Uint8Array): ImageKind | null {
  if (PNG_SIGNATURE.equals(file.subarray(0, 8))) return 'png';
  return file[0] === 0xff && file[1] === 0xd8 && file[2] === 0xff ? 'jpeg' : null;
}

/**
 * Makes sure that decoding a PNG or JPEG stays in bounds, before any decoder sees it: pixels, size of the inflated
 * data, number of scans.
 *
 * @throws StampReadError IMAGE_TOO_LARGE or IMAGE_UNREADABLE
 */
export function checkImageBounds(file: Uint8Array, kind: ImageKind): void {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  try {
    if (kind === 'png') checkPng(file, view);
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

function checkPng(file: Uint8Array, view: DataView): void {
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  checkPixels(width, height);
  const samples = PNG_SAMPLES.get(view.getUint8(25));
  if (samples === undefined) throw new StampReadError('IMAGE_UNREADABLE', 'the picture has no known colour type');
  const rowBytes = Math.ceil((width * samples * view.getUint8(24)) / 8) + 1;
  const data: Uint8Array[] = [];
  for (let at = 8; at + 8 <= file.length; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === 0x49444154) data.push(file.subarray(at + 8, at + 8 + view.getUint32(at)));
  }
  // Interlaced rows are split in up to eight, each with a filter byte of its own and a rounded end.
  const inflatedLimit = rowBytes * height + 16 * (width + height);
  try {
    inflateSync(Buffer.concat(data), { maxOutputLength: inflatedLimit });
  } catch (cause) {
    throw new StampReadError('IMAGE_UNREADABLE', 'the data of the picture do not fit its size', { cause });
  }
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
