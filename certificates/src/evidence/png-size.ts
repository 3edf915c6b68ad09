/** The first eight bytes of every PNG, and the head of its first chunk (W3C PNG, third edition, 5.2 and 11.2.1). */
const START = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** Largest page an operator's browser is made to unpack, pixels: A4 at 600 dpi is 35 million. */
const PIXELS_MAX = 40_000_000;

/**
 * Width and height of a PNG as its header says; undefined when it is none, or is larger than a browser should unpack. Its pixels are
 * the browser's to read.
 */
export function pngSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  const picture = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (picture.length < 33 || !picture.subarray(0, START.length).equals(START)) return undefined;
  const [width, height] = [picture.readUInt32BE(16), picture.readUInt32BE(20)];
  return width > 0 && height > 0 && width * height <= PIXELS_MAX ? { width, height } : undefined;
}
