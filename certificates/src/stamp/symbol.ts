import { correction, generate, mode } from 'lean-qr';

/** A QR symbol without its quiet zone (leave four modules of white on every side: ISO/IEC 18004, 6.3.8). */
export interface StampSymbol {
  /** Rows from the top, modules from the left; true is dark. */
  readonly modules: readonly (readonly boolean[])[];
  /** 1 to 40; a side has 17 + 4 × version modules. */
  readonly version: number;
}

/** Why there is no symbol. */
export type SymbolErrorCode = 'SYMBOL_TOO_LONG' | 'SYMBOL_BAD_TEXT';

/** A text that cannot become a symbol; the message never repeats it. */
export class SymbolError extends Error {
  readonly code: SymbolErrorCode;

  constructor(code: SymbolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SymbolError';
    this.code = code;
  }
}

/** Data codewords of the symbol at error correction level M, versions 1 to 40 (ISO/IEC 18004, table 7). */
export const DATA_CODEWORDS_M = [
  16, 28, 44, 64, 86, 108, 124, 154, 182, 216, 254, 290, 334, 365, 415, 453, 507, 563, 627, 669, 714, 782, 860, 914,
  1000, 1062, 1128, 1193, 1267, 1373, 1455, 1541, 1631, 1725, 1812, 1914, 1992, 2102, 2216, 2334,
] as const;

const MODE_BITS = 4;
const ALPHANUMERIC = /^[0-9A-Z $%*+\-./:]*$/;

/**
 * The version of a stamp's symbol: the smallest at level M that holds the text as three segments, alphanumeric, one
 * byte for `#`, alphanumeric. It depends on the lengths alone, so a layout can keep the right area free before the
 * seal, which covers the layout's own digest, exists.
 *
 * @throws SymbolError SYMBOL_BAD_TEXT when the text is not of that form, SYMBOL_TOO_LONG above version 40
 */
export function stampSymbolVersion(address: string): number {
  const [head = '', tail, ...rest] = address.split('#');
  if (tail === undefined || rest.length > 0 || !ALPHANUMERIC.test(head) || !ALPHANUMERIC.test(tail)) {
    throw new SymbolError('SYMBOL_BAD_TEXT', 'a stamp carries capital letters, digits and $%*+-./: around one #');
  }
  const index = DATA_CODEWORDS_M.findIndex((codewords, candidate) => {
    const { alphanumeric, byte } = countBits(candidate + 1);
    const bits =
      MODE_BITS * 3 + 2 * alphanumeric + byte + 8 + alphanumericBits(head.length) + alphanumericBits(tail.length);
    return bits <= codewords * 8 && head.length < 2 ** alphanumeric && tail.length < 2 ** alphanumeric;
  });
  if (index < 0) throw new SymbolError('SYMBOL_TOO_LONG', 'the stamp does not fit the largest symbol');
  return index + 1;
}

/**
 * Draws a stamp's symbol: QR, level M, of the version that stampSymbolVersion says, in its three segments. zxing-cpp's writer
 * would make a picture of it too and take five times as long.
 *
 * @throws SymbolError as stampSymbolVersion
 */
export function stampSymbol(address: string): StampSymbol {
  const version = stampSymbolVersion(address);
  const [head = '', tail = ''] = address.split('#');
  const segments = mode.multi(mode.alphaNumeric(head), mode.ascii('#'), mode.alphaNumeric(tail));
  const { M: level } = correction;
  const symbol = generate(segments, { minCorrectionLevel: level, maxCorrectionLevel: level, minVersion: version, maxVersion: version });
  const sides = Array.from({ length: symbol.size }, (_, at) => at);
  return { modules: sides.map((y) => sides.map((x) => symbol.get(x, y))), version };
}

/** ISO/IEC 18004, table 3. */
function countBits(version: number): { alphanumeric: number; byte: number } {
  if (version < 10) return { alphanumeric: 9, byte: 8 };
  return { alphanumeric: version < 27 ? 11 : 13, byte: 16 };
}

/** ISO/IEC 18004, 7.4.4: eleven bits a pair, six for a last single sign. */
function alphanumericBits(length: number): number {
  return Math.floor(length / 2) * 11 + (length % 2) * 6;
}
