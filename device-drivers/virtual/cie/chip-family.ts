/**
 * Chip families of the CIE 3.0: what a reader sees of each. The historical bytes and the EF.ATR fragments are published
 * in italia/cie-middleware and the PagoPA SDKs. Public logs show both nonce lengths without naming the chip, so the
 * length of a family here is a choice that has both occur.
 */

export interface ChipFamily {
  readonly name: 'gemalto' | 'nxp' | 'actalis';
  readonly atr: Uint8Array;
  /** Content of EF.ATR: card capabilities, and the lengths the chip announces. */
  readonly efAtr: Uint8Array;
  readonly nonceBytes: 8 | 16;
  /**
   * `pace-only`: GENERAL AUTHENTICATE takes extended length, which PACE with this group needs, anything else answers
   * 6700.
   */
  readonly extendedLength: 'all' | 'pace-only';
  /** Longest command and answer in bytes, headers and status word included. */
  readonly maxCommandBytes: number;
  readonly maxAnswerBytes: number;
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

export const CHIP_FAMILIES: Record<ChipFamily['name'], ChipFamily> = {
  gemalto: {
    name: 'gemalto',
    atr: contactlessAtr(hex('80318065B0850300EF120FFF829000')),
    efAtr: hex('47039441C0'),
    nonceBytes: 8,
    extendedLength: 'all',
    maxCommandBytes: UNLIMITED,
    maxAnswerBytes: UNLIMITED,
  },
  nxp: {
    name: 'nxp',
    atr: contactlessAtr(hex('8031806549544E5850120FFF829000')),
    efAtr: hex('4703940180'),
    nonceBytes: 16,
    extendedLength: 'pace-only',
    maxCommandBytes: UNLIMITED,
    maxAnswerBytes: UNLIMITED,
  },
  actalis: {
    name: 'actalis',
    atr: contactlessAtr(hex('8031806549544A3443120FFF829000')),
    efAtr: hex('47039401E0' + '7F6608020204D6020207E3' + 'E01002020104020200E6020200E6020200E6'),
    nonceBytes: 16,
    extendedLength: 'all',
    maxCommandBytes: 1238,
    maxAnswerBytes: 2019,
  },
};
