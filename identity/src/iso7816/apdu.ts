/**
 * Command and response messages of ISO/IEC 7816-4 (clauses 5.1 and 5.2), short and extended.
 */
import { malformed } from '../card-error.ts';
import { concat } from '../primitives/bytes.ts';

/** Class byte of plain commands, and the bits that are set in it. */
export const CLA = { plain: 0x00, chaining: 0x10, secureMessaging: 0x0c } as const;

/** Instruction bytes used here (ISO/IEC 7816-4, table 4). */
export const INS = {
  verify: 0x20,
  manageSecurityEnvironment: 0x22,
  performSecurityOperation: 0x2a,
  externalAuthenticate: 0x82,
  getChallenge: 0x84,
  generalAuthenticate: 0x86,
  internalAuthenticate: 0x88,
  select: 0xa4,
  readBinary: 0xb0,
  getResponse: 0xc0,
} as const;

/** The longest data field and expected length of a short command. */
export const SHORT_MAX = { data: 255, expected: 256 } as const;
const EXTENDED_MAX = { data: 65_535, expected: 65_536 } as const;

/** A command before it becomes bytes. */
export interface Command {
  /** Class byte; default plain. */
  readonly cla?: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** Data field; none by default. */
  readonly data?: Uint8Array;
  /** Expected bytes: 1 to 65,536, or `max` for the most that the chosen form can ask. None by default. */
  readonly le?: number | 'max';
}

/** A response cut into data field and status word. */
export interface ResponseApdu {
  readonly data: Uint8Array;
  /** SW1 and SW2 as one number, 0x9000 for success. */
  readonly sw: number;
}

/**
 * Bytes of a command. Short form wherever it fits, extended where data or expected length ask for it.
 * Throws RangeError on a field that no form can carry.
 */
export function encodeCommand(command: Command): Uint8Array {
  const { cla = CLA.plain, ins, p1, p2, data = new Uint8Array(0), le } = command;
  const header = Uint8Array.of(cla, ins, p1, p2);
  const extended = data.length > SHORT_MAX.data || (typeof le === 'number' && le > SHORT_MAX.expected);
  const limit = extended ? EXTENDED_MAX : SHORT_MAX;
  const expected = le === 'max' ? limit.expected : le;
  if (data.length > limit.data) throw new RangeError(`data field of ${data.length} bytes`);
  if (expected !== undefined && (!Number.isInteger(expected) || expected < 1 || expected > limit.expected)) {
    throw new RangeError(`expected length ${expected}`);
  }
  if (!extended) {
    const lc = data.length === 0 ? [] : [data.length];
    const leByte = expected === undefined ? [] : [expected];
    return concat(header, Uint8Array.from(lc), data, Uint8Array.from(leByte));
  }
  const lc = data.length === 0 ? new Uint8Array(0) : Uint8Array.of(0, data.length >> 8, data.length);
  const leBytes = expected === undefined ? [] : [...(data.length === 0 ? [0] : []), expected >> 8, expected];
  return concat(header, lc, data, Uint8Array.from(leBytes));
}

/** Cuts a response. Throws CardError `malformed` when it is shorter than a status word. */
export function parseResponse(response: Uint8Array): ResponseApdu {
  if (response.length < 2) throw malformed('response without a status word');
  const data = concat(response.subarray(0, -2));
  return { data, sw: ((response.at(-2) ?? 0) << 8) | (response.at(-1) ?? 0) };
}
