/**
 * Whether a chip's answer to reset promises extended length: by the card capabilities among its historical bytes
 * (ISO/IEC 7816-4, 8.1.1.2.7), or because the bytes are those of a family whose EF.ATR is known to promise it.
 */
import { toHex } from '../primitives/bytes.ts';
import type { MessageLengths } from './secure-messaging.ts';

/**
 * Historical bytes with which chips of the CIE begin whose EF.ATR announces extended length: Gemalto2 and both kinds of
 * Actalis (italia/cie-middleware, ATR.cpp; pagopa/cie-sdk-android, CieType.kt). Those of NXP and ST deny it.
 */
const EXTENDED_FAMILIES = ['80318065B0850300EF', '8031806549544A3441', '8031806549544A3443'] as const;

/** Category indicators of historical bytes in compact data objects; with the second, the last three are the status. */
const COMPACT_TLV = 0x80;
const COMPACT_TLV_AND_STATUS = 0x00;
const STATUS_BYTES = 3;
/** Compact tag of the card capabilities, and the bit of their third byte that promises extended length. */
const CARD_CAPABILITIES = 7;
const EXTENDED_LENGTH = 0x40;

/**
 * `extended` where the answer to reset promises it, else `short`. A chip that promises and then refuses costs one more
 * opening: see `readDocument`.
 */
export function messageLengths(atr: Uint8Array): MessageLengths {
  const historical = historicalBytes(atr);
  const text = toHex(historical);
  const known = EXTENDED_FAMILIES.some((prefix) => text.startsWith(prefix));
  return known || ((cardCapabilities(historical)?.[2] ?? 0) & EXTENDED_LENGTH) !== 0 ? 'extended' : 'short';
}

/** The historical bytes of an answer to reset (ISO/IEC 7816-3, 8.2); none when it is cut off before them. */
export function historicalBytes(atr: Uint8Array): Uint8Array {
  const count = (atr[1] ?? 0) & 0x0f;
  let at = 1;
  // Each group of interface bytes is announced by the high half of T0 or of the TD before it.
  for (let announced: number | undefined = atr[1]; announced !== undefined; ) {
    const present = announced >> 4;
    for (const bit of [1, 2, 4, 8]) at += (present & bit) === 0 ? 0 : 1;
    announced = (present & 8) === 0 ? undefined : atr[at];
  }
  return atr.subarray(at + 1, at + 1 + count);
}

function cardCapabilities(historical: Uint8Array): Uint8Array | undefined {
  const [category] = historical;
  if (category !== COMPACT_TLV && category !== COMPACT_TLV_AND_STATUS) return undefined;
  const end = historical.length - (category === COMPACT_TLV_AND_STATUS ? STATUS_BYTES : 0);
  for (let at = 1; at < end; ) {
    const header = historical[at] ?? 0;
    const length = header & 0x0f;
    if (header >> 4 === CARD_CAPABILITIES) return historical.subarray(at + 1, Math.min(end, at + 1 + length));
    at += 1 + length;
  }
  return undefined;
}
