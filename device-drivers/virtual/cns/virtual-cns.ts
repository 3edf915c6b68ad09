/**
 * A TS-CNS, byte by byte: files, PIN and PUK, signature with the authentication key (OpenSC card-itacns.c and iso7816.c).
 * It does all that a real card would do for whoever sends the command, PIN change and unblocking included: what must not
 * reach a card is for others to stop.
 *
 *              VERIFY, right PIN                 MSE RESTORE 03, MSE SET B6, key 01
 *   closed ────────────────────▶ PIN verified ──────────────────────────────▶ signs, any number of times
 *     ▲  wrong PIN, reset              │                                              │
 *     └────────────────────────────────┴──────────────────────────────────────────────┘
 */
import { constants, privateEncrypt, timingSafeEqual } from 'node:crypto';
import { parseCommand } from '../cie/command-apdu.ts';
import type { CommandApdu } from '../cie/command-apdu.ts';
import { answer, answerBytes, SW } from '../cie/status-word.ts';
import type { Answer } from '../cie/status-word.ts';
import { CardGoneError } from '../cie/virtual-card.ts';
import type { VirtualCard } from '../cie/virtual-card.ts';
import { atMasterFile, readBinary, select } from './cns-files.ts';
import type { CnsSelection } from './cns-files.ts';
import type { CnsImage, CnsSecret } from './cns-image.ts';

const CLA = { plain: 0x00, chained: 0x10 } as const;
const INS = {
  verify: 0x20,
  manageSecurityEnvironment: 0x22,
  changeReferenceData: 0x24,
  performSecurityOperation: 0x2a,
  resetRetryCounter: 0x2c,
  select: 0xa4,
  readBinary: 0xb0,
} as const;

const MSE = { restore: 0xf303, setSignature: 0xf1b6, setDecipher: 0xf1b8 } as const;
const PSO = { computeSignature: 0x9e9a, decipher: 0x8086 } as const;
/** DO 83 with the authentication key. */
const AUTHENTICATION_KEY = Uint8Array.of(0x83, 0x01, 0x01);

const SECRET_BYTES = 8;
const FILLER = 0xff;
/** 63Cx: x tries are left. */
const TRIES_LEFT = 0x63c0;
/** 00 01, eight times FF, 00: the least padding of PKCS #1. */
const LEAST_PADDING_BYTES = 11;
const LONGEST_CHAIN_BYTES = 1024;

/** How a card misbehaves. Default: it does not. */
export interface CnsBehaviour {
  /** The card is taken away after answering this many commands, counted from its making. */
  readonly removeAfterApdu?: number;
  /** Time the chip takes for each answer, in milliseconds; kept by the slot. */
  readonly delayMs?: number;
}

/** A PIN or PUK with its counter; the counter outlives resets. */
function createSecret({ digits, tries, triesLeft }: CnsSecret) {
  let reference = Buffer.from(digits, 'latin1');
  let left = triesLeft;
  const padded = () => Buffer.concat([reference, Buffer.alloc(SECRET_BYTES - reference.length, FILLER)]);
  return {
    blocked: () => left === 0,
    triesLeft: () => left,
    /** Compares, and counts. */
    check(presented: Uint8Array): number {
      if (left === 0) return SW.blocked;
      left -= 1;
      if (!timingSafeEqual(presented, padded())) return left === 0 ? SW.blocked : TRIES_LEFT | left;
      left = tries;
      return SW.ok;
    },
    /** Sets new digits, padded with FF, and gives all tries back. */
    set(presented: Uint8Array): void {
      reference = Buffer.from(presented.filter((byte) => byte !== FILLER));
      left = tries;
    },
  };
}

/** Puts an image into a chip. */
export function createVirtualCns(image: CnsImage, behaviour: CnsBehaviour = {}): VirtualCard {
  const { family } = image;
  const pin = createSecret(image.pin);
  const puk = createSecret(image.puk);
  const modulusBytes = family.modulusBits / 8;
  let selection: CnsSelection = atMasterFile(image.masterFile);
  let verified = false;
  let environment: 'none' | 'restored' | 'signature' | 'decipher' = 'none';
  let chain: { readonly header: string; readonly data: Uint8Array } | undefined;
  let answered = 0;

  const isPresent = (): boolean => answered < (behaviour.removeAfterApdu ?? Infinity);

  function verify({ p1, p2, data }: CommandApdu): Answer {
    if (p1 !== 0) return answer(SW.wrongParameters);
    if (p2 !== family.pinReference) return answer(SW.referenceNotFound);
    if (data.length === 0) {
      if (verified) return answer(SW.ok);
      return answer(pin.blocked() ? SW.blocked : TRIES_LEFT | pin.triesLeft());
    }
    if (data.length !== SECRET_BYTES) return answer(SW.wrongLength);
    const sw = pin.check(data);
    verified = sw === SW.ok;
    return answer(sw);
  }

  /** Old PIN and new PIN (ISO/IEC 7816-4 clause 11.6.7). */
  function changeReferenceData({ p1, p2, data }: CommandApdu): Answer {
    if (p1 !== 0) return answer(SW.wrongParameters);
    if (p2 !== family.pinReference) return answer(SW.referenceNotFound);
    if (data.length !== 2 * SECRET_BYTES) return answer(SW.wrongLength);
    const sw = pin.check(data.subarray(0, SECRET_BYTES));
    verified = sw === SW.ok;
    if (sw === SW.ok) pin.set(data.subarray(SECRET_BYTES));
    return answer(sw);
  }

  /** PUK and new PIN (ISO/IEC 7816-4 clause 11.6.10). */
  function resetRetryCounter({ p1, p2, data }: CommandApdu): Answer {
    if (p1 !== 0) return answer(SW.wrongParameters);
    if (p2 !== family.pinReference) return answer(SW.referenceNotFound);
    if (data.length !== 2 * SECRET_BYTES) return answer(SW.wrongLength);
    const sw = puk.check(data.subarray(0, SECRET_BYTES));
    if (sw === SW.ok) pin.set(data.subarray(SECRET_BYTES));
    return answer(sw);
  }

  function manageSecurityEnvironment({ p1, p2, data, le }: CommandApdu): Answer {
    switch ((p1 << 8) | p2) {
      case MSE.restore:
        // The zero after the header is part of the command.
        if (data.length > 0 || le === undefined) return answer(SW.wrongLength);
        environment = 'restored';
        return answer(SW.ok);
      case MSE.setSignature:
      case MSE.setDecipher:
        if (environment === 'none') return answer(SW.conditionsNotSatisfied);
        if (Buffer.compare(data, AUTHENTICATION_KEY) !== 0) return answer(SW.referenceNotFound);
        environment = ((p1 << 8) | p2) === MSE.setSignature ? 'signature' : 'decipher';
        return answer(SW.ok);
      default:
        return answer(SW.wrongParameters);
    }
  }

  /**
   * PSO: COMPUTE DIGITAL SIGNATURE over a block that the terminal padded, or over a DigestInfo that the card pads; PSO:
   * DECIPHER of a padding indicator of zero and a block, which gives the block as it opens, padding included.
   */
  function performSecurityOperation({ p1, p2, data, le }: CommandApdu): Answer {
    const operation = (p1 << 8) | p2;
    if (operation !== PSO.computeSignature && operation !== PSO.decipher) return answer(SW.wrongParameters);
    const deciphers = operation === PSO.decipher;
    if (environment !== (deciphers ? 'decipher' : 'signature')) return answer(SW.conditionsNotSatisfied);
    if (!verified) return answer(SW.securityStatusNotSatisfied);
    if (le === undefined || (le !== 'all' && le < modulusBytes)) return answer(SW.wrongLength);
    if (deciphers && data[0] !== 0) return answer(SW.wrongData);
    const input = deciphers ? data.subarray(1) : data;
    const whole = input.length === modulusBytes;
    if (input.length === 0 || (!whole && (deciphers || input.length > modulusBytes - LEAST_PADDING_BYTES))) {
      return answer(SW.wrongLength);
    }
    const padding = whole ? constants.RSA_NO_PADDING : constants.RSA_PKCS1_PADDING;
    try {
      return answer(SW.ok, privateEncrypt({ key: image.authenticationKey, padding }, input));
    } catch {
      // A block that is no number below the modulus.
      return answer(SW.wrongData);
    }
  }

  /** A command whose data came in several parts, or undefined with the answer to a part. */
  function joinChain(command: CommandApdu): CommandApdu | Answer {
    const header = `${command.ins} ${command.p1} ${command.p2}`;
    const begun = chain;
    chain = undefined;
    if (begun !== undefined && begun.header !== header) return answer(SW.lastCommandOfChainExpected);
    const data = Buffer.concat([begun?.data ?? new Uint8Array(), command.data]);
    if (command.cla === CLA.plain) return { ...command, data };
    if (command.ins !== INS.performSecurityOperation) return answer(SW.chainingNotSupported);
    if (data.length > LONGEST_CHAIN_BYTES) return answer(SW.wrongLength);
    chain = { header, data };
    return answer(SW.ok);
  }

  function run(apdu: Uint8Array): Answer {
    const received = parseCommand(apdu);
    if (received === undefined || (received.extended && !family.extendedLength)) return answer(SW.wrongLength);
    if (received.cla !== CLA.plain && received.cla !== CLA.chained) return answer(SW.classNotSupported);
    const command = joinChain(received);
    if ('sw' in command) return command;
    switch (command.ins) {
      case INS.verify:
        return verify(command);
      case INS.changeReferenceData:
        return changeReferenceData(command);
      case INS.resetRetryCounter:
        return resetRetryCounter(command);
      case INS.manageSecurityEnvironment:
        return manageSecurityEnvironment(command);
      case INS.performSecurityOperation:
        return performSecurityOperation(command);
      case INS.select: {
        const result = select(selection, { ...command, capacity: capacityOf(command) });
        selection = result.selection;
        return result.answer;
      }
      case INS.readBinary:
        return readBinary(selection, { ...command, capacity: capacityOf(command) });
      default:
        return answer(SW.instructionNotSupported);
    }
  }

  const capacityOf = ({ extended }: CommandApdu): number => (extended ? 0x10000 : 0x100);

  return {
    atr: family.atr,
    answerDelayMs: behaviour.delayMs ?? 0,
    get present() {
      return isPresent();
    },
    reset() {
      selection = atMasterFile(image.masterFile);
      verified = false;
      environment = 'none';
      chain = undefined;
    },
    process(apdu) {
      if (!isPresent()) throw new CardGoneError();
      answered += 1;
      return answerBytes(run(apdu));
    },
  };
}
