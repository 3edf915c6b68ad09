import { createHash } from 'node:crypto';
import { challengeText } from '@videosportello/protocol/messages/signature-challenge.ts';
import type { SignatureChallenge } from '@videosportello/protocol/messages/signature-challenge.ts';
import { statusWordOf } from '../smart-card/complete-response.ts';
import type { CardConnection, TransmitOptions } from '../smart-card/card-connection.ts';
import type { Instruction } from './instruction-list.ts';
import type { PinTries } from './pin-tries.ts';

/** A command with the list's entry that let it through. */
export interface GuardedStep {
  readonly command: Uint8Array;
  readonly instruction: Instruction;
}

/** What the citizen gave with his touch. */
export interface SignatureConsent {
  readonly challenge: SignatureChallenge;
  /** Five to eight ASCII figures; the guard takes them over and wipes them. */
  readonly pin: Uint8Array;
  readonly lastTryConfirmed: boolean;
}

/** A VERIFY that the card did not see: one try left that nobody confirmed, or no PIN at hand any more. */
export class PinRefused extends Error {
  override readonly name = 'PinRefused';
  readonly why: 'last-try' | 'no-pin';

  constructor(why: 'last-try' | 'no-pin') {
    super(why);
    this.why = why;
  }
}

/**
 * Watches over PIN and signature of one dialogue. One agreement is good for one VERIFY and one signature.
 *
 * ```
 *   nothing ──agree──▶ agreed ──VERIFY 9000──▶ verified ──signature 9000──▶ nothing
 *      ▲                 │ VERIFY otherwise       │ wipe
 *      └─────────────────┴────────────────────────┘
 * ```
 */
export interface SignatureGuard {
  /** Takes an agreement; an earlier one is wiped. */
  agree(consent: SignatureConsent): void;
  /** Whether a batch may begin: VERIFY only with a PIN at hand, a signature only over the agreed challenge, each once. Pure. */
  accepts(steps: readonly GuardedStep[]): boolean;
  /**
   * Runs an accepted batch; stops after the first status word other than 9000, which is included.
   * @throws PinRefused, and as {@link CardConnection.transmit}.
   */
  run(steps: readonly GuardedStep[], connection: CardConnection, options: TransmitOptions): Promise<Uint8Array[]>;
  /** Forgets the agreement and overwrites the PIN. */
  wipe(): void;
}

const SUCCESS = 0x9000;
const CHAINING = 0x10;
const VERIFY_HEADER_BYTES = 5;
const VERIFY_PARAMETERS_BYTES = 4;
const PIN_REFERENCE_AT = 3;

/** DigestInfo of SHA-256 before the digest itself (RFC 8017, 9.2, note 1). */
const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');
/** Lengths of a CNS's keys, bytes: RSA 1024 and 2048. */
const MODULUS_BYTES = [128, 256];

/**
 * Makes the guard of one dialogue.
 *
 * @param triesOf - what is known of the tries of the card that lies there, by the number of its insertion
 */
export function createSignatureGuard(triesOf: (session: number) => PinTries): SignatureGuard {
  let agreed: { readonly blocks: readonly Buffer[]; readonly lastTryConfirmed: boolean } | undefined;
  let pin: Uint8Array | undefined;

  const wipe = () => {
    pin?.fill(0);
    pin = undefined;
    agreed = undefined;
  };

  const askTries = (command: Uint8Array, connection: CardConnection, options: TransmitOptions) =>
    triesOf(connection.session).ask(command[PIN_REFERENCE_AT] ?? 0, () =>
      connection.transmit(command.subarray(0, VERIFY_PARAMETERS_BYTES), options),
    );

  const verify = async (command: Uint8Array, connection: CardConnection, options: TransmitOptions): Promise<Uint8Array> => {
    // Taken at once: an exchange beside this one must find none, as an empty block would cost the citizen a try.
    const typed = pin;
    pin = undefined;
    if (!typed) throw new PinRefused('no-pin');
    const filled = Uint8Array.from(command);
    try {
      const question = await askTries(command, connection, options);
      const tries = triesOf(connection.session);
      const left = tries.left(question);
      if (left === 0) return tries.blocked(question);
      if (left === 1 && !agreed?.lastTryConfirmed) throw new PinRefused('last-try');
      filled.set(typed, VERIFY_HEADER_BYTES);
      return await tries.verify(() => connection.transmit(filled, options));
    } finally {
      filled.fill(0);
      typed.fill(0);
    }
  };

  return {
    agree({ challenge, pin: typed, lastTryConfirmed }) {
      wipe();
      agreed = { blocks: signatureBlocks(challengeText(challenge)), lastTryConfirmed };
      pin = typed;
    },
    accepts(steps) {
      const verifications = steps.filter(({ instruction }) => instruction.guarded === 'pin').length;
      if (verifications > (pin ? 1 : 0)) return false;
      const signed = blocksToSign(steps);
      if (!signed || signed.length > 1) return false;
      return signed.every((block) => agreed?.blocks.some((expected) => expected.equals(block)));
    },
    async run(steps, connection, options) {
      const answers: Uint8Array[] = [];
      for (let at = 0; at < steps.length; ) {
        const batch = unguarded(steps, at);
        const step = steps[at];
        if (batch.length > 0) {
          answers.push(...(await connection.exchange(batch, options)));
          at += batch.length;
        } else if (step?.instruction.guarded === 'tries') {
          answers.push(Uint8Array.from(await askTries(step.command, connection, options)));
          at += 1;
        } else if (step?.instruction.guarded === 'pin') {
          const answer = await verify(step.command, connection, options);
          answers.push(answer);
          at += 1;
          if (statusWordOf(answer) !== SUCCESS) wipe();
        } else if (step) {
          const [answer] = await connection.exchange([step.command], options);
          if (answer) answers.push(answer);
          at += 1;
          if (!isChained(step.command) && answer && statusWordOf(answer) === SUCCESS) wipe();
        }
        const last = answers.at(-1);
        if (!last || statusWordOf(last) !== SUCCESS) break;
      }
      return answers;
    },
    wipe,
  };
}

/** The commands from here on that need nothing but their place on the list. */
function unguarded(steps: readonly GuardedStep[], from: number): Uint8Array[] {
  const end = steps.findIndex(({ instruction }, at) => at >= from && instruction.guarded !== undefined);
  return steps.slice(from, end < 0 ? undefined : end).map(({ command }) => command);
}

/** What the card would sign for this text: the digest computed here, padded for either key length (RFC 8017, 9.2). */
function signatureBlocks(text: string): readonly Buffer[] {
  const digestInfo = Buffer.concat([SHA256_DIGEST_INFO, createHash('sha256').update(text, 'ascii').digest()]);
  return MODULUS_BYTES.map((length) =>
    Buffer.concat([Buffer.of(0x00, 0x01), Buffer.alloc(length - digestInfo.length - 3, 0xff), Buffer.of(0x00), digestInfo]),
  );
}

/** The data of each signature asked for, its chained pieces joined; undefined when a command is cut off or a chain broken. */
function blocksToSign(steps: readonly GuardedStep[]): readonly Buffer[] | undefined {
  const blocks: Buffer[] = [];
  let pieces: Uint8Array[] = [];
  for (const { command, instruction } of steps) {
    if (instruction.guarded !== 'signature') {
      if (pieces.length > 0) return undefined;
      continue;
    }
    const data = dataOf(command);
    if (!data) return undefined;
    pieces.push(data);
    if (isChained(command)) continue;
    blocks.push(Buffer.concat(pieces));
    pieces = [];
  }
  return pieces.length > 0 ? undefined : blocks;
}

/** The data field of a command with one, short or extended (ISO/IEC 7816-4, 5.1), and nothing behind it but an expected length. */
function dataOf(command: Uint8Array): Uint8Array | undefined {
  const [, , , , first = 0, high = 0, low = 0] = command;
  const isExtended = first === 0 && command.length > 7;
  const start = isExtended ? 7 : 5;
  const length = isExtended ? (high << 8) | low : first;
  const rest = command.length - start - length;
  return length > 0 && rest >= 0 && rest <= (isExtended ? 2 : 1) ? command.subarray(start, start + length) : undefined;
}

function isChained(command: Uint8Array): boolean {
  return ((command[0] ?? 0) & CHAINING) !== 0;
}
