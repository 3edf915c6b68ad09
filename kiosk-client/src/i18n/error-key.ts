import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';

/** Failures a citizen can do something about, or should hear of in their own words. */
export const toldErrors = [
  'timeout',
  'link-lost',
  'kiosk-busy',
  'nobody-on-duty',
  'outside-hours',
  'no-node',
  'ticket-unknown',
  'ticket-used',
  'ticket-expired',
  'store-unavailable',
  'card-absent',
  'card-removed',
  'card-wrong-number',
  'card-tries-exhausted',
  'card-wrong-pin',
  'card-pin-blocked',
  'card-last-try',
  'signature-declined',
  'card-unreadable',
  'card-unsupported',
  'reader-unavailable',
  'scanner-empty',
  'scanner-failed',
  'too-much',
] as const satisfies readonly ErrorCode[];

/** The Fluent key of a failure's sentence; failures that mean nothing to a citizen share one. */
export const errorKey = (code: ErrorCode): string =>
  (toldErrors as readonly ErrorCode[]).includes(code) ? `error-${code}` : 'error-other';
