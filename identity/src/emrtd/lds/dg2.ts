/**
 * DG2: the face (ICAO Doc 9303 part 10, 4.7.2; record format ISO/IEC 19794-5). Where the first facial record keeps to
 * its standard, its own lengths say where the picture begins and ends; where it does not, the picture is found by its
 * first bytes near the beginning, as the state programs do, and ends with the record.
 */
import { malformed } from '../../card-error.ts';
import { readTlvList, readWholeTlv, requireTlv } from '../../iso7816/tlv.ts';
import { concat, fromHex } from '../../primitives/bytes.ts';

/** A picture as the card holds it. */
export interface FaceImage {
  /** `image/jp2` is JPEG 2000 in its file format, `image/j2c` the bare codestream; browsers show neither. */
  readonly mediaType: 'image/jpeg' | 'image/jp2' | 'image/j2c';
  readonly bytes: Uint8Array;
}

const SIGNATURES: readonly { readonly mediaType: FaceImage['mediaType']; readonly start: Uint8Array }[] = [
  { mediaType: 'image/jp2', start: fromHex('0000000C6A5020200D0A870A') },
  { mediaType: 'image/j2c', start: fromHex('FF4FFF51') },
  { mediaType: 'image/jpeg', start: fromHex('FFD8FF') },
];

/** `FAC` and zero, first bytes of a facial record (ISO/IEC 19794-5, 5.4.1). */
const FACE_FORMAT = fromHex('46414300');
/** Facial record header, facial information block, one feature point, image information block, in bytes. */
const HEADER = { record: 14, face: 20, featurePoint: 8, image: 12 } as const;
/** Headers with every feature point that the standard numbers end well before this. */
const SEARCH_LIMIT_BYTES = 4096;

/** Takes the first face out of the file. Throws CardError `malformed` when there is no record or no picture in it. */
export function parseDg2(file: Uint8Array): FaceImage {
  const group = requireTlv(readTlvList(readWholeTlv(file, 0x75)), 0x7f61);
  const template = readTlvList(requireTlv(readTlvList(group), 0x7f60));
  const record = template.find(({ tag }) => tag === 0x5f2e || tag === 0x7f2e)?.value;
  if (record === undefined) throw malformed('DG2 without a biometric record');
  const picture = pictureByHeader(record);
  const mediaType = picture === undefined ? undefined : mediaTypeAt(picture, 0);
  if (picture !== undefined && mediaType !== undefined) return { mediaType, bytes: concat(picture) };
  return searchPicture(record);
}

/** The picture of the first face by the lengths in the record, undefined where they do not hold. */
function pictureByHeader(record: Uint8Array): Uint8Array | undefined {
  if (record.length < HEADER.record + HEADER.face || !startsWith(record, FACE_FORMAT, 0)) return undefined;
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const faceBytes = view.getUint32(HEADER.record);
  const featurePoints = view.getUint16(HEADER.record + 4);
  const begin = HEADER.record + HEADER.face + HEADER.featurePoint * featurePoints + HEADER.image;
  const end = HEADER.record + faceBytes;
  return begin < end && end <= record.length ? record.subarray(begin, end) : undefined;
}

function searchPicture(record: Uint8Array): FaceImage {
  const limit = Math.min(record.length, SEARCH_LIMIT_BYTES);
  for (let at = 0; at < limit; at += 1) {
    const mediaType = mediaTypeAt(record, at);
    if (mediaType !== undefined) return { mediaType, bytes: concat(record.subarray(at)) };
  }
  throw malformed('DG2 without a picture of a known format');
}

function mediaTypeAt(bytes: Uint8Array, at: number): FaceImage['mediaType'] | undefined {
  return SIGNATURES.find(({ start }) => startsWith(bytes, start, at))?.mediaType;
}

function startsWith(bytes: Uint8Array, part: Uint8Array, at: number): boolean {
  return part.every((byte, i) => bytes[at + i] === byte);
}
