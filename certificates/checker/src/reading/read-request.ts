import type { SealFormatReason } from '../../../src/stamp/seal-error.ts';
import type { StampReadErrorCode } from '../../../src/stamp/stamp-read-error.ts';
import type { StampPayload } from '../../../src/stamp/address.ts';
import type { PaperPage } from '../../../src/stamp/paper-page.ts';

/** What the reading worker is asked: a file, or one picture of the camera. */
export type ReadRequest =
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: 'frame'; readonly picture: ImageBitmap };

/** What it answers. */
export type ReadAnswer =
  | { readonly kind: 'read'; readonly stamps: readonly StampPayload[]; readonly pages: readonly PaperPage[] | null }
  /** A PDF with a seal of its own: an electronic original. */
  | { readonly kind: 'original'; readonly pdf: Uint8Array }
  | { readonly kind: 'unread'; readonly code: StampReadErrorCode }
  | { readonly kind: 'malformed'; readonly reason: SealFormatReason };
