/**
 * VERIFY with the holder's PIN (ISO/IEC 7816-4, clause 11.6.6). The PIN itself is never here: the block in the command
 * is empty, eight bytes FF, and whoever stands beside the reader fills the digits in and wipes them. This side sees the
 * status word only.
 *
 *   ask tries left --3, 2, unknown--> VERIFY --9000--> verified
 *        |  \--1--> last-try, unless the operator confirms     \--63Cx--> wrong, x tries left   \--6983, 63C0--> blocked
 *        \--0--> blocked
 *
 * A card that does not say how many are left is taken at the word of its last VERIFY; after one that was wrong and gave no
 * number, at one.
 */
import { CardError } from '../card-error.ts';
import type { Command } from '../iso7816/apdu.ts';
import { INS } from '../iso7816/apdu.ts';
import { formatStatusWord, isWrongPassword, SW_OK, triesLeft } from '../iso7816/status-word.ts';
import { runOne } from '../iso7816/transmit.ts';
import type { CommandChannel } from '../port.ts';

/** The data field of VERIFY before the digits are filled in: a padded block of no digits. */
export const EMPTY_PIN_BLOCK: Uint8Array = new Uint8Array(8).fill(0xff);

const SW_BLOCKED = 0x6983;

/** What became of a PIN. Neither of the refusals is an error: each has its own words on screen. */
export type PinOutcome =
  | { readonly kind: 'verified' }
  /** Not the PIN. `triesLeft` is undefined on cards that do not say. */
  | { readonly kind: 'wrong'; readonly triesLeft: number | undefined }
  /** No try left; only the PUK helps, and not at a kiosk. */
  | { readonly kind: 'blocked' }
  /** One try left and nobody has confirmed: the card was not asked. */
  | { readonly kind: 'last-try' };

/** What verifying needs. */
export interface PinOptions {
  /** P2 of VERIFY: 10, or 90 on the cards of one maker. */
  readonly pinReference: 0x10 | 0x90;
  /** Whether the operator has said, in this visit, that the last try may be used. */
  readonly lastTryConfirmed: boolean;
  /** What became of the VERIFY before this one, by whoever remembers; undefined: none, as far as anybody knows. */
  readonly earlier: PinOutcome | undefined;
}

/** Tries left as the card says without spending one; undefined on cards that do not say, 0 when it is blocked. */
export async function askTriesLeft(channel: CommandChannel, pinReference: 0x10 | 0x90): Promise<number | undefined> {
  const { sw } = await runOne(channel, { ins: INS.verify, p1: 0x00, p2: pinReference });
  return sw === SW_BLOCKED ? 0 : triesLeft(sw);
}

/**
 * Tries to reckon with: what the card says when asked, else what its last VERIFY left, and one after a wrong PIN that left
 * no number; undefined where nobody knows and nothing has been spent. Pure.
 */
export function reckonTries(asked: number | undefined, earlier: PinOutcome | undefined): number | undefined {
  if (asked !== undefined) return asked;
  switch (earlier?.kind) {
    case 'wrong':
      return earlier.triesLeft ?? 1;
    case 'last-try':
      return 1;
    case 'blocked':
      return 0;
    case 'verified':
    case undefined:
      return undefined;
  }
}

/**
 * Has the PIN verified, once. Throws CardError `access-denied` for another status word than a PIN's, as when the digits
 * were not given.
 */
export async function verifyPin(channel: CommandChannel, options: PinOptions): Promise<PinOutcome> {
  const left = reckonTries(await askTriesLeft(channel, options.pinReference), options.earlier);
  if (left === 0) return { kind: 'blocked' };
  if (left === 1 && !options.lastTryConfirmed) return { kind: 'last-try' };
  const verify: Command = { ins: INS.verify, p1: 0x00, p2: options.pinReference, data: EMPTY_PIN_BLOCK };
  const { sw } = await runOne(channel, verify);
  if (sw === SW_OK) return { kind: 'verified' };
  if (sw === SW_BLOCKED || triesLeft(sw) === 0) return { kind: 'blocked' };
  if (isWrongPassword(sw)) return { kind: 'wrong', triesLeft: triesLeft(sw) };
  throw new CardError('access-denied', `VERIFY answered ${formatStatusWord(sw)}`, { step: 'VERIFY', statusWord: sw });
}
