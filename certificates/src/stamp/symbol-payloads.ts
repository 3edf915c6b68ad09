import { payloadOfBytes } from './address.ts';
import type { StampPayload } from './address.ts';
import { SealFormatError } from './seal-error.ts';

/** What the symbols of a file carry. */
export interface SymbolPayloads {
  /** Each stamp once, however often it was seen. */
  readonly stamps: readonly StampPayload[];
  /** Why the first symbol that is no stamp is none; null when all are. */
  readonly refusal: SealFormatError | null;
}

/** The stamps among symbols. Others are passed over: a page may show the QR of a web site as well. */
export function payloadsOf(symbols: readonly Uint8Array[]): SymbolPayloads {
  const stamps = new Map<string, StampPayload>();
  let refusal: SealFormatError | null = null;
  for (const symbol of symbols) {
    try {
      const payload = payloadOfBytes(symbol);
      stamps.set(payload.seal.join(), payload);
    } catch (error) {
      if (!(error instanceof SealFormatError)) throw error;
      refusal ??= error;
    }
  }
  return { stamps: [...stamps.values()], refusal };
}

/** Whether a symbol carries a stamp, well formed or not inside. */
export function isStampSymbol(symbol: Uint8Array): boolean {
  return payloadsOf([symbol]).stamps.length > 0;
}
