/**
 * Runs encoded commands over a port and completes what a card answers in pieces: 61xx (more data, ISO/IEC 7816-4,
 * clause 5.3.4) and 6Cxx (right expected length).
 */
import { malformed } from '../card-error.ts';
import type { CardPort, CommandChannel } from '../port.ts';
import { concat } from '../primitives/bytes.ts';
import type { Command, ResponseApdu } from './apdu.ts';
import { CLA, encodeCommand, INS, parseResponse } from './apdu.ts';
import { SW_OK } from './status-word.ts';

const RESPONSE_LIMIT_BYTES = 65_536 + 64;

/** A channel in the clear: every command as it is, 61xx and 6Cxx completed. */
export function plainChannel(port: CardPort, signal: AbortSignal): CommandChannel {
  return {
    run: async (commands) => {
      const encoded = commands.map((command) => ({
        bytes: encodeCommand(command),
        withLe: (le: number) => encodeCommand({ ...command, le: le === 0 ? 'max' : le }),
      }));
      return transmit(port, encoded, signal);
    },
  };
}

/** Bytes of a command, and how to build it again with another expected length where that is allowed. */
export interface TransmitCommand {
  readonly bytes: Uint8Array;
  /** Absent where the card may not ask for a repetition, as under secure messaging. `le` 0 means the most. */
  readonly withLe?: (le: number) => Uint8Array;
}

/**
 * Runs commands in order until one ends with another status word than 9000; that response is the last one returned.
 * A response that ends 61xx is completed by GET RESPONSE, one that ends 6Cxx is asked for once more with the right
 * length, and the rest of the commands goes on. Throws CardError.
 */
export async function transmit(
  port: CardPort,
  commands: readonly TransmitCommand[],
  signal: AbortSignal,
): Promise<readonly ResponseApdu[]> {
  const done: ResponseApdu[] = [];
  while (done.length < commands.length) {
    const rest = commands.slice(done.length);
    const responses = (await port.exchange(rest.map(({ bytes }) => bytes), { signal })).map(parseResponse);
    done.push(...responses.slice(0, -1));
    const last = responses.at(-1);
    const command = rest[responses.length - 1];
    if (last === undefined || command === undefined) throw malformed('no response');
    const completed = await complete(port, command, last, signal);
    done.push(completed);
    if (completed.sw !== SW_OK) break;
  }
  return done;
}

async function complete(
  port: CardPort,
  command: TransmitCommand,
  first: ResponseApdu,
  signal: AbortSignal,
): Promise<ResponseApdu> {
  let response = first;
  if (response.sw >> 8 === 0x6c && command.withLe !== undefined) {
    response = await exchangeOne(port, command.withLe(response.sw & 0xff), signal);
  }
  let data = response.data;
  while (response.sw >> 8 === 0x61) {
    const available = response.sw & 0xff;
    const le = available === 0 ? 256 : available;
    const getResponse = encodeCommand({ cla: CLA.plain, ins: INS.getResponse, p1: 0, p2: 0, le });
    response = await exchangeOne(port, getResponse, signal);
    if (response.data.length === 0 && response.sw >> 8 === 0x61) throw malformed('GET RESPONSE without data');
    data = concat(data, response.data);
    if (data.length > RESPONSE_LIMIT_BYTES) throw malformed('response longer than any command can ask');
  }
  return { data, sw: response.sw };
}

async function exchangeOne(port: CardPort, command: Uint8Array, signal: AbortSignal): Promise<ResponseApdu> {
  const [response] = await port.exchange([command], { signal });
  if (response === undefined) throw malformed('no response');
  return parseResponse(response);
}

/** The single response to a single command. Throws CardError. */
export async function runOne(channel: CommandChannel, command: Command): Promise<ResponseApdu> {
  const [response] = await channel.run([command]);
  if (response === undefined) throw malformed('no response');
  return response;
}
