import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import { RegisterError } from '../register/register-error.ts';
import { MissingGlyphError } from '../render/fonts.ts';
import type { RefusalCode } from '../rules/vocabulary.ts';
import { TokenError } from '../signature/providers/pkcs11/token.ts';
import { SilentSignerError } from '../signature/signing-time.ts';
import { TimeStampError } from '../signature/time-stamp/time-stamp-client.ts';
import { SealFormatError } from '../stamp/seal-error.ts';
import { UnfitFactError } from '../templates/sections/section.ts';

/** The protocol's error for a refusal; the refusal's own code goes along as `detail`. */
export function refused(code: RefusalCode, cause?: unknown): ProtocolError {
  return new ProtocolError(PROTOCOL_CODE[code] ?? 'document-refused', { detail: code, cause });
}

/** What register, keys, renderer, stamp and templates refuse, as a refusal; anything else stays what it is. */
export function asRefusal(error: unknown): unknown {
  if (error instanceof RegisterError && error.code === 'duty-mark-used') return refused('duty-mark-used', error);
  if (error instanceof RegisterError && error.code === 'register-unavailable') return new ProtocolError('store-unavailable', { cause: error });
  if (error instanceof TimeStampError || error instanceof TokenError || error instanceof SilentSignerError)
    return new ProtocolError('seal-unavailable', { detail: error.code, cause: error });
  if (error instanceof UnfitFactError) return refused('fact-unfit', error);
  if (error instanceof MissingGlyphError) return refused('glyph-missing', error);
  if (error instanceof SealFormatError && error.reason === 'TOO_LONG') return refused('stamp-too-small', error);
  // A sign that would steer a terminal or turn the writing round; a day that is none.
  if (error instanceof SealFormatError && ['BAD_FIELD', 'BAD_DATE'].includes(error.reason)) return refused('fact-unfit', error);
  return error;
}

const PROTOCOL_CODE: Partial<Record<RefusalCode, ErrorCode>> = {
  'duty-missing': 'duty-invalid',
  'duty-not-due': 'duty-invalid',
  'duty-only-exempt': 'duty-invalid',
  'duty-not-virtual': 'duty-invalid',
  'duty-receipt-format': 'duty-invalid',
  'duty-mark-format': 'duty-invalid',
  'duty-mark-date': 'duty-invalid',
  'duty-mark-after-certificate': 'duty-invalid',
  'duty-mark-used': 'duty-invalid',
  'exemption-unknown': 'duty-invalid',
  'exemption-not-in-force': 'duty-invalid',
  'exemption-needs-words': 'duty-invalid',
  'subject-not-found': 'subject-not-found',
  'source-unavailable': 'source-unavailable',
};
