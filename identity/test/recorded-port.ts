/** A port that plays a recorded dialogue: each command must be the recorded one, byte for byte. */
import type { CardPort } from '../src/port.ts';
import { fromHex, toHex } from '../src/primitives/bytes.ts';

/** One recorded command with its answer, hexadecimal. */
export interface RecordedExchange {
  readonly label: string;
  readonly command: string;
  readonly response: string;
}

/** Plays the recording; a command out of place makes the exchange reject with its label. */
export function recordedPort(recording: readonly RecordedExchange[]): CardPort & { readonly remaining: () => number } {
  let next = 0;
  return {
    remaining: () => recording.length - next,
    async exchange(commands) {
      const responses: Uint8Array[] = [];
      for (const command of commands) {
        const expected = recording[next];
        if (expected?.command !== toHex(command)) {
          throw new Error(`expected ${expected?.label ?? 'the end'}, got ${toHex(command).slice(0, 24)}`);
        }
        next += 1;
        responses.push(fromHex(expected.response));
        if (!expected.response.endsWith('9000')) break;
      }
      return responses;
    },
  };
}
