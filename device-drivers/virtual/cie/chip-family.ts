/**
 * Chip families of the CIE 3.0: what a reader sees of each. Names, historical bytes and the EF.ATR fragments are those of
 * italia/cie-middleware and the PagoPA SDKs. Public logs show both nonce lengths without naming the chip, so the length of
 * a family here is a choice that has both occur; so is the eMRTD side's refusal of extended reads where EF.ATR denies
 * extended length, which nobody has published.
 */

export const CHIP_FAMILY_NAMES = [
  'gemalto',
  'gemalto2',
  'nxp',
  'stm',
  'stm2',
  'stm3',
  'actalis-j4a',
  'actalis',
] as const;
export type ChipFamilyName = (typeof CHIP_FAMILY_NAMES)[number];

/** What a reader sees of a contactless chip. */
export interface Chip {
  readonly atr: Uint8Array;
  /** Content of EF.ATR: card capabilities, and the lengths the chip announces. */
  readonly efAtr: Uint8Array;
  readonly nonceBytes: 8 | 16;
  /**
   * `pace-only`: MANAGE SECURITY ENVIRONMENT and GENERAL AUTHENTICATE take extended length, which PACE and chip
   * authentication with a 2048-bit group need, anything else answers 6700.
   */
  readonly extendedLength: 'all' | 'pace-only';
  /** Longest command and answer in bytes, headers and status word included. */
  readonly maxCommandBytes: number;
  readonly maxAnswerBytes: number;
  /** Whether IAS is selected by its own name; where it is not, its folders are found from the MF. */
  readonly iasByName: boolean;
  /** Whether a long answer of the national application is fetched with GET RESPONSE. */
  readonly getResponse: boolean;
}

export interface ChipFamily extends Chip {
  readonly name: ChipFamilyName;
}

/** Largest APDU that the two-byte lengths of the transport carry. */
const UNLIMITED = 65_535;

/** ATR of a contactless card as PC/SC part 3 builds it: `3B 8n 80 01`, historical bytes, check byte. */
export function contactlessAtr(historicalBytes: Uint8Array): Uint8Array {
  const body = Uint8Array.of(0x80 + historicalBytes.length, 0x80, 0x01, ...historicalBytes);
  return Uint8Array.of(
    0x3b,
    ...body,
    body.reduce((check, byte) => check ^ byte, 0),
  );
}

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

/** Reads with extended length, whatever it is asked for. */
const EXTENDED = {
  extendedLength: 'all',
  maxCommandBytes: UNLIMITED,
  maxAnswerBytes: UNLIMITED,
  getResponse: false,
} as const;

/** Announces command chaining without extended length. */
const SHORT = {
  nonceBytes: 16,
  extendedLength: 'pace-only',
  maxCommandBytes: UNLIMITED,
  maxAnswerBytes: UNLIMITED,
  iasByName: false,
  getResponse: true,
} as const;

const ST_EF_ATR = hex('4703940181' + 'E010' + '020200FF' + '020200FF' + '02020100' + '02020100');

/** Announces commands of up to 1,238 bytes and answers of up to 2,019. */
const ACTALIS = {
  efAtr: hex('47039401E0' + '7F6608020204D6020207E3' + 'E01002020104020200E6020200E6020200E6'),
  nonceBytes: 16,
  extendedLength: 'all',
  maxCommandBytes: 1238,
  maxAnswerBytes: 2019,
  iasByName: false,
  getResponse: false,
} as const;

export const CHIP_FAMILIES: Record<ChipFamilyName, ChipFamily> = {
  // The capabilities are those of its successor; of its own only the text is published.
  gemalto: {
    ...EXTENDED,
    name: 'gemalto',
    atr: contactlessAtr(hex('80318065B085040011120FFF829000')),
    efAtr: Uint8Array.from(Buffer.concat([hex('47039441C0500A'), Buffer.from('IasEccRoot', 'latin1')])),
    nonceBytes: 8,
    iasByName: true,
  },
  gemalto2: {
    ...EXTENDED,
    name: 'gemalto2',
    atr: contactlessAtr(hex('80318065B0850300EF120FFF829000')),
    efAtr: hex('47039441C0'),
    nonceBytes: 8,
    iasByName: true,
  },
  nxp: {
    ...SHORT,
    name: 'nxp',
    atr: contactlessAtr(hex('8031806549544E5850120FFF829000')),
    efAtr: hex('4703940180'),
  },
  stm: { ...SHORT, name: 'stm', atr: contactlessAtr(hex('8066475000B8007F')), efAtr: ST_EF_ATR },
  // Nothing in its answer to reset tells it from other cards.
  stm2: { ...SHORT, name: 'stm2', atr: contactlessAtr(new Uint8Array()), efAtr: ST_EF_ATR },
  stm3: { ...SHORT, name: 'stm3', atr: contactlessAtr(hex('8066475000B80094829000')), efAtr: ST_EF_ATR },
  'actalis-j4a': { ...ACTALIS, name: 'actalis-j4a', atr: contactlessAtr(hex('8031806549544A3441120FFF829000')) },
  actalis: { ...ACTALIS, name: 'actalis', atr: contactlessAtr(hex('8031806549544A3443120FFF829000')) },
};
