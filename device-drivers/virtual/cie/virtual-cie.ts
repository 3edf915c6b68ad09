/**
 * A CIE 3.0, or another eMRTD, byte by byte: EF.CardAccess in the clear, PACE with CAN or MRZ, BAC, secure messaging,
 * files, chip and active authentication, and the part of the national application that needs no PIN.
 *
 *              PACE or BAC done                SELECT, READ BINARY, authentications of class 0C
 *   unprotected ────────▶ protected ──┐◀──────────────────────────────────────┐
 *        ▲                            ├───────────────────────────────────────┘ chip authentication: with new keys
 *        └────────────────────────────┘ any plain command, a wrong checksum, a wrong length, reset
 */
import { createHash } from 'node:crypto';
import { CHALLENGE_BYTES as ACTIVE_CHALLENGE_BYTES, signChallenge } from './active-authentication.ts';
import { AUTHENTICATION_BYTES, authenticateTerminal, CHALLENGE_BYTES, documentAccessKeys } from './bac-chip.ts';
import type { CardImage } from './card-image.ts';
import * as chipAuthentication from './chip-authentication.ts';
import type { SessionKeys } from './cipher-suite.ts';
import { parseCommand } from './command-apdu.ts';
import type { CommandApdu } from './command-apdu.ts';
import { AFTER_RESET, readBinary, select } from './file-selection.ts';
import type { FileCommand, Selection } from './file-selection.ts';
import { choosesServicesKey, signServicesChallenge } from './national-application.ts';
import { authenticate, IDLE, prepare } from './pace-chip.ts';
import type { PaceState } from './pace-chip.ts';
import { createSecureChannel } from './secure-channel.ts';
import type { InnerCommand, SecureChannel } from './secure-channel.ts';
import { answer, answerBytes, SW } from './status-word.ts';
import type { Answer } from './status-word.ts';
import { CardGoneError } from './virtual-card.ts';
import type { VirtualCard } from './virtual-card.ts';

const CLA = { plain: 0x00, chained: 0x10, protected: 0x0c } as const;
const INS = {
  manageSecurityEnvironment: 0x22,
  externalAuthenticate: 0x82,
  getChallenge: 0x84,
  generalAuthenticate: 0x86,
  internalAuthenticate: 0x88,
  select: 0xa4,
  readBinary: 0xb0,
  getResponse: 0xc0,
} as const;

/** P1 and P2 of MANAGE SECURITY ENVIRONMENT. */
const SET = { pace: 0xc1a4, keyAgreement: 0x41a6, authentication: 0x41a4, internalAuthentication: 0x41a4 } as const;

const PASSWORD_REFERENCE = { mrz: 0x01, can: 0x02 } as const;

const SHORT_ANSWER_BYTES = 0x100;
const EXTENDED_ANSWER_BYTES = 0x10000;

/** How a card misbehaves. Default: it does not. */
export interface CardBehaviour {
  /** The card is taken away after answering this many commands, counted from its making. */
  readonly removeAfterApdu?: number;
  /** Time the chip takes for each answer, in milliseconds; kept by the slot. Default 0. */
  readonly delayMs?: number;
  /** The answer to this protected command of each session, counted from 1, carries a wrong checksum. */
  readonly wrongChecksumAt?: number;
  /** This protected command of each session, counted from 1, is answered with 6985 in the clear, and the session ends. */
  readonly plainStatusAt?: number;
}

export interface VirtualCieDeps {
  /** Nonces and private keys of the chip; a test gives known bytes. */
  readonly random: (bytes: number) => Uint8Array;
  readonly behaviour?: CardBehaviour;
}

/** Puts an image into a chip. */
export function createVirtualCie(image: CardImage, deps: VirtualCieDeps): VirtualCard {
  const { family } = image;
  const { random, behaviour = {} } = deps;
  const chip = { nonceBytes: image.nonceBytes ?? family.nonceBytes, random };
  const passwordSeeds = new Map<number, Uint8Array>([
    ...(image.can === undefined ? [] : [[PASSWORD_REFERENCE.can, Buffer.from(image.can, 'latin1')] as const]),
    [PASSWORD_REFERENCE.mrz, createHash('sha1').update(image.mrzInformation, 'latin1').digest()],
  ]);

  let selection: Selection = AFTER_RESET;
  let pace: PaceState = IDLE;
  let challenge: Uint8Array | undefined;
  let servicesKeyChosen = false;
  let pending: Uint8Array | undefined;
  let channel: SecureChannel | undefined;
  let chipAuthenticationChosen = false;
  let protectedCommands = 0;
  let answered = 0;

  const isPresent = (): boolean => answered < (behaviour.removeAfterApdu ?? Infinity);

  function endSession(): void {
    pace = IDLE;
    channel = undefined;
    challenge = undefined;
    chipAuthenticationChosen = false;
  }

  function startSession(keys: SessionKeys, counter?: Uint8Array): void {
    channel = createSecureChannel(keys, family.maxAnswerBytes, counter);
    chipAuthenticationChosen = false;
    protectedCommands = 0;
  }

  function plain(command: CommandApdu): Answer {
    const before = { pace, challenge, pending };
    endSession();
    pending = undefined;
    if (command.cla === CLA.chained && command.ins !== INS.generalAuthenticate) return answer(SW.chainingNotSupported);
    switch (command.ins) {
      case INS.manageSecurityEnvironment:
        return manageSecurityEnvironment(command);
      case INS.generalAuthenticate:
        return generalAuthenticate(command, before.pace);
      case INS.getChallenge:
        return image.basicAccessControl ? getChallenge(command) : answer(SW.instructionNotSupported);
      case INS.externalAuthenticate:
        return image.basicAccessControl
          ? externalAuthenticate(command, before.challenge)
          : answer(SW.instructionNotSupported);
      case INS.internalAuthenticate:
        return internalAuthenticate(command);
      case INS.getResponse:
        return getResponse(command, before.pending);
      default:
        return fileCommand(command.ins, { ...command, capacity: capacityOf(command) }, false);
    }
  }

  function capacityOf(command: CommandApdu): number {
    return Math.min(command.extended ? EXTENDED_ANSWER_BYTES : SHORT_ANSWER_BYTES, family.maxAnswerBytes - 2);
  }

  function manageSecurityEnvironment(command: CommandApdu): Answer {
    const template = (command.p1 << 8) | command.p2;
    if (selection.folder === 'national' && template === SET.internalAuthentication) {
      servicesKeyChosen = choosesServicesKey(command.data);
      return answer(servicesKeyChosen ? SW.ok : SW.referenceNotFound);
    }
    if (template !== SET.pace) return answer(SW.wrongParameters);
    // PACE belongs to the MF, where its parameters are (ICAO Doc 9303 part 11 clause 4.2).
    if (selection.folder !== 'master-file') return answer(SW.conditionsNotSatisfied);
    const result = prepare(command.data, image.pace, passwordSeeds);
    pace = result.state;
    return result.answer;
  }

  function generalAuthenticate(command: CommandApdu, state: PaceState): Answer {
    if (command.p1 !== 0 || command.p2 !== 0) return answer(SW.wrongParameters);
    if (command.le === undefined) return answer(SW.wrongLength);
    const result = authenticate(state, command.cla === CLA.chained, command.data, chip);
    pace = result.state;
    if (pace.step === 'session') startSession(pace.keys);
    return result.answer;
  }

  function getChallenge({ p1, p2, data, le }: CommandApdu): Answer {
    if (p1 !== 0 || p2 !== 0) return answer(SW.wrongParameters);
    if (data.length > 0 || le !== CHALLENGE_BYTES) return answer(SW.wrongLength);
    if (selection.folder !== 'application') return answer(SW.conditionsNotSatisfied);
    challenge = random(CHALLENGE_BYTES);
    return answer(SW.ok, challenge);
  }

  function externalAuthenticate({ p1, p2, data, le }: CommandApdu, given: Uint8Array | undefined): Answer {
    if (p1 !== 0 || p2 !== 0) return answer(SW.wrongParameters);
    if (data.length !== AUTHENTICATION_BYTES || (le !== AUTHENTICATION_BYTES && le !== 'all')) {
      return answer(SW.wrongLength);
    }
    if (given === undefined) return answer(SW.conditionsNotSatisfied);
    const session = authenticateTerminal(documentAccessKeys(image.mrzInformation), given, data, random);
    if (session === undefined) return answer(SW.authenticationFailed);
    startSession(session.keys, session.counter);
    return answer(SW.ok, session.answer);
  }

  /** Of the national application, in the clear. */
  function internalAuthenticate(command: CommandApdu): Answer {
    if (image.national === undefined) return answer(SW.instructionNotSupported);
    if (command.p1 !== 0 || command.p2 !== 0) return answer(SW.wrongParameters);
    if (selection.folder !== 'national' || !servicesKeyChosen) return answer(SW.conditionsNotSatisfied);
    const signature = signServicesChallenge(image.national.servicesKey, command.data);
    if (signature === undefined || command.le === undefined) return answer(SW.wrongLength);
    if (!family.getResponse) return wholeAnswer(signature, command.le, capacityOf(command));
    pending = signature;
    return answer(SW.bytesAvailable | (signature.length & 0xff));
  }

  function getResponse({ p1, p2, data, le }: CommandApdu, waiting: Uint8Array | undefined): Answer {
    if (p1 !== 0 || p2 !== 0) return answer(SW.wrongParameters);
    if (waiting === undefined) return answer(SW.conditionsNotSatisfied);
    if (data.length > 0 || le === undefined) return answer(SW.wrongLength);
    if (le === 'all' || le === waiting.length) return answer(SW.ok, waiting);
    pending = waiting;
    return answer(SW.rightLength | (waiting.length & 0xff));
  }

  function fileCommand(ins: number, command: FileCommand, authenticated: boolean): Answer {
    if (ins !== INS.select && ins !== INS.readBinary) return answer(SW.instructionNotSupported);
    const run = ins === INS.select ? select : readBinary;
    const result = run(image, selection, command, authenticated);
    if (result.selection.folder !== selection.folder) servicesKeyChosen = false;
    selection = result.selection;
    return result.answer;
  }

  function protectedCommand(command: CommandApdu): Answer {
    pace = IDLE;
    pending = undefined;
    if (channel === undefined) return answer(SW.securityStatusNotSatisfied);
    const current = channel;
    const inner = current.open(command);
    if (typeof inner === 'number') {
      endSession();
      return answer(inner);
    }
    protectedCommands += 1;
    if (protectedCommands === behaviour.plainStatusAt) {
      endSession();
      return answer(SW.conditionsNotSatisfied);
    }
    const spoiled = protectedCommands === behaviour.wrongChecksumAt;
    const result = innerCommand(inner);
    const protectedAnswer = current.protect(result.answer);
    if (result.keys !== undefined) startSession(result.keys);
    return spoiled ? withWrongChecksum(protectedAnswer) : protectedAnswer;
  }

  function innerCommand(inner: InnerCommand): chipAuthentication.ChipAuthenticationStep {
    const chosen = chipAuthenticationChosen;
    chipAuthenticationChosen = false;
    const refuse = (sw: number) => ({ answer: answer(sw) });
    const key = image.chipAuthentication;
    switch (inner.ins) {
      case INS.manageSecurityEnvironment: {
        const template = (inner.p1 << 8) | inner.p2;
        // A second PACE inside a session is not offered.
        if (template === SET.pace || key === undefined) return refuse(SW.conditionsNotSatisfied);
        if (template === SET.keyAgreement) return chipAuthentication.setKeyAgreementTemplate(key, inner.data);
        if (template !== SET.authentication) return refuse(SW.wrongParameters);
        const taken = chipAuthentication.setAuthenticationTemplate(key, inner.data);
        chipAuthenticationChosen = taken.sw === SW.ok;
        return { answer: taken };
      }
      case INS.generalAuthenticate:
        if (key === undefined || !chosen) return refuse(SW.conditionsNotSatisfied);
        if (inner.p1 !== 0 || inner.p2 !== 0) return refuse(SW.wrongParameters);
        return inner.le === undefined
          ? refuse(SW.wrongLength)
          : chipAuthentication.generalAuthenticate(key, inner.data);
      case INS.internalAuthenticate:
        return { answer: activeAuthentication(inner) };
      default:
        return { answer: fileCommand(inner.ins, inner, true) };
    }
  }

  function activeAuthentication({ p1, p2, data, le, capacity }: InnerCommand): Answer {
    if (image.activeAuthentication === undefined) return answer(SW.instructionNotSupported);
    if (p1 !== 0 || p2 !== 0) return answer(SW.wrongParameters);
    if (data.length !== ACTIVE_CHALLENGE_BYTES || le === undefined) return answer(SW.wrongLength);
    return wholeAnswer(signChallenge(image.activeAuthentication, data, random), le, capacity);
  }

  /** Whether the chip can take the command's length fields at all. */
  function lengthAccepted(command: CommandApdu | undefined, apdu: Uint8Array): command is CommandApdu {
    if (command === undefined || apdu.length > family.maxCommandBytes) return false;
    const ofPace = command.ins === INS.generalAuthenticate || command.ins === INS.manageSecurityEnvironment;
    return !command.extended || family.extendedLength === 'all' || ofPace;
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
      servicesKeyChosen = false;
      pending = undefined;
      selection = AFTER_RESET;
    },
    process(apdu) {
      if (!isPresent()) throw new CardGoneError();
      answered += 1;
      return answerBytes(run(apdu));
    },
  };
}

/** An answer that is given whole or not at all. */
function wholeAnswer(data: Uint8Array, le: number | 'all', capacity: number): Answer {
  const room = le === 'all' ? capacity : Math.min(le, capacity);
  return data.length > room ? answer(SW.wrongLength) : answer(SW.ok, data);
}

/** Changes one bit of the checksum, which ends the data field. */
function withWrongChecksum({ data, sw }: Answer): Answer {
  const spoiled = Uint8Array.from(data);
  spoiled[spoiled.length - 1] = (spoiled.at(-1) ?? 0) ^ 1;
  return { data: spoiled, sw };
}
