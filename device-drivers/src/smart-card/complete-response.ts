import { ReaderError } from './reader-error.ts';

/** Rounds after which a card that always promises more is not believed: 256 answers of 256 bytes fill a response. */
const ROUNDS_MAX = 256;

/** The status word at the end of a response of at least two bytes (ISO/IEC 7816-4, 5.6). */
export function statusWordOf(response: Uint8Array): number {
  return ((response.at(-2) ?? 0) << 8) | (response.at(-1) ?? 0);
}

/**
 * Sends a command and fetches what the card holds back, as ISO/IEC 7816-4 wants of the terminal: `61xx` is answered
 * by GET RESPONSE until all is there (5.3.4), `6Cxx` to a plain command without data by the same command with the right
 * Le (5.6, table 6). A protected command is never repeated: its secure messaging counter has moved on.
 *
 * @returns all data and the last status word.
 * @throws {ReaderError} `comm` when the card promises more for ever; whatever `send` throws.
 */
export async function completeResponse(
  command: Uint8Array,
  send: (command: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  let response = await send(command);
  const cla = command[0] ?? 0;
  const plain = (cla & 0x8c) === 0;
  if (plain && command.length === 5 && statusWordOf(response) >>> 8 === 0x6c) {
    const corrected = Uint8Array.from(command);
    corrected[4] = statusWordOf(response) & 0xff;
    response = await send(corrected);
  }
  const parts: Uint8Array[] = [];
  for (let round = 0; statusWordOf(response) >>> 8 === 0x61; round += 1) {
    if (round === ROUNDS_MAX) {
      throw new ReaderError('comm');
    }
    parts.push(response.subarray(0, -2));
    // GET RESPONSE on the same logical channel, without secure messaging (ISO/IEC 7816-4, 11.4.3).
    response = await send(Uint8Array.of(cla & 0x03, 0xc0, 0, 0, statusWordOf(response) & 0xff));
  }
  return parts.length === 0 ? response : Buffer.concat([...parts, response]);
}
