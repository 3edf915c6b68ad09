import { crc32, deflateSync } from 'node:zlib';
import { expect } from 'chai';
import { readWholePng } from './png.ts';

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A picture of 3 by 2 pixels in RGB; parts can be made wrong. */
function picture(options: { rows?: Buffer; interlace?: number; width?: number; tail?: Buffer } = {}): Buffer {
  const header = Buffer.from([0, 0, 0, options.width ?? 3, 0, 0, 0, 2, 8, 2, 0, 0, options.interlace ?? 0]);
  const data = deflateSync(options.rows ?? Buffer.alloc(2 * (1 + 9), 7));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', data.subarray(0, 4)),
    chunk('IDAT', data.subarray(4)),
    chunk('IEND', Buffer.alloc(0)),
    options.tail ?? Buffer.alloc(0),
  ]);
}

describe('reading a PNG to its end', () => {
  it('tells the size of a whole picture', () => {
    expect(readWholePng(picture())).to.deep.equal({ width: 3, height: 2 });
  });

  it('refuses a picture cut short at any byte', () => {
    const whole = picture();
    for (let length = 0; length < whole.length; length += 1) {
      expect(readWholePng(whole.subarray(0, length)), `${length} bytes`).to.equal(undefined);
    }
  });

  it('refuses a picture with any bit turned', () => {
    const whole = picture();
    for (let at = 0; at < whole.length; at += 1) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      expect(readWholePng(damaged), `byte ${at}`).to.equal(undefined);
    }
  });

  it('refuses too few rows, too many, interlaced ones, none, and bytes behind the end', () => {
    for (const wrong of [
      picture({ rows: Buffer.alloc(10) }),
      picture({ rows: Buffer.alloc(30) }),
      picture({ interlace: 1 }),
      picture({ width: 0 }),
      picture({ tail: Buffer.from('x') }),
    ]) {
      expect(readWholePng(wrong)).to.equal(undefined);
    }
  });
});
