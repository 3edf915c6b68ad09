import { crc32, deflateSync } from 'node:zlib';

import type { StampSymbol } from './symbol.ts';

/** White modules round a symbol (ISO/IEC 18004, 6.3.8). */
const QUIET_ZONE = 4;

/**
 * A symbol with its quiet zone as a PNG picture, one bit a pixel.
 *
 * @param scale pixels a module
 */
export function symbolPng(symbol: StampSymbol, scale: number): Uint8Array {
  const side = (symbol.modules.length + 2 * QUIET_ZONE) * scale;
  const rows: Uint8Array[] = [];
  for (let y = 0; y < side; y += 1) {
    // A filter byte of zero, then the pixels from the highest bit; one is white.
    const row = new Uint8Array(1 + Math.ceil(side / 8));
    for (let x = 0; x < side; x += 1) {
      const dark = symbol.modules[Math.floor(y / scale) - QUIET_ZONE]?.[Math.floor(x / scale) - QUIET_ZONE] ?? false;
      if (!dark) row[1 + (x >> 3)] = (row[1 + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
    }
    rows.push(row);
  }
  return encodePng({ width: side, height: side, bitDepth: 1 }, deflateSync(Buffer.concat(rows)));
}

/** A grey PNG around pixel data that are already compressed (ISO/IEC 15948). */
export function encodePng(size: { width: number; height: number; bitDepth: 1 | 8 }, data: Uint8Array): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size.width, 0);
  header.writeUInt32BE(size.height, 4);
  header.writeUInt8(size.bitDepth, 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return new Uint8Array(
    Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', new Uint8Array())]),
  );
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
