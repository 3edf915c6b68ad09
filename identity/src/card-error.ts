/**
 * The closed list of what can go wrong between a card and this library, and the one error class that carries it.
 *
 * A code decides what the person is told (a Fluent key) and whether trying again by itself makes sense. An error holds
 * nothing of the card's contents: step and status word are all that may be logged.
 */

import { describeStatusWord } from './iso7816/status-word.ts';
import type { StatusWordHint } from './iso7816/status-word.ts';

/** One row per code: may the same be tried again, and the Fluent key of the sentence for the person. */
export const CARD_ERRORS = {
  /** The access number printed on the card does not open it. */
  'wrong-can': { retryable: true, hint: 'card-hint-wrong-can' },
  /** Document number, birth date or expiry date do not open the card. */
  'wrong-mrz': { retryable: true, hint: 'card-hint-wrong-mrz' },
  /** The card left the field or the slot. */
  'card-removed': { retryable: true, hint: 'card-hint-hold-still' },
  /** The protected session ended: plain status word, order of commands disturbed, another program in between. */
  'session-lost': { retryable: true, hint: 'card-hint-hold-still' },
  /** A protected answer carried a wrong code: bytes altered on the way, or not by the card that opened the session. */
  'wrong-mac': { retryable: true, hint: 'card-hint-hold-still' },
  /** The card has no application of a travel document. */
  'not-a-travel-document': { retryable: false, hint: 'card-hint-not-readable-here' },
  /** The card denies what was asked although the session is open. */
  'access-denied': { retryable: false, hint: 'card-hint-see-the-desk' },
  /** An answer or a file is not what its standard says. */
  malformed: { retryable: false, hint: 'card-hint-see-the-desk' },
  /** The card offers only protocols, or asks for lengths, that this library or the reader cannot do. */
  unsupported: { retryable: false, hint: 'card-hint-not-readable-here' },
  /** The deadline passed. */
  timeout: { retryable: true, hint: 'card-hint-try-again' },
  /** The caller ended the reading. */
  aborted: { retryable: true, hint: 'card-hint-try-again' },
  /** Reader, its driver or the way to it is gone. */
  'reader-unavailable': { retryable: true, hint: 'card-hint-reader-unavailable' },
} as const satisfies Readonly<Record<string, { retryable: boolean; hint: string }>>;

/** A code of the closed list. */
export type CardErrorCode = keyof typeof CARD_ERRORS;

/** Fluent key of a sentence for the person. */
export type CardHint = (typeof CARD_ERRORS)[CardErrorCode]['hint'] | StatusWordHint;

/** Codes that say only that the card would not: what it answered says more to the person. */
const BY_STATUS_WORD: ReadonlySet<CardErrorCode> = new Set(['access-denied', 'unsupported']);

/** What may be said and logged about a failure besides its code. */
export interface CardErrorDetails {
  /** Which step failed, in words of the standard, for example `GENERAL AUTHENTICATE 2`. Nothing personal. */
  readonly step?: string;
  /** Status word of the card, where there was one. */
  readonly statusWord?: number;
  /** The error underneath, for a log on the same machine. */
  readonly cause?: unknown;
}

/** Any failure of reading or judging a card. */
export class CardError extends Error {
  override readonly name = 'CardError';
  /** The code of the closed list. */
  readonly code: CardErrorCode;
  /** Whether the same may succeed when tried again. */
  readonly retryable: boolean;
  /** Fluent key of the sentence for the person: the code's, or the status word's where that says more. */
  readonly hint: CardHint;
  /** Which step failed. */
  readonly step: string | undefined;
  /** Status word of the card, where there was one. */
  readonly statusWord: number | undefined;

  constructor(code: CardErrorCode, message: string, details: CardErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.retryable = CARD_ERRORS[code].retryable;
    this.hint = (BY_STATUS_WORD.has(code) ? hintOf(details.statusWord) : undefined) ?? CARD_ERRORS[code].hint;
    this.step = details.step;
    this.statusWord = details.statusWord;
  }
}

function hintOf(statusWord: number | undefined): StatusWordHint | undefined {
  return statusWord === undefined ? undefined : describeStatusWord(statusWord).hint;
}

/** A `malformed` error; the message says what was wrong, never with the bytes. */
export function malformed(message: string, details: CardErrorDetails = {}): CardError {
  return new CardError('malformed', message, details);
}

/**
 * The error of an ended signal: `timeout` when its reason is the `TimeoutError` of `AbortSignal.timeout`, a CardError
 * reason as it is, `aborted` otherwise.
 */
export function abortError(signal: AbortSignal): CardError {
  const reason: unknown = signal.reason;
  if (reason instanceof CardError) return reason;
  const late = reason instanceof Error && reason.name === 'TimeoutError';
  return late
    ? new CardError('timeout', 'the card did not finish in time')
    : new CardError('aborted', 'the reading was ended by its caller', { cause: reason });
}
