/** EF.COM: versions and the list of files (ICAO Doc 9303 part 10, 4.6.1). Not signed: a hint, never an authority. */
import { readTlvList, readWholeTlv, requireTlv } from '../../iso7816/tlv.ts';

/** Content of EF.COM. */
export interface EfCom {
  /** Version of the logical data structure, four digits, for example `0107`. */
  readonly ldsVersion: string;
  /** Version of Unicode, six digits. */
  readonly unicodeVersion: string;
  /** Outer tags of the data groups that are said to exist. */
  readonly tags: readonly number[];
}

/** Reads the file. Throws CardError `malformed`. */
export function parseEfCom(file: Uint8Array): EfCom {
  const objects = readTlvList(readWholeTlv(file, 0x60));
  return {
    ldsVersion: new TextDecoder('latin1').decode(requireTlv(objects, 0x5f01)),
    unicodeVersion: new TextDecoder('latin1').decode(requireTlv(objects, 0x5f36)),
    tags: [...requireTlv(objects, 0x5c)],
  };
}
