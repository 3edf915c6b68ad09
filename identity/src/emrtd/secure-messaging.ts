/**
 * Secure messaging of travel documents (ICAO Doc 9303 part 11, 9.8): every command and response of a session enciphered
 * and authenticated under a counter that both sides keep.
 *
 *   open --protect--> batch out --open(responses)--> open
 *     any fault while opening: open --> lost, for good
 *
 * A command needs only keys and counter, so the commands of a whole file can be protected ahead of time and travel in
 * one exchange. The counter then moves by two for each command that the card answered, and not for those it never saw.
 */
import { CardError, malformed } from '../card-error.ts';
import { CLA, encodeCommand, SHORT_MAX } from '../iso7816/apdu.ts';
import type { Command, ResponseApdu } from '../iso7816/apdu.ts';
import { formatStatusWord } from '../iso7816/status-word.ts';
import { encodeTlv, readTlvList } from '../iso7816/tlv.ts';
import type { Tlv } from '../iso7816/tlv.ts';
import { transmit } from '../iso7816/transmit.ts';
import type { CardPort, CommandChannel } from '../port.ts';
import { concat, equalConstantTime, fromBigInt, toBigInt } from '../primitives/bytes.ts';
import { padIso7816, unpadIso7816 } from '../primitives/retail-mac.ts';
import type { SessionKeys, SymmetricSuite } from './symmetric-suite.ts';
import { symmetricSuite } from './symmetric-suite.ts';

const TAG = { cryptogram: 0x87, oddCryptogram: 0x85, expected: 0x97, statusWord: 0x99, mac: 0x8e } as const;
/** First byte of object 87: what follows is padded by ISO/IEC 7816-4. */
const PADDING_INDICATOR = 0x01;
const MAC_BYTES = 8;

/** Data field of the longest short response. */
const SHORT_RESPONSE_BYTES = 256;
/**
 * Data field of the longest extended response that is asked for: of the chips that announce a limit, the lowest is 2,019
 * bytes with the status word.
 */
const EXTENDED_RESPONSE_BYTES = 2017;

/** How long the messages of a session are: `short` goes with every card and reader, `extended` saves commands. */
export type MessageLengths = 'short' | 'extended';

/**
 * The most plain bytes that fit into one protected response: 231 in short ones for triple DES and 223 for AES, 1,991
 * and 1,983 in extended ones.
 */
export function readBytes(keys: SessionKeys, lengths: MessageLengths): number {
  const { blockBytes } = symmetricSuite(keys.cipher);
  const [response, cryptogramHeader] = lengths === 'short' ? [SHORT_RESPONSE_BYTES, 2 + 1] : [EXTENDED_RESPONSE_BYTES, 4];
  const forCryptogram = response - cryptogramHeader - 1 - (2 + 2) - (2 + MAC_BYTES);
  return Math.floor(forCryptogram / blockBytes) * blockBytes - 1;
}

/** Commands protected ahead of time, and the only way to read what comes back for them. */
export interface ProtectedBatch {
  readonly commands: readonly Uint8Array[];
  /**
   * Checks and deciphers the responses, of which there may be fewer than commands.
   * Throws CardError `session-lost` on a plain status word, `wrong-mac` on a wrong code, `malformed` on wrong objects.
   */
  open(responses: readonly ResponseApdu[]): readonly ResponseApdu[];
}

/** A session under secure messaging. One batch at a time. */
export class SecureMessaging {
  readonly #keys: SessionKeys;
  readonly #suite: SymmetricSuite;
  #counter: bigint;
  #state: 'open' | 'batch-out' | 'lost' = 'open';

  /** `counter` is the send sequence counter before the first command: zero after PACE, its default. */
  constructor(keys: SessionKeys, counter: Uint8Array = new Uint8Array(0)) {
    this.#keys = keys;
    this.#suite = symmetricSuite(keys.cipher);
    this.#counter = toBigInt(counter);
  }

  /**
   * Protects commands in the order in which the card will see them.
   * Throws CardError `session-lost` when the session has ended or an earlier batch was never opened.
   */
  protect(commands: readonly Command[]): ProtectedBatch {
    if (this.#state !== 'open') {
      this.#state = 'lost';
      throw new CardError('session-lost', 'the protected session has ended');
    }
    this.#state = 'batch-out';
    const start = this.#counter;
    return {
      commands: commands.map((command, i) => this.#protectOne(command, start + BigInt(2 * i + 1))),
      open: (responses) => {
        if (this.#state !== 'batch-out' || start !== this.#counter || responses.length > commands.length) {
          this.#state = 'lost';
          throw new CardError('session-lost', 'responses that belong to no open batch');
        }
        this.#state = 'lost';
        const opened = responses.map((response, i) => this.#openOne(response, start + BigInt(2 * i + 2)));
        this.#counter = start + BigInt(2 * responses.length);
        this.#state = 'open';
        return opened;
      },
    };
  }

  #protectOne(command: Command, counter: bigint): Uint8Array {
    const { ins, p1, p2, data, le } = command;
    const counterBytes = this.#counterBytes(counter);
    const header = Uint8Array.of((command.cla ?? CLA.plain) | CLA.secureMessaging, ins, p1, p2);
    const extended = typeof le === 'number' && le > SHORT_MAX.expected;
    const objects = concat(
      data === undefined || data.length === 0 ? new Uint8Array(0) : this.#encipher(data, ins, counterBytes),
      le === undefined ? new Uint8Array(0) : encodeTlv(TAG.expected, expectedBytes(le, extended)),
    );
    const { blockBytes } = this.#suite;
    const paddedHeader = padIso7816(header, blockBytes);
    const paddedObjects = objects.length === 0 ? objects : padIso7816(objects, blockBytes);
    const mac = this.#suite.mac(this.#keys.mac, concat(counterBytes, paddedHeader, paddedObjects));
    const body = concat(objects, encodeTlv(TAG.mac, mac));
    return encodeCommand({
      cla: header[0] ?? CLA.secureMessaging,
      ins,
      p1,
      p2,
      data: body,
      le: extended ? 65_536 : 'max',
    });
  }

  #encipher(data: Uint8Array, ins: number, counter: Uint8Array): Uint8Array {
    const { encryption } = this.#keys;
    const padded = padIso7816(data, this.#suite.blockBytes);
    const cryptogram = this.#suite.encrypt(encryption, this.#suite.iv(encryption, counter), padded);
    return ins % 2 === 1
      ? encodeTlv(TAG.oddCryptogram, cryptogram)
      : encodeTlv(TAG.cryptogram, concat(Uint8Array.of(PADDING_INDICATOR), cryptogram));
  }

  #openOne({ data, sw }: ResponseApdu, counter: bigint): ResponseApdu {
    if (data.length === 0) {
      const message = `plain status word in a session: ${formatStatusWord(sw)}`;
      throw new CardError('session-lost', message, { statusWord: sw });
    }
    const objects = readTlvList(data);
    const last = objects.at(-1);
    if (last?.tag !== TAG.mac || last.value.length !== MAC_BYTES) {
      throw new CardError('wrong-mac', 'protected response without its code');
    }
    // The code comes first: nothing is deciphered, and no status word believed, before it agrees.
    const counterBytes = this.#counterBytes(counter);
    const covered = data.subarray(0, data.length - last.raw.length);
    const { blockBytes } = this.#suite;
    const expected = this.#suite.mac(this.#keys.mac, concat(counterBytes, padIso7816(covered, blockBytes)));
    if (!equalConstantTime(expected, last.value)) {
      throw new CardError('wrong-mac', 'protected response with a wrong code');
    }
    const inside = readStatusWord(objects);
    if (inside !== sw) throw malformed('status word inside and outside of the protection differ');
    return { data: this.#decipher(objects.slice(0, -2), counterBytes), sw };
  }

  /** The plain data of the objects before 99 and 8E: none, or one cryptogram. */
  #decipher(objects: readonly Tlv[], counter: Uint8Array): Uint8Array {
    const [object, ...others] = objects;
    if (object === undefined) return new Uint8Array(0);
    const odd = object.tag === TAG.oddCryptogram;
    if (others.length > 0 || (!odd && object.tag !== TAG.cryptogram)) throw malformed('unknown object in a session');
    if (!odd && object.value[0] !== PADDING_INDICATOR) throw malformed('cryptogram with another padding');
    const cryptogram = odd ? object.value : object.value.subarray(1);
    if (cryptogram.length === 0 || cryptogram.length % this.#suite.blockBytes !== 0) {
      throw malformed('cryptogram is not whole blocks');
    }
    const { encryption } = this.#keys;
    const padded = this.#suite.decrypt(encryption, this.#suite.iv(encryption, counter), cryptogram);
    try {
      return unpadIso7816(padded, this.#suite.blockBytes);
    } catch (error) {
      if (error instanceof RangeError) throw malformed('deciphered data without padding', { cause: error });
      throw error;
    }
  }

  #counterBytes(counter: bigint): Uint8Array {
    return fromBigInt(BigInt.asUintN(8 * this.#suite.blockBytes, counter), this.#suite.blockBytes);
  }
}

/** A channel under secure messaging over a port: each run is one protected batch. */
export function secureChannel(port: CardPort, session: SecureMessaging, signal: AbortSignal): CommandChannel {
  return {
    async run(commands) {
      const batch = session.protect(commands);
      const encoded = batch.commands.map((bytes) => ({ bytes }));
      return batch.open(await transmit(port, encoded, signal));
    },
  };
}

function expectedBytes(le: number | 'max', extended: boolean): Uint8Array {
  const number = le === 'max' ? 0 : le;
  return extended ? Uint8Array.of(number >> 8, number) : Uint8Array.of(number);
}

function readStatusWord(objects: readonly Tlv[]): number {
  const object = objects.at(-2);
  if (object?.tag !== TAG.statusWord || object.value.length !== 2) throw malformed('protected response without status');
  return ((object.value[0] ?? 0) << 8) | (object.value[1] ?? 0);
}
