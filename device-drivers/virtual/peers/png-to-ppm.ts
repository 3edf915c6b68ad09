import { inflateSync } from 'node:zlib';
import { PeerError } from './peer-error.ts';

/** Samples per pixel of the colour types that can be laid on the glass: grey, RGB, and both with alpha (W3C PNG, 11.2.1). */
const SAMPLES: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [4, 2],
  [6, 4],
]);

/**
 * Turns a PNG of 8 bits per sample, not interlaced, into a portable pixmap (ppm(5)); transparency becomes white paper.
 * @throws {PeerError} `unreadable` for every other picture.
 */
export function pngToPpm(png: Uint8Array): Uint8Array {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  if (bytes.length < 33 || bytes.toString('latin1', 1, 4) !== 'PNG' || bytes.toString('latin1', 12, 16) !== 'IHDR') {
    throw new PeerError('unreadable', 'the file is no PNG picture');
  }
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const samples = SAMPLES.get(bytes.readUInt8(25));
  if (bytes.readUInt8(24) !== 8 || samples === undefined || bytes.readUInt8(28) !== 0) {
    throw new PeerError('unreadable', 'only PNG pictures in grey or RGB with 8 bits, not interlaced, can be scanned');
  }
  const pixels = unfilter(unpack(bytes), width, height, samples);
  const ppm = Buffer.alloc(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const from = pixel * samples;
    const alpha = samples % 2 === 0 ? (pixels[from + samples - 1] ?? 255) : 255;
    for (let colour = 0; colour < 3; colour += 1) {
      const sample = pixels[from + (samples < 3 ? 0 : colour)] ?? 0;
      ppm[pixel * 3 + colour] = Math.round((sample * alpha + 255 * (255 - alpha)) / 255);
    }
  }
  return Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), ppm]);
}

function unpack(bytes: Buffer): Buffer {
  const data: Buffer[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') {
      data.push(bytes.subarray(at + 8, at + 8 + length));
    }
    at += 12 + length;
  }
  try {
    return inflateSync(Buffer.concat(data));
  } catch (cause) {
    throw new PeerError('unreadable', 'the PNG picture is damaged', { cause });
  }
}

/** Undoes the row filters (W3C PNG, 9.2). */
function unfilter(rows: Buffer, width: number, height: number, samples: number): Buffer {
  const stride = width * samples;
  if (rows.length !== height * (stride + 1)) {
    throw new PeerError('unreadable', 'the PNG picture is cut short');
  }
  const pixels = Buffer.alloc(height * stride);
  for (let row = 0; row < height; row += 1) {
    const filter = rows[row * (stride + 1)];
    for (let column = 0; column < stride; column += 1) {
      const at = row * stride + column;
      const left = column < samples ? 0 : (pixels[at - samples] ?? 0);
      const above = row === 0 ? 0 : (pixels[at - stride] ?? 0);
      const corner = row === 0 || column < samples ? 0 : (pixels[at - stride - samples] ?? 0);
      const predicted = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter ?? 0] ?? 0;
      pixels[at] = ((rows[row * (stride + 1) + 1 + column] ?? 0) + predicted) & 0xff;
    }
  }
  return pixels;
}

/** The neighbour nearest to left + above - corner (W3C PNG, 9.4). */
function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner;
  const [toLeft, toAbove, toCorner] = [left, above, corner].map((value) => Math.abs(estimate - value)) as [number, number, number];
  if (toLeft <= toAbove && toLeft <= toCorner) {
    return left;
  }
  return toAbove <= toCorner ? above : corner;
}
