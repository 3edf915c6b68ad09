import { EMPTY_PIN_BLOCK } from '@videosportello/protocol/contract/device-certificates.ts';
import type { CardDialogue } from '@videosportello/protocol/contract/device-certificates.ts';

/**
 * What a server may ask of a citizen's card, per dialogue: a published list. Everything else is refused here, so that a hostile
 * or broken server can neither change, block nor misuse a card (design, D2). Secure messaging hides data, never CLA, INS and P1-P2;
 * where the data decides, the instruction passes in the clear only, or by the size of what is hidden.
 * Numbers: ISO/IEC 7816-4:2020, 11; ICAO Doc 9303-11.
 */
export interface Instruction {
  readonly name: string;
  readonly ins: number;
  /** Classes it may come in (ISO/IEC 7816-4, 5.4.1), all on channel 0. */
  readonly classes: readonly number[];
  /** P1-P2 as a big-endian number, where only some are allowed. */
  readonly p1p2?: readonly number[];
  /** Looks at the command's data field, where that decides. */
  readonly accepts?: (command: Uint8Array) => boolean;
  /**
   * What the guard has to see to besides: `tries` is asked of the card once and then answered from memory, `pin` is filled in
   * here, `signature` passes over an agreed challenge only (signature-guard.ts).
   */
  readonly guarded?: 'tries' | 'pin' | 'signature';
}

const PLAIN = 0x00;
const CHAINED = 0x10;
const SECURED = 0x0c;

/** Reading an ICAO travel document: select, read, and the key agreements. Never VERIFY, CHANGE, RESET, UPDATE or a signature. */
export const emrtdRead: readonly Instruction[] = [
  { name: 'SELECT', ins: 0xa4, classes: [PLAIN, SECURED] },
  { name: 'READ BINARY', ins: 0xb0, classes: [PLAIN, SECURED] },
  { name: 'READ BINARY (odd)', ins: 0xb1, classes: [PLAIN, SECURED] },
  { name: 'GET RESPONSE', ins: 0xc0, classes: [PLAIN, SECURED], p1p2: [0x0000] },
  { name: 'GET CHALLENGE', ins: 0x84, classes: [PLAIN], p1p2: [0x0000] },
  { name: 'EXTERNAL AUTHENTICATE', ins: 0x82, classes: [PLAIN], p1p2: [0x0000] },
  { name: 'MSE:SET AT (PACE)', ins: 0x22, classes: [PLAIN], p1p2: [0xc1a4], accepts: namesPrintedPassword },
  { name: 'GENERAL AUTHENTICATE', ins: 0x86, classes: [PLAIN, CHAINED, SECURED], p1p2: [0x0000] },
  { name: 'MSE:SET KAT (chip authentication)', ins: 0x22, classes: [SECURED], p1p2: [0x41a6] },
  { name: 'MSE:SET AT (chip authentication)', ins: 0x22, classes: [SECURED], p1p2: [0x41a4] },
  { name: 'INTERNAL AUTHENTICATE (active authentication)', ins: 0x88, classes: [SECURED], p1p2: [0x0000], accepts: holdsShortChallenge },
];

/** Bytes of the challenge that a CIE's anti-clone key signs; it signs them unhashed, so their number is fixed. */
const NATIONAL_CHALLENGE_BYTES = 32;

/** A CIE's national application without a PIN: number, key, security object, and the chip's answer to a challenge. */
export const cieNis: readonly Instruction[] = [
  { name: 'SELECT', ins: 0xa4, classes: [PLAIN] },
  { name: 'READ BINARY', ins: 0xb0, classes: [PLAIN] },
  { name: 'GET RESPONSE', ins: 0xc0, classes: [PLAIN], p1p2: [0x0000] },
  { name: 'MSE:SET AT (anti-clone key)', ins: 0x22, classes: [PLAIN], p1p2: [0x41a4], accepts: (command) => hasData(command, '800102840183') },
  {
    name: 'INTERNAL AUTHENTICATE',
    ins: 0x88,
    classes: [PLAIN],
    p1p2: [0x0000],
    accepts: (command) => command[4] === NATIONAL_CHALLENGE_BYTES && command.length <= 6 + NATIONAL_CHALLENGE_BYTES,
  },
];

/** The files of a CNS that need no PIN. */
export const cnsRead: readonly Instruction[] = [
  { name: 'SELECT', ins: 0xa4, classes: [PLAIN], p1p2: [0x0000, 0x0800] },
  { name: 'READ BINARY', ins: 0xb0, classes: [PLAIN] },
  { name: 'GET RESPONSE', ins: 0xc0, classes: [PLAIN], p1p2: [0x0000] },
];

/** P1-P2 of VERIFY with a CNS's PIN: reference 10, and 90 for the cards of one maker that search upwards. Never the PUK, 11. */
const CNS_PIN = [0x0010, 0x0090];

/** A signature with a CNS's authentication key, 01: never with the key of legal signatures, and never a decipherment. */
export const cnsSign: readonly Instruction[] = [
  ...cnsRead,
  { name: 'VERIFY (tries left)', ins: 0x20, classes: [PLAIN], p1p2: CNS_PIN, accepts: (command) => command.length === 4, guarded: 'tries' },
  { name: 'VERIFY (empty block)', ins: 0x20, classes: [PLAIN], p1p2: CNS_PIN, accepts: (command) => hasData(command, EMPTY_PIN_BLOCK), guarded: 'pin' },
  { name: 'MSE:RESTORE', ins: 0x22, classes: [PLAIN], p1p2: [0xf303], accepts: (command) => command.length === 5 && command[4] === 0 },
  { name: 'MSE:SET DST (authentication key)', ins: 0x22, classes: [PLAIN], p1p2: [0xf1b6], accepts: (command) => hasData(command, '830101') },
  { name: 'PSO: COMPUTE DIGITAL SIGNATURE', ins: 0x2a, classes: [PLAIN, CHAINED], p1p2: [0x9e9a], guarded: 'signature' },
];

/** Dialogues and their lists. */
export const instructionLists: Readonly<Record<CardDialogue, readonly Instruction[]>> = {
  'emrtd-read': emrtdRead,
  'cie-nis': cieNis,
  'cns-read': cnsRead,
  'cns-sign': cnsSign,
};

/** The entry of the list that lets this command through, or undefined when it is refused. Pure. */
export function instructionOf(dialogue: CardDialogue, command: Uint8Array): Instruction | undefined {
  const [cla, ins, p1, p2] = command;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) return undefined;
  const parameters = (p1 << 8) | p2;
  return instructionLists[dialogue].find(
    (entry) =>
      entry.ins === ins &&
      entry.classes.includes(cla) &&
      (!entry.p1p2 || entry.p1p2.includes(parameters)) &&
      (!entry.accepts || entry.accepts(command)),
  );
}

/** Whether a short command carries exactly these bytes and asks for no answer. */
function hasData(command: Uint8Array, hex: string): boolean {
  const data = command.subarray(5);
  return command[4] === data.length && Buffer.from(data).toString('hex').toUpperCase() === hex;
}

/** Tag of the password reference in MSE:SET AT, and the two that are printed on a document: machine readable zone and CAN. */
const PASSWORD_REFERENCE = 0x83;
const PRINTED_PASSWORDS = [0x01, 0x02];

/**
 * Whether MSE:SET AT asks for a password printed on the document (BSI TR-03110 part 3, B.14.1). With the PIN or the PUK, failed
 * key agreements would use up the holder's tries.
 */
function namesPrintedPassword(command: Uint8Array): boolean {
  const data = command.subarray(5);
  if (data.length === 0 || data.length !== command[4]) return false;
  const references: Uint8Array[] = [];
  for (let at = 0; at < data.length; ) {
    const [tag, length = 0x80] = data.subarray(at, at + 2);
    const value = data.subarray(at + 2, at + 2 + length);
    // No object here is long enough for more than one byte of length.
    if (length >= 0x80 || value.length !== length) return false;
    if (tag === PASSWORD_REFERENCE) references.push(value);
    at += 2 + length;
  }
  const [reference, ...others] = references;
  return others.length === 0 && reference?.length === 1 && PRINTED_PASSWORDS.includes(reference[0] ?? 0);
}

/** Head of a cryptogram of 16 bytes, with either cipher (ICAO Doc 9303-11, 9.8.5): no more than 15 bytes are hidden in it. */
const SHORT_CRYPTOGRAM = [0x87, 0x11, 0x01];

/**
 * Whether what is hidden can be the eight bytes of active authentication (ICAO Doc 9303-11, 6.1), and not a digest, which would
 * have the chip sign what the server likes.
 */
function holdsShortChallenge(command: Uint8Array): boolean {
  const isExtended = command[4] === 0;
  const data = command.subarray(isExtended ? 7 : 5);
  return SHORT_CRYPTOGRAM.every((byte, at) => data[at] === byte);
}
