import type { KeyPurpose } from './key-folder.ts';

const DAY_MS = 86_400_000;
const ROOT_YEARS = 20;
/** Doc 9303-8: a signer key is used for one year and two months. */
const KEY_USE_DAYS = 365 + 62;
/** The longest validity of a dated document; a signer certificate outlives its last document. */
const DOCUMENT_VALIDITY_DAYS = 10 * 365;

/** The dates of a certificate. */
export interface KeyLifetime {
  readonly notBefore: Date;
  /** Absent for a root, which signs as long as it is valid. */
  readonly keyUseEnds?: Date;
  readonly notAfter: Date;
}

/**
 * From when to when a key made now is valid: a root for twenty years; any other signs for one year and two months, and its
 * certificate lives as long as the documents signed on its last day (Doc 9303-8; BSI TR-03137-1).
 */
export function lifetimeOf(purpose: KeyPurpose, now: Date): KeyLifetime {
  // One day back: a checker in another time zone may still write yesterday.
  const notBefore = later(now, -1);
  if (purpose === 'stamp-root' || purpose === 'seal-root') return { notBefore, notAfter: later(now, ROOT_YEARS * 365) };
  return { notBefore, keyUseEnds: later(now, KEY_USE_DAYS), notAfter: later(now, KEY_USE_DAYS + DOCUMENT_VALIDITY_DAYS) };
}

function later(from: Date, days: number): Date {
  return new Date(from.getTime() + days * DAY_MS);
}
