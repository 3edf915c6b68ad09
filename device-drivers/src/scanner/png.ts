import { crc32, inflateSync } from 'node:zlib';

/** The first eight bytes of every PNG (W3C PNG, third edition, 5.2). */
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** Largest page that is unpacked for the check: A3 at 600 dpi in colour with alpha, in bytes. */
const PIXELS_MAX = 9_933 * 14_043 * 4;

/** Samples per pixel for each colour type (W3C PNG, 11.2.1, table 12). */
const SAMPLES: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

/** Size of a picture in pixels. */
export interface PngSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Reads a PNG as far as needed to be sure that a viewer can show it: signature, header, every chunk with its check sum,
 * all pixel rows, the end and nothing after it (W3C PNG, third edition, 5 and 11).
 * @returns the size, or undefined when the bytes are no whole picture. Interlaced pictures count as none: no scanner
 *   makes them.
 */
export function readWholePng(bytes: Uint8Array): PngSize | undefined {
  const picture = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!picture.subarray(0, 8).equals(SIGNATURE)) {
    return undefined;
  }
  let header: (PngSize & { readonly rowBytes: number }) | undefined;
  const data: Buffer[] = [];
  let at = 8;
  for (;;) {
    const chunk = readChunk(picture, at);
    if (chunk === undefined || (header === undefined) !== (chunk.type === 'IHDR')) {
      return undefined;
    }
    at = chunk.end;
    if (chunk.type === 'IHDR') {
      header = readHeader(chunk.data);
      if (header === undefined) {
        return undefined;
      }
    } else if (chunk.type === 'IDAT') {
      data.push(chunk.data);
    } else if (chunk.type === 'IEND') {
      break;
    }
  }
  // A filter byte stands before each row (7.2).
  const wanted = header === undefined ? 0 : header.height * (header.rowBytes + 1);
  if (header === undefined || at !== picture.length || wanted > PIXELS_MAX || !unpacksTo(data, wanted)) {
    return undefined;
  }
  return { width: header.width, height: header.height };
}

function readChunk(picture: Buffer, at: number): { type: string; data: Buffer; end: number } | undefined {
  if (at + 12 > picture.length) {
    return undefined;
  }
  const length = picture.readUInt32BE(at);
  const end = at + 12 + length;
  if (end > picture.length || crc32(picture.subarray(at + 4, end - 4)) !== picture.readUInt32BE(end - 4)) {
    return undefined;
  }
  return { type: picture.toString('latin1', at + 4, at + 8), data: picture.subarray(at + 8, end - 4), end };
}

/** Width, height, depth, colour type, compression 0, filter 0, interlace 0 (11.2.1). */
function readHeader(data: Buffer): (PngSize & { readonly rowBytes: number }) | undefined {
  if (data.length !== 13 || data.readUIntBE(10, 3) !== 0) {
    return undefined;
  }
  const width = data.readUInt32BE(0);
  const height = data.readUInt32BE(4);
  const samples = SAMPLES.get(data.readUInt8(9));
  if (width === 0 || height === 0 || samples === undefined) {
    return undefined;
  }
  return { width, height, rowBytes: Math.ceil((width * samples * data.readUInt8(8)) / 8) };
}

function unpacksTo(data: readonly Buffer[], length: number): boolean {
  try {
    return inflateSync(Buffer.concat(data), { maxOutputLength: length + 1 }).length === length;
  } catch {
    return false;
  }
}
