/**
 * Width and height that a picture of DG2 claims, read before anything decodes it: a picture of few bytes may claim more
 * pixels than a machine has memory for (ISO/IEC 10918-1, B.2.2; ISO/IEC 15444-1, A.5.1 and I.5.3.1).
 */
import { malformed } from '../../card-error.ts';
import type { FaceImage } from './dg2.ts';

/** Pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** A face on a document is a few hundred pixels wide; a longer side than this is no face. */
const SIDE_LIMIT = 4096;

const JPEG = { frames: [0xc0, 0xc1, 0xc2], scan: 0xda, startOfImage: 0xd8, fill: 0xff } as const;
/** Codestream: marker of the start, then the size segment with its length and capabilities before the extents. */
const CODESTREAM = { xSize: 8, ySize: 12, xOffset: 16, yOffset: 20, components: 40, bytes: 42 } as const;
/** Colours and a transparency; a codestream may claim 16,384 components, each as large as the picture. */
const COMPONENT_LIMIT = 4;
const BOX = { header: 8, jp2Header: 'jp2h', imageHeader: 'ihdr', codestream: 'jp2c' } as const;

/** Reads the size. Throws CardError `malformed` when none can be found, or when it is nothing or beyond 4,096 pixels. */
export function pictureSize({ mediaType, bytes }: FaceImage): PictureSize {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size =
    mediaType === 'image/jpeg' ? jpegSize(view) : mediaType === 'image/j2c' ? codestreamSize(view) : boxedSize(view);
  const bounded = [size?.width, size?.height].every((side) => side !== undefined && side >= 1 && side <= SIDE_LIMIT);
  if (size === undefined || !bounded) throw malformed('picture without a size that a face can have');
  return size;
}

/** Walks the segments up to the first frame header. */
function jpegSize(view: DataView): PictureSize | undefined {
  for (let at = 2; at + 9 <= view.byteLength; ) {
    if (view.getUint8(at) !== JPEG.fill) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === JPEG.fill) {
      at += 1;
      continue;
    }
    if (JPEG.frames.some((frame) => frame === marker)) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    const length = view.getUint16(at + 2);
    if (marker === JPEG.scan || marker === JPEG.startOfImage || length < 2) return undefined;
    at += 2 + length;
  }
  return undefined;
}

function codestreamSize(view: DataView): PictureSize | undefined {
  if (view.byteLength < CODESTREAM.bytes || view.getUint16(CODESTREAM.components) > COMPONENT_LIMIT) return undefined;
  return {
    width: view.getUint32(CODESTREAM.xSize) - view.getUint32(CODESTREAM.xOffset),
    height: view.getUint32(CODESTREAM.ySize) - view.getUint32(CODESTREAM.yOffset),
  };
}

/** Walks the boxes of the file format down to the image header; the codestream, which is what is decoded, must say the same. */
function boxedSize(view: DataView): PictureSize | undefined {
  const header = findBox(view, BOX.jp2Header);
  const image = header === undefined ? undefined : findBox(header, BOX.imageHeader);
  const codestream = findBox(view, BOX.codestream);
  if (image === undefined || image.byteLength < 8 || codestream === undefined) return undefined;
  const size = codestreamSize(codestream);
  return size?.height === image.getUint32(0) && size.width === image.getUint32(4) ? size : undefined;
}

/** Content of the first box of a type. A box of length 0 reaches to the end; longer forms stand for no face. */
function findBox(view: DataView, type: string): DataView | undefined {
  for (let at = 0; at + BOX.header <= view.byteLength; ) {
    const claimed = view.getUint32(at);
    const length = claimed === 0 ? view.byteLength - at : claimed;
    if (length < BOX.header || at + length > view.byteLength) return undefined;
    const name = String.fromCodePoint(...[4, 5, 6, 7].map((i) => view.getUint8(at + i)));
    if (name === type) return new DataView(view.buffer, view.byteOffset + at + BOX.header, length - BOX.header);
    at += length;
  }
  return undefined;
}
