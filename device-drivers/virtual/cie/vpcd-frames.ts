/**
 * Frames of vsmartcard's vpcd: a two-byte big-endian length, then the payload. A payload of one byte is a control code,
 * anything longer a command APDU.
 */

export const CONTROL = { powerOff: 0x00, powerOn: 0x01, reset: 0x02, getAtr: 0x04 } as const;

const LENGTH_BYTES = 2;
const LONGEST_PAYLOAD = 0xffff;

/** Throws RangeError when the payload is longer than the length field can say. */
export function encodeFrame(payload: Uint8Array): Uint8Array {
  if (payload.length > LONGEST_PAYLOAD)
    throw new RangeError(`A frame holds ${LONGEST_PAYLOAD} bytes, not ${payload.length}.`);
  return Buffer.concat([Uint8Array.of(payload.length >> 8, payload.length & 0xff), payload]);
}

/** Collects bytes as they arrive and gives out whole payloads. */
export function createFrameReader(): { push(chunk: Uint8Array): Uint8Array[] } {
  let pending = Buffer.alloc(0);
  return {
    push(chunk) {
      pending = Buffer.concat([pending, chunk]);
      const payloads: Uint8Array[] = [];
      while (pending.length >= LENGTH_BYTES) {
        const end = LENGTH_BYTES + pending.readUInt16BE();
        if (pending.length < end) break;
        payloads.push(pending.subarray(LENGTH_BYTES, end));
        pending = pending.subarray(end);
      }
      return payloads;
    },
  };
}
