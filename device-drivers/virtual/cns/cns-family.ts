/**
 * Makers of TS-CNS chips: what a terminal sees of each. The answers to reset are those of OpenSC issues 2763, 3755 and
 * 3806 and PeculiarVentures/fortify; that STIncard masks want the PIN under reference 90 is OpenSC's card-itacns.c.
 */

export const CNS_FAMILY_NAMES = ['st-2021', 'idemia-2021', 'athena'] as const;
export type CnsFamilyName = (typeof CNS_FAMILY_NAMES)[number];

export interface CnsFamily {
  readonly atr: Uint8Array;
  /** P2 of VERIFY for the holder's PIN. */
  readonly pinReference: 0x10 | 0x90;
  readonly modulusBits: 1024 | 2048;
  readonly extendedLength: boolean;
}

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

export const CNS_FAMILIES: Record<CnsFamilyName, CnsFamily> = {
  'st-2021': {
    atr: hex('3BFF1800FF8131FE55006B02091617011101434E531131808D'),
    pinReference: 0x90,
    modulusBits: 2048,
    extendedLength: false,
  },
  'idemia-2021': {
    atr: hex('3BFF1800008131FE45006B05052000012101434E5310318079'),
    pinReference: 0x10,
    modulusBits: 2048,
    extendedLength: true,
  },
  athena: {
    atr: hex('3BDF18008131FE7D006B150C0181011101434E53103180E8'),
    pinReference: 0x10,
    modulusBits: 1024,
    extendedLength: false,
  },
};
