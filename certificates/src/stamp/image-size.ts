import { inflateSync } from 'node:zlib';

import { checkImageHeader } from './image-header.ts';
import type { ImageKind } from './image-header.ts';
import { StampReadError } from './stamp-read-error.ts';

/** Samples a pixel by PNG colour type (ISO/IEC 15948, table 11.1). */
const PNG_SAMPLES: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

/**
 * Makes sure that decoding a PNG or JPEG stays in bounds, before any decoder sees it: checkImageHeader, and the size of a
 * PNG's inflated data.
 *
 * @throws StampReadError IMAGE_TOO_LARGE or IMAGE_UNREADABLE
 */
export function checkImageBounds(file: Uint8Array, kind: ImageKind): void {
  checkImageHeader(file, kind);
  if (kind !== 'png') return;
  try {
    checkPngData(file, new DataView(file.buffer, file.byteOffset, file.byteLength));
  } catch (error) {
    if (error instanceof RangeError)
      throw new StampReadError('IMAGE_UNREADABLE', 'the picture is cut off', { cause: error });
    throw error;
  }
}

function checkPngData(file: Uint8Array, view: DataView): void {
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
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
