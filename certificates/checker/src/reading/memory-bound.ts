/** The largest array that reading may ask for: a page of A4 in colours at 600 dpi. */
const MAX_ARRAY_BYTES = 128_000_000;

let isExceeded = false;

/**
 * Whether something asked for more memory than reading may have since the last call. The reader of PDF goes on where a part of
 * a file cannot be had, and would show half a page: then nothing of the file counts.
 */
export function memoryWasExceeded(): boolean {
  const was = isExceeded;
  isExceeded = false;
  return was;
}

// A few kilobytes inflate to gigabytes, and nothing in a browser bounds what a worker asks for. The reader of PDF inflates into
// an array that it doubles, which is bounded here, before it is loaded; it prefers the stream of the browser, which hands over
// everything at once and cannot be bounded, so that is taken away.
globalThis.Uint8Array = new Proxy(Uint8Array, {
  construct(target, args: unknown[], made) {
    if (typeof args[0] === 'number' && args[0] > MAX_ARRAY_BYTES) {
      isExceeded = true;
      throw new RangeError('More memory was asked for than reading a paper may have.');
    }
    return Reflect.construct(target, args, made) as Uint8Array;
  },
});
Reflect.deleteProperty(globalThis, 'DecompressionStream');
