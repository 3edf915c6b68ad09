/** The chip's side of secure messaging, with triple DES or AES (ICAO Doc 9303 part 11 clause 9.8). */
import { timingSafeEqual } from 'node:crypto';
import { fromBigInt, toBigInt } from '@videosportello/identity/primitives/bytes.ts';
import { padIso7816, unpadIso7816 } from '@videosportello/identity/primitives/retail-mac.ts';
import { readTlvs, tlv } from '../authority/der.ts';
import type { Tlv } from '../authority/der.ts';
import { CHECKSUM_BYTES, cipherSuite } from './cipher-suite.ts';
import type { SessionKeys } from './cipher-suite.ts';
import type { CommandApdu } from './command-apdu.ts';
import { SW } from './status-word.ts';
import type { Answer } from './status-word.ts';

const PADDING_INDICATOR = 0x01;

const CRYPTOGRAM = 0x87;
const EXPECTED_LENGTH = 0x97;
const STATUS = 0x99;
const CHECKSUM = 0x8e;

/** DO 99 with the status word and DO 8E with the checksum. */
const STATUS_AND_CHECKSUM_BYTES = 4 + 10;

/** A command taken out of its protection. */
export type InnerCommand = Pick<CommandApdu, 'ins' | 'p1' | 'p2' | 'data'> & {
  readonly le?: number | 'all';
  /** Most bytes of plain data that fit into the protected answer. */
  readonly capacity: number;
};

/** The status word, given in the clear, with which the session ends. */
export type ChannelFailure =
  typeof SW.secureMessagingObjectMissing | typeof SW.secureMessagingObjectWrong | typeof SW.wrongLength;

export interface SecureChannel {
  /** Checks and deciphers a command of class 0C. A number is the status word of a failure: the session is over. */
  open(command: CommandApdu): InnerCommand | ChannelFailure;
  /** Protects the answer to the command opened last: the data field, and the status word once more after it. */
  protect(answer: Answer): Answer;
}

/**
 * `maxAnswerBytes`: longest answer of the chip, status word included. `counter`: send sequence counter to start from, as
 * BAC makes it; zero after PACE and chip authentication, the default.
 */
export function createSecureChannel(
  keys: SessionKeys,
  maxAnswerBytes: number,
  startCounter: Uint8Array = new Uint8Array(),
): SecureChannel {
  const suite = cipherSuite(keys.algorithm);
  const { blockBytes } = suite;
  let counter = toBigInt(startCounter);

  const counterBlock = (): Uint8Array => fromBigInt(counter, blockBytes);

  /** Checksum over the counter and the parts, each padded to whole blocks. */
  function checksumOver(...parts: readonly Uint8Array[]): Uint8Array {
    const padded = parts.map((part) => padIso7816(part, blockBytes));
    return suite.checksum(keys.mac, Buffer.concat([counterBlock(), ...padded]));
  }

  function advance(): void {
    counter = (counter + 1n) % (1n << BigInt(8 * blockBytes));
  }

  function decipher(value: Uint8Array): Uint8Array | undefined {
    const blocks = value.subarray(1);
    if (value[0] !== PADDING_INDICATOR || blocks.length === 0 || blocks.length % blockBytes !== 0) return undefined;
    try {
      return unpadIso7816(suite.decrypt(keys.encryption, counterBlock(), blocks), blockBytes);
    } catch {
      return undefined;
    }
  }

  return {
    open(command) {
      if (command.le === undefined) return SW.wrongLength;
      const objects = readObjects(command.data);
      if (objects === undefined) return SW.secureMessagingObjectWrong;
      const [cryptogram, length, checksum] = sortObjects(objects);
      if (checksum === undefined) return SW.secureMessagingObjectMissing;
      const known = [cryptogram, length, checksum].filter((object) => object !== undefined);
      if (known.length !== objects.length || known.some((object, index) => object !== objects[index])) {
        return SW.secureMessagingObjectWrong;
      }

      const header = Uint8Array.of(command.cla, command.ins, command.p1, command.p2);
      const covered = Buffer.concat(known.slice(0, -1).map((object) => object.bytes));
      advance();
      const expected = checksumOver(header, ...(covered.length === 0 ? [] : [covered]));
      if (checksum.value.length !== CHECKSUM_BYTES || !timingSafeEqual(checksum.value, expected)) {
        return SW.secureMessagingObjectWrong;
      }

      const data = cryptogram === undefined ? new Uint8Array() : decipher(cryptogram.value);
      if (data === undefined) return SW.secureMessagingObjectWrong;
      if (length !== undefined && (length.value.length < 1 || length.value.length > 2))
        return SW.secureMessagingObjectWrong;
      // A long answer has no place in a command with a short outer length field.
      if (length?.value.length === 2 && !command.extended) return SW.wrongLength;
      const field = length?.value.reduce((sum, byte) => sum * 0x100 + byte, 0);
      const longestData = Math.min(command.extended ? 0x10000 : 0x100, maxAnswerBytes - 2);
      return {
        ins: command.ins,
        p1: command.p1,
        p2: command.p2,
        data,
        ...(field === undefined ? {} : { le: field === 0 ? ('all' as const) : field }),
        capacity: plainCapacity(longestData, blockBytes),
      };
    },

    protect({ data, sw }) {
      advance();
      const cryptogram =
        data.length === 0
          ? Buffer.alloc(0)
          : tlv(
              CRYPTOGRAM,
              Uint8Array.of(PADDING_INDICATOR),
              suite.encrypt(keys.encryption, counterBlock(), padIso7816(data, blockBytes)),
            );
      const covered = Buffer.concat([cryptogram, tlv(STATUS, Uint8Array.of(sw >> 8, sw & 0xff))]);
      return { data: Buffer.concat([covered, tlv(CHECKSUM, checksumOver(covered))]), sw };
    },
  };
}

function readObjects(data: Uint8Array): Tlv[] | undefined {
  try {
    return readTlvs(data);
  } catch {
    return undefined;
  }
}

function sortObjects(objects: readonly Tlv[]): [Tlv | undefined, Tlv | undefined, Tlv | undefined] {
  const find = (tag: number) => objects.find((object) => object.tag === tag);
  return [find(CRYPTOGRAM), find(EXPECTED_LENGTH), find(CHECKSUM)];
}

/** Most plain bytes whose cryptogram object, with DO 99 and DO 8E, fits into a data field of the given length. */
function plainCapacity(dataFieldBytes: number, blockBytes: number): number {
  const room = dataFieldBytes - STATUS_AND_CHECKSUM_BYTES;
  for (let blocks = Math.floor(room / blockBytes); blocks > 0; blocks--) {
    if (tlv(CRYPTOGRAM, new Uint8Array(1 + blocks * blockBytes)).length <= room) return blocks * blockBytes - 1;
  }
  return 0;
}
