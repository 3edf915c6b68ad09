/** Why the bytes of a file and its one seal do not fit together. */
export type SealPlaceFault =
  /** There is no seal. */
  | 'NOT_SEALED'
  /** There is more than one. */
  | 'SECOND_SIGNATURE'
  /** Bytes were added behind what the seal covers. */
  | 'BYTES_APPENDED'
  /** The seal does not cover exactly everything but itself. */
  | 'WRONG_RANGE';

/** Where the seal of a file lies, and what it covers. */
export interface SealInPdf {
  /** The CMS: DER, without the zeros that fill its space. */
  readonly cms: Uint8Array<ArrayBuffer>;
  /** Everything else in the file. */
  readonly covered: Uint8Array<ArrayBuffer>;
  /** The time the sealer wrote in `/M`; null when it is missing or unreadable. */
  readonly claimedAt: Date | null;
}

/** The longest seal that is read, bytes: a chain of RSA 4096 and a time-stamp with another fit four times. */
const MAX_CMS_BYTES = 65_536;
const RANGE = '/ByteRange';

/**
 * Whether a file is a PDF that claims a seal: an electronic original, and no paper with a stamp. Its header may stand behind up
 * to a kilobyte of other bytes, as readers of PDF allow.
 *
 * @param file untrusted; its length is the caller's matter
 */
export function claimsSeal(file: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(file);
  return text.slice(0, 1024).includes('%PDF-') && text.includes(RANGE);
}

/**
 * Finds the one seal of a PDF by looking at its bytes, not at its objects: who changed the file may have told every reader of
 * objects another story. The seal must be named once; its `/ByteRange` (ISO 32000-1, 12.8.1) must begin at the first byte, end
 * at the last, and leave out nothing but the hexadecimal string of `/Contents` in the same object.
 *
 * A function of its argument, in a time that grows with its length; runs in Node and in browsers.
 *
 * @param pdf untrusted; its length is the caller's matter
 */
export function findSeal(pdf: Uint8Array): SealInPdf | SealPlaceFault {
  // Every byte becomes one sign, so that places in the text are places in the file.
  const text = new TextDecoder('latin1').decode(pdf);
  const at = text.indexOf(RANGE);
  if (at < 0) return 'NOT_SEALED';
  if (text.includes(RANGE, at + 1)) return 'SECOND_SIGNATURE';
  const numbers = /^\/ByteRange ?\[ ?(\d{1,10}) (\d{1,10}) (\d{1,10}) (\d{1,10}) ?\]/.exec(text.slice(at, at + 80));
  const [zero, start, end, rest] = (numbers ?? []).slice(1).map(Number);
  if (zero !== 0 || start === undefined || end === undefined || rest === undefined) return 'WRONG_RANGE';
  if (start >= end || end - start > 2 * MAX_CMS_BYTES + 2) return 'WRONG_RANGE';
  if (end + rest < pdf.length) return 'BYTES_APPENDED';
  if (end + rest > pdf.length) return 'WRONG_RANGE';
  const object = objectAround(text, at);
  if (object === null || start < object.from || end > object.to) return 'WRONG_RANGE';
  if (!/\/Contents ?$/.test(text.slice(start - 10, start))) return 'WRONG_RANGE';
  const cms = bytesOfHexString(text.slice(start, end));
  if (cms === null) return 'WRONG_RANGE';
  const covered = new Uint8Array(pdf.length - (end - start));
  covered.set(pdf.subarray(0, start));
  covered.set(pdf.subarray(end), start);
  return { cms, covered, claimedAt: claimedTime(text.slice(object.from, start) + text.slice(end, object.to)) };
}

/** The object a place lies in. Its keyword cannot lie inside the seal's own string, which is hexadecimal. */
function objectAround(text: string, at: number): { from: number; to: number } | null {
  const from = text.lastIndexOf(' obj', at);
  const to = text.indexOf('endobj', at);
  return from < 0 || to < 0 || text.lastIndexOf('endobj', at) > from ? null : { from, to };
}

/** The DER value in a hexadecimal string `<…>`, behind which only zeros may stand; null when that is not so. */
function bytesOfHexString(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^<(?:[0-9a-fA-F]{2})+>$/.test(text)) return null;
  const bytes = new Uint8Array((text.length - 2) / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(text.slice(1 + 2 * index, 3 + 2 * index), 16);
  }
  const length = derLength(bytes);
  return length === null || bytes.subarray(length).some((byte) => byte !== 0) ? null : bytes.subarray(0, length);
}

/** Length of the first DER value with its header, at most five bytes of header; null when it is not whole. */
function derLength(bytes: Uint8Array): number | null {
  const first = bytes[1] ?? 0;
  const extra = first < 0x80 ? 0 : first - 0x80;
  if (first === 0x80 || extra > 3) return null;
  let length = extra === 0 ? first : 0;
  for (let index = 0; index < extra; index += 1) length = length * 256 + (bytes[2 + index] ?? 0);
  const total = 2 + extra + length;
  return total <= bytes.length ? total : null;
}

/** ISO 32000-1, 7.9.4, in UTC as our renderer writes it, or with an offset. */
function claimedTime(object: string): Date | null {
  const parts = /\/M ?\(D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|([+-]\d\d)'(\d\d)'?)?\)/.exec(object);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second, zoneHour, zoneMinute] = parts;
  const zone = zoneHour === undefined ? 'Z' : `${zoneHour}:${zoneMinute}`;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  return Number.isNaN(time.getTime()) ? null : time;
}
