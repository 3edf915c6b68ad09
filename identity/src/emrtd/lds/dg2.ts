/**
 * DG2: the face (ICAO Doc 9303 part 10, 4.7.2; record format ISO/IEC 19794-5). The picture is found by its own first
 * bytes inside the first biometric record, as the state programs do: header lengths differ between issuers.
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

/** Takes the first face out of the file. Throws CardError `malformed` when there is no record or no picture in it. */
export function parseDg2(file: Uint8Array): FaceImage {
  const group = requireTlv(readTlvList(readWholeTlv(file, 0x75)), 0x7f61);
  const template = readTlvList(requireTlv(readTlvList(group), 0x7f60));
  const record = template.find(({ tag }) => tag === 0x5f2e || tag === 0x7f2e)?.value;
  if (record === undefined) throw malformed('DG2 without a biometric record');
  const found = SIGNATURES.map(({ mediaType, start }) => ({ mediaType, at: indexOf(record, start) }))
    .filter(({ at }) => at >= 0)
    .toSorted((a, b) => a.at - b.at)[0];
  if (found === undefined) throw malformed('DG2 without a picture of a known format');
  return { mediaType: found.mediaType, bytes: concat(record.subarray(found.at)) };
}

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  for (let at = 0; at + part.length <= bytes.length; at += 1) {
    if (part.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}
