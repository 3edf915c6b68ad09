/** Thread of chip-photo.ts: one JPEG 2000 picture in (`workerData`), one JPEG out, or the thread fails. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { encode } from 'jpeg-js';

/** What is used of OpenJPEG's build (openjpegjs, J2KDecoder). */
interface OpenJpeg {
  readonly J2KDecoder: new () => {
    /** Room for the encoded bytes, in the module's own memory. */
    getEncodedBuffer(length: number): Uint8Array;
    decode(): void;
    getFrameInfo(): { readonly width: number; readonly height: number; readonly bitsPerSample: number; readonly componentCount: number };
    /** Samples, pixel by pixel. */
    getDecodedBuffer(): Uint8Array;
  };
}

const QUALITY = 90;

const require = createRequire(import.meta.url);
// CommonJS without types of its own.
const open = require('@cornerstonejs/codec-openjpeg/decodewasmjs') as (options: object) => Promise<OpenJpeg>;
const wasmBinary = readFileSync(require.resolve('@cornerstonejs/codec-openjpeg/decodewasm'));
const decoder = new (await open({ wasmBinary })).J2KDecoder();
const encoded = workerData as Uint8Array;
decoder.getEncodedBuffer(encoded.length).set(encoded);
decoder.decode();
const { width, height, bitsPerSample, componentCount } = decoder.getFrameInfo();
const samples = decoder.getDecodedBuffer();
const isColoured = componentCount >= 3;
if (width === 0 || bitsPerSample !== 8 || samples.length !== width * height * componentCount) throw new Error('No picture of 8 bits.');
const data = new Uint8Array(width * height * 4);
for (let pixel = 0; pixel < width * height; pixel += 1) {
  for (let colour = 0; colour < 3; colour += 1) data[4 * pixel + colour] = samples[pixel * componentCount + (isColoured ? colour : 0)] ?? 0;
  data[4 * pixel + 3] = 0xff;
}
// A port between threads has no origin that could be named.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
parentPort?.postMessage(Uint8Array.from(encode({ width, height, data }, QUALITY).data));
