/**
 * Recognising a CNS or TS-CNS by its answer to reset (CNS functional specification; ISO/IEC 7816-3, clause 8). Only a
 * hint: over contactless the same card has no historical bytes, and the files decide.
 */

/** Of fifteen historical bytes the tenth to the twelfth. */
const CNS = [0x43, 0x4e, 0x53];
const HISTORICAL_BYTES = 15;
/** Mask maker in the fourth historical byte: its cards want the PIN's reference with the bit that searches upwards. */
const STINCARD_MASK = 0x09;

/** What an answer to reset says of a CNS. */
export interface CnsAtr {
  /** P2 of VERIFY that this maker's cards want. */
  readonly pinReference: 0x10 | 0x90;
}

/** Reads an answer to reset; undefined when it is not a CNS's. */
export function recogniseCns(atr: Uint8Array): CnsAtr | undefined {
  const historical = historicalBytes(atr);
  if (historical?.length !== HISTORICAL_BYTES) return undefined;
  if (CNS.some((byte, i) => historical[9 + i] !== byte)) return undefined;
  return { pinReference: historical[3] === STINCARD_MASK ? 0x90 : 0x10 };
}

/** Skips the interface bytes that each TD announces; undefined when the answer is cut off. */
function historicalBytes(atr: Uint8Array): Uint8Array | undefined {
  const format = atr[1];
  if (format === undefined) return undefined;
  let at = 2;
  let presence = format >> 4;
  while (presence !== 0) {
    const interfaceBytes = [1, 2, 4, 8].filter((bit) => (presence & bit) !== 0).length;
    const next = (presence & 8) === 0 ? 0 : (atr[at + interfaceBytes - 1] ?? 0) >> 4;
    at += interfaceBytes;
    presence = next;
  }
  const historical = atr.subarray(at, at + (format & 0x0f));
  return historical.length === (format & 0x0f) ? historical : undefined;
}
