/** What a signature's dates say about its key. */
export type KeyState =
  | 'good'
  /** Signed on a day on which the key was not to sign, or on a day that has not come yet. */
  | 'outside-key-period'
  | 'revoked'
  /** Nobody vouches any longer for a signature whose time only the signer tells. */
  | 'expired';

/** The dates, each a UTC day as YYYY-MM-DD. */
export interface KeyDates {
  /** The day the signer wrote. Who holds a stolen key writes any day. */
  readonly claimedOn: string;
  /** The day a time-stamp authority saw the signature; null without a verified time-stamp. */
  readonly provenOn: string | null;
  /** Day of the check. */
  readonly at: string;
  readonly certificate: { readonly validFrom: string; readonly keyUseEnds: string; readonly validTo: string };
  /** From which day the certificate is revoked; null when it is not. */
  readonly revokedOn: string | null;
}

/**
 * Judges a signature by its dates.
 *
 * - A revoked key vouches for nothing but what a time-stamp saw before the day of its revocation.
 * - The key signs from the certificate's first day to the end of its key use (Doc 9303-8: one year and two months); what it
 *   signed then is good while the certificate is valid, which is as long as its documents live.
 * - After the certificate's last day, only a time-stamp of before keeps it good (ETSI EN 319 102-1, 5.5).
 */
export function judgeKey({ claimedOn, provenOn, at, certificate, revokedOn }: KeyDates): KeyState {
  if (revokedOn !== null && (provenOn === null || provenOn >= revokedOn)) return 'revoked';
  const signedOn = provenOn ?? claimedOn;
  if (signedOn < certificate.validFrom || signedOn > certificate.keyUseEnds || signedOn > at) return 'outside-key-period';
  if (at > certificate.validTo && provenOn === null) return 'expired';
  return 'good';
}
