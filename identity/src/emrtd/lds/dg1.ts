/** DG1: the machine readable zone (ICAO Doc 9303 part 10, 4.7.1). */
import { readTlvList, readWholeTlv, requireTlv } from '../../iso7816/tlv.ts';
import type { Mrz } from '../../mrz/parse-mrz.ts';
import { parseMrz } from '../../mrz/parse-mrz.ts';

/** Reads the file. Throws CardError `malformed`. */
export function parseDg1(file: Uint8Array): Mrz {
  const zone = requireTlv(readTlvList(readWholeTlv(file, 0x61)), 0x5f1f);
  return parseMrz(new TextDecoder('latin1').decode(zone));
}
