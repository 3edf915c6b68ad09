/** A face as ISO/IEC 19794-5:2005 writes it, around a picture in JPEG or JPEG 2000. */
import type { CardHolder } from './card-holder.ts';
import { PersonalisationError } from './personalisation-error.ts';

const RECORD_HEADER_BYTES = 14;
const FACE_INFORMATION_BYTES = 20;
const IMAGE_INFORMATION_BYTES = 12;

const GENDER: Record<CardHolder['sex'], number> = { X: 0, M: 1, F: 2 };

/**
 * Width and height in pixels, from the frame header (ISO/IEC 10918-1 clause B.2.2).
 * @throws PersonalisationError `photo-not-jpeg`.
 */
export function jpegSize(jpeg: Uint8Array): { width: number; height: number } {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const refuse = () => new PersonalisationError('photo-not-jpeg', 'The photo is not a JPEG picture.');
  if (jpeg.length < 4 || view.getUint16(0) !== 0xffd8) throw refuse();
  for (let offset = 2; offset + 9 <= jpeg.length; offset += 2 + view.getUint16(offset + 2)) {
    const marker = view.getUint16(offset);
    // SOF0 to SOF3 are the frames of plain and progressive JPEG.
    if (marker >= 0xffc0 && marker <= 0xffc3) {
      return { height: view.getUint16(offset + 5), width: view.getUint16(offset + 7) };
    }
    if (marker < 0xff01 || marker === 0xffda) break;
  }
  throw refuse();
}

/** Signature box of JPEG 2000's file format, and where its image header begins when it is the first box of the header. */
const JPEG_2000 = { signature: '0000000c6a5020200d0a870a', imageHeaderType: 'ihdr', imageHeaderAt: 44, height: 48, width: 52 } as const;

/** Size of a picture in JPEG 2000's file format, undefined when it is none (ISO/IEC 15444-1, I.5). */
function jpeg2000Size(picture: Uint8Array): { width: number; height: number } | undefined {
  const bytes = Buffer.from(picture.buffer, picture.byteOffset, picture.byteLength);
  if (bytes.toString('hex', 0, 12) !== JPEG_2000.signature) return undefined;
  if (bytes.toString('latin1', JPEG_2000.imageHeaderAt, JPEG_2000.height) !== JPEG_2000.imageHeaderType) return undefined;
  return { width: bytes.readUInt32BE(JPEG_2000.width), height: bytes.readUInt32BE(JPEG_2000.height) };
}

/**
 * One face without feature points: record header, face information, image information, picture.
 * @throws PersonalisationError `photo-not-jpeg` for a picture of another format.
 */
export function faceRecord(picture: Uint8Array, sex: CardHolder['sex']): Uint8Array {
  const newer = jpeg2000Size(picture);
  const { width, height } = newer ?? jpegSize(picture);
  const header = Buffer.alloc(RECORD_HEADER_BYTES);
  header.write('FAC\0' + '010\0', 'latin1');
  header.writeUInt32BE(RECORD_HEADER_BYTES + FACE_INFORMATION_BYTES + IMAGE_INFORMATION_BYTES + picture.length, 8);
  header.writeUInt16BE(1, 12);

  // Eye and hair colour, properties, expression and pose stay 0: unspecified.
  const face = Buffer.alloc(FACE_INFORMATION_BYTES);
  face.writeUInt32BE(FACE_INFORMATION_BYTES + IMAGE_INFORMATION_BYTES + picture.length, 0);
  face.writeUInt8(GENDER[sex], 6);

  const image = Buffer.alloc(IMAGE_INFORMATION_BYTES);
  image.writeUInt8(1, 0); // full frontal
  image.writeUInt8(newer ? 1 : 0, 1); // JPEG 2000 or JPEG
  image.writeUInt16BE(width, 2);
  image.writeUInt16BE(height, 4);
  image.writeUInt8(1, 6); // sRGB
  return Buffer.concat([header, face, image, picture]);
}
