/**
 * What a server may ask of a citizen's card, per dialogue: a published list. Everything else is refused here, so that a hostile
 * or broken server can neither change, block nor misuse a card (design, D2). Secure messaging hides data, never CLA, INS and P1-P2.
 * Numbers: ISO/IEC 7816-4:2020, 11; ICAO Doc 9303-11.
 */
export interface Instruction {
  readonly name: string;
  readonly ins: number;
  /** P1-P2 as a big-endian number, where only some are allowed. */
  readonly p1p2?: readonly number[];
}

/** Reading an ICAO travel document: select, read, and the key agreements. Never VERIFY, CHANGE, RESET, UPDATE or a signature. */
export const emrtdRead: readonly Instruction[] = [
  { name: 'SELECT', ins: 0xa4 },
  { name: 'READ BINARY', ins: 0xb0 },
  { name: 'READ BINARY (odd)', ins: 0xb1 },
  { name: 'GET RESPONSE', ins: 0xc0, p1p2: [0x0000] },
  { name: 'GET CHALLENGE', ins: 0x84, p1p2: [0x0000] },
  { name: 'EXTERNAL AUTHENTICATE', ins: 0x82, p1p2: [0x0000] },
  { name: 'MSE:SET AT (PACE)', ins: 0x22, p1p2: [0xc1a4] },
  { name: 'GENERAL AUTHENTICATE', ins: 0x86, p1p2: [0x0000] },
];

/** Dialogues and their lists. */
export const instructionLists = { 'emrtd-read': emrtdRead } as const;
export type Dialogue = keyof typeof instructionLists;

/** Interindustry classes we pass: plain, chained, secure messaging (ISO/IEC 7816-4, 5.4.1), all on channel 0. */
const passedClasses = new Set([0x00, 0x10, 0x0c, 0x1c]);

/**
 * Whether the list lets this command through. Pure.
 * @returns the instruction's name, or undefined when it is refused.
 */
export function passes(dialogue: Dialogue, command: Uint8Array): string | undefined {
  const [cla, ins, p1, p2] = command;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) return undefined;
  if (!passedClasses.has(cla)) return undefined;
  const parameters = (p1 << 8) | p2;
  return instructionLists[dialogue].find((entry) => entry.ins === ins && (!entry.p1p2 || entry.p1p2.includes(parameters)))?.name;
}
