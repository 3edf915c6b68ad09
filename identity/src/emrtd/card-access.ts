/**
 * EF.CardAccess: which ways into the chip it offers (ICAO Doc 9303 part 11, 9.2.11; part 10, 3.11.3).
 */
import { malformed } from '../card-error.ts';
import { CLA, INS } from '../iso7816/apdu.ts';
import type { Command, ResponseApdu } from '../iso7816/apdu.ts';
import { SW_END_OF_FILE, SW_OK } from '../iso7816/status-word.ts';
import { readTlv, readTlvHeader, readTlvList } from '../iso7816/tlv.ts';
import { runOne } from '../iso7816/transmit.ts';
import type { CommandChannel } from '../port.ts';
import { concat, toBigInt } from '../primitives/bytes.ts';
import { decodeObjectIdentifier } from './object-identifier.ts';
import { paceProtocol } from './pace/oids.ts';
import type { PaceProtocol } from './pace/oids.ts';

/** A PACEInfo of a protocol that this library knows by name. */
export interface PaceInfo {
  readonly protocol: PaceProtocol;
  /** Standardised domain parameter, absent when the card brings its own. */
  readonly parameterId: number | undefined;
}

/** Length of the only content seen on Italian cards: it is asked for first, and the rest when there is more. */
const FIRST_READ_BYTES = 22;
const LIMIT_BYTES = 1024;
const FILE_ID = Uint8Array.of(0x01, 0x1c);
const VERSION = 2n;

const DER_SET = 0x31;
const DER_SEQUENCE = 0x30;
const DER_OID = 0x06;
const DER_INTEGER = 0x02;

/**
 * Reads a SET OF SecurityInfo. Entries of other kinds and other versions are passed over; the file's order is kept.
 * Throws CardError `malformed` when the structure does not hold.
 */
export function parseCardAccess(bytes: Uint8Array): readonly PaceInfo[] {
  const set = readTlv(bytes);
  if (set.tag !== DER_SET) throw malformed('EF.CardAccess is not a set');
  return readTlvList(set.value).flatMap((entry) => {
    if (entry.tag !== DER_SEQUENCE) throw malformed('EF.CardAccess holds something else than a sequence');
    const [oid, version, parameter] = readTlvList(entry.value);
    if (oid === undefined || oid.tag !== DER_OID) throw malformed('SecurityInfo without an object identifier');
    const protocol = paceProtocol(decodeObjectIdentifier(oid.value));
    if (protocol === undefined || version?.tag !== DER_INTEGER || toBigInt(version.value) !== VERSION) return [];
    const parameterId = parameter?.tag === DER_INTEGER ? Number(toBigInt(parameter.value)) : undefined;
    return [{ protocol, parameterId }];
  });
}

/** SELECT by file identifier under the MF, answer without file control information. */
const SELECT_CARD_ACCESS: Command = { ins: INS.select, p1: 0x02, p2: 0x0c, data: FILE_ID };

/**
 * Selects and reads EF.CardAccess in the clear, two commands in one exchange. Undefined when the file cannot be
 * selected. Throws CardError: `malformed` when the content is cut off or claims more than 1,024 bytes.
 */
export async function readCardAccess(channel: CommandChannel): Promise<Uint8Array | undefined> {
  const step = 'READ EF.CardAccess';
  const responses = await channel.run([SELECT_CARD_ACCESS, readBinary(0, FIRST_READ_BYTES)]);
  const [selected, first] = responses;
  if (selected?.sw !== SW_OK || first === undefined) return undefined;
  if (!isReadable(first)) throw malformed('EF.CardAccess cannot be read', { step, statusWord: first.sw });
  const { headerBytes, valueBytes } = readTlvHeader(first.data);
  const length = headerBytes + valueBytes;
  if (length > LIMIT_BYTES) throw malformed('EF.CardAccess claims to be longer than any', { step });
  let bytes = first.data;
  while (bytes.length < length) {
    const next = await runOne(channel, readBinary(bytes.length, Math.min(256, length - bytes.length)));
    if (!isReadable(next) || next.data.length === 0) {
      throw malformed('EF.CardAccess ends before its length', { step, statusWord: next.sw });
    }
    bytes = concat(bytes, next.data);
  }
  return concat(bytes.subarray(0, length));
}

function readBinary(offset: number, le: number): Command {
  return { cla: CLA.plain, ins: INS.readBinary, p1: offset >> 8, p2: offset & 0xff, le };
}

function isReadable(response: ResponseApdu): boolean {
  return response.data.length > 0 && (response.sw === SW_OK || response.sw === SW_END_OF_FILE);
}
