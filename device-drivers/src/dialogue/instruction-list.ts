/**
 * What a server may ask of a citizen's card, per dialogue: a published list. Everything else is refused here, so that a hostile
 * or broken server can neither change, block nor misuse a card (design, D2). Secure messaging hides data, never CLA, INS and P1-P2;
 * where the data decides, the instruction passes in the clear only.
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
  { name: 'GENERAL AUTHENTICATE', ins: 0x86, classes: [PLAIN, CHAINED], p1p2: [0x0000] },
];

/** Dialogues and their lists. */
export const instructionLists = { 'emrtd-read': emrtdRead } as const;
export type Dialogue = keyof typeof instructionLists;

/**
 * Whether the list lets this command through. Pure.
 * @returns the instruction's name, or undefined when it is refused.
 */
export function passes(dialogue: Dialogue, command: Uint8Array): string | undefined {
  const [cla, ins, p1, p2] = command;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) return undefined;
  const parameters = (p1 << 8) | p2;
  return instructionLists[dialogue].find(
    (entry) =>
      entry.ins === ins &&
      entry.classes.includes(cla) &&
      (!entry.p1p2 || entry.p1p2.includes(parameters)) &&
      (!entry.accepts || entry.accepts(command)),
  )?.name;
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
