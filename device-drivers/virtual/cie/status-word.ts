/** Status words this card answers with (ISO/IEC 7816-4 clause 5.6; ICAO Doc 9303 part 11 clause 4.4.4). */
export const SW = {
  ok: 0x9000,
  /** 61xx: so many bytes wait for GET RESPONSE, 00 for 256. */
  bytesAvailable: 0x6100,
  endOfFile: 0x6282,
  authenticationFailed: 0x6300,
  wrongLength: 0x6700,
  lastCommandOfChainExpected: 0x6883,
  chainingNotSupported: 0x6884,
  securityStatusNotSatisfied: 0x6982,
  blocked: 0x6983,
  conditionsNotSatisfied: 0x6985,
  noCurrentFile: 0x6986,
  secureMessagingObjectMissing: 0x6987,
  secureMessagingObjectWrong: 0x6988,
  wrongData: 0x6a80,
  functionNotSupported: 0x6a81,
  fileNotFound: 0x6a82,
  wrongParameters: 0x6a86,
  referenceNotFound: 0x6a88,
  wrongOffset: 0x6b00,
  /** 6Cxx: the right Le. */
  rightLength: 0x6c00,
  instructionNotSupported: 0x6d00,
  classNotSupported: 0x6e00,
} as const;

/** What the card answers: data and status word. */
export interface Answer {
  readonly data: Uint8Array;
  readonly sw: number;
}

const NO_DATA = new Uint8Array();

export const answer = (sw: number, data: Uint8Array = NO_DATA): Answer => ({ data, sw });

export const answerBytes = ({ data, sw }: Answer): Uint8Array =>
  Uint8Array.from(Buffer.concat([data, Uint8Array.of(sw >> 8, sw & 0xff)]));
