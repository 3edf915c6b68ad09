/** Command APDUs as the card receives them (ISO/IEC 7816-4 clause 5.2: cases 1 to 4, short and extended). */

export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  /** Number of bytes asked for; `all` for a length field of zeros; absent when the command has none. */
  readonly le?: number | 'all';
  /** Whether the length fields are extended. */
  readonly extended: boolean;
}

/** Reads a command; undefined when its length fields do not fit its bytes. */
export function parseCommand(apdu: Uint8Array): CommandApdu | undefined {
  const [cla, ins, p1, p2] = apdu;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) return undefined;
  const header = { cla, ins, p1, p2 };
  const body = apdu.subarray(4);
  if (body.length === 0) return { ...header, data: body, extended: false };
  const extended = body[0] === 0 && body.length > 1;
  const lengthBytes = extended ? 3 : 1;
  if (body.length < lengthBytes) return undefined;
  const first = extended ? ((body[1] ?? 0) << 8) + (body[2] ?? 0) : (body[0] ?? 0);
  if (body.length === lengthBytes)
    return { ...header, data: body.subarray(lengthBytes), le: expected(first), extended };
  const data = body.subarray(lengthBytes, lengthBytes + first);
  const tail = body.subarray(lengthBytes + first);
  if (first === 0 || data.length !== first) return undefined;
  if (tail.length === 0) return { ...header, data, extended };
  if (tail.length !== (extended ? 2 : 1)) return undefined;
  return { ...header, data, le: expected(tail.reduce((sum, byte) => sum * 0x100 + byte, 0)), extended };
}

const expected = (field: number): number | 'all' => (field === 0 ? 'all' : field);
