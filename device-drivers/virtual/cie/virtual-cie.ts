/**
 * A CIE 3.0 as an eMRTD, byte by byte: EF.CardAccess in the clear, PACE with CAN or MRZ, secure messaging, files.
 * BAC, chip authentication and the national application are not on this card and answer as unknown.
 *
 *              PACE done                       SELECT, READ BINARY of class 0C
 *   unprotected ────────▶ protected ──┐◀──────────────────────────────────────┐
 *        ▲                            ├───────────────────────────────────────┘
 *        └────────────────────────────┘ any plain command, a wrong checksum, a wrong length, reset
 */
import { createHash } from 'node:crypto';
import type { CardImage } from './card-image.ts';
import { parseCommand } from './command-apdu.ts';
import type { CommandApdu } from './command-apdu.ts';
import { AFTER_RESET, readBinary, select } from './file-selection.ts';
import type { FileCommand, Selection } from './file-selection.ts';
import { authenticate, IDLE, prepare } from './pace-chip.ts';
import type { PaceState } from './pace-chip.ts';
import { createSecureChannel } from './secure-channel.ts';
import type { SecureChannel } from './secure-channel.ts';
import { answer, answerBytes, SW } from './status-word.ts';
import type { Answer } from './status-word.ts';
import { CardGoneError } from './virtual-card.ts';
import type { VirtualCard } from './virtual-card.ts';

const CLA = { plain: 0x00, chained: 0x10, protected: 0x0c } as const;
const INS = { manageSecurityEnvironment: 0x22, generalAuthenticate: 0x86, select: 0xa4, readBinary: 0xb0 } as const;

/** P1 and P2 of MSE:SET AT for mutual authentication. */
const SET_AUTHENTICATION_TEMPLATE = { p1: 0xc1, p2: 0xa4 } as const;

const PASSWORD_REFERENCE = { mrz: 0x01, can: 0x02 } as const;

const SHORT_ANSWER_BYTES = 0x100;
const EXTENDED_ANSWER_BYTES = 0x10000;

/** How a card misbehaves. */
export interface CardBehaviour {
  /** The card is taken away after answering this many commands, counted from its making. Default: never. */
  readonly removeAfterApdu?: number;
  /** Time the chip takes for each answer, in milliseconds; kept by the slot. Default 0. */
  readonly delayMs?: number;
}

export interface VirtualCieDeps {
  /** Nonces and private keys of the chip; a test gives known bytes. */
  readonly random: (bytes: number) => Uint8Array;
  readonly behaviour?: CardBehaviour;
}

/** Puts an image into a chip. */
export function createVirtualCie(image: CardImage, deps: VirtualCieDeps): VirtualCard {
  const { family } = image;
  const behaviour = deps.behaviour ?? {};
  const chip = { nonceBytes: family.nonceBytes, random: deps.random };
  const passwordSeeds = new Map<number, Uint8Array>([
    [PASSWORD_REFERENCE.can, Buffer.from(image.can, 'latin1')],
    [PASSWORD_REFERENCE.mrz, createHash('sha1').update(image.mrzInformation, 'latin1').digest()],
  ]);

  let selection: Selection = AFTER_RESET;
  let pace: PaceState = IDLE;
  let channel: SecureChannel | undefined;
  let answered = 0;

  const isPresent = (): boolean => answered < (behaviour.removeAfterApdu ?? Infinity);

  function endSession(): void {
    pace = IDLE;
    channel = undefined;
  }

  function plain(command: CommandApdu): Answer {
    const wasPace = pace;
    endSession();
    if (command.cla === CLA.chained && command.ins !== INS.generalAuthenticate) return answer(SW.chainingNotSupported);
    switch (command.ins) {
      case INS.manageSecurityEnvironment:
        return manageSecurityEnvironment(command);
      case INS.generalAuthenticate:
        return generalAuthenticate(command, wasPace);
      default: {
        const limit = command.extended ? EXTENDED_ANSWER_BYTES : SHORT_ANSWER_BYTES;
        return fileCommand(command.ins, { ...command, capacity: Math.min(limit, family.maxAnswerBytes - 2) }, false);
      }
    }
  }

  function manageSecurityEnvironment(command: CommandApdu): Answer {
    const { p1, p2 } = SET_AUTHENTICATION_TEMPLATE;
    if (command.p1 !== p1 || command.p2 !== p2) return answer(SW.wrongParameters);
    // PACE belongs to the MF, where its parameters are (ICAO Doc 9303 part 11 clause 4.2).
    if (selection.folder !== 'master-file') return answer(SW.conditionsNotSatisfied);
    const result = prepare(command.data, passwordSeeds);
    pace = result.state;
    return result.answer;
  }

  function generalAuthenticate(command: CommandApdu, state: PaceState): Answer {
    if (command.p1 !== 0 || command.p2 !== 0) return answer(SW.wrongParameters);
    if (command.le === undefined) return answer(SW.wrongLength);
    const result = authenticate(state, command.cla === CLA.chained, command.data, chip);
    pace = result.state;
    if (pace.step === 'session') channel = createSecureChannel(pace.keys, family.maxAnswerBytes);
    return result.answer;
  }

  function fileCommand(ins: number, command: FileCommand, authenticated: boolean): Answer {
    if (ins !== INS.select && ins !== INS.readBinary) return answer(SW.instructionNotSupported);
    const run = ins === INS.select ? select : readBinary;
    const result = run(image, selection, command, authenticated);
    selection = result.selection;
    return result.answer;
  }

  function protectedCommand(command: CommandApdu): Answer {
    pace = IDLE;
    if (channel === undefined) return answer(SW.securityStatusNotSatisfied);
    const inner = channel.open(command);
    if (typeof inner === 'number') {
      endSession();
      return answer(inner);
    }
    // A second PACE inside a session is not offered.
    const isPace = inner.ins === INS.manageSecurityEnvironment || inner.ins === INS.generalAuthenticate;
    return channel.protect(isPace ? answer(SW.conditionsNotSatisfied) : fileCommand(inner.ins, inner, true));
  }

  /** Whether the chip can take the command's length fields at all. */
  function lengthAccepted(command: CommandApdu | undefined, apdu: Uint8Array): command is CommandApdu {
    if (command === undefined || apdu.length > family.maxCommandBytes) return false;
    return !command.extended || family.extendedLength === 'all' || command.ins === INS.generalAuthenticate;
  }

  function run(apdu: Uint8Array): Answer {
    const command = parseCommand(apdu);
    if (!lengthAccepted(command, apdu)) {
      endSession();
      return answer(SW.wrongLength);
    }
    switch (command.cla) {
      case CLA.protected:
        return protectedCommand(command);
      case CLA.plain:
      case CLA.chained:
        return plain(command);
      default:
        endSession();
        return answer(SW.classNotSupported);
    }
  }

  return {
    atr: family.atr,
    answerDelayMs: behaviour.delayMs ?? 0,
    get present() {
      return isPresent();
    },
    reset() {
      endSession();
      selection = AFTER_RESET;
    },
    process(apdu) {
      if (!isPresent()) throw new CardGoneError();
      answered += 1;
      return answerBytes(run(apdu));
    },
  };
}
