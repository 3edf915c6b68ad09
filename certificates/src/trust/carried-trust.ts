import { z } from 'zod';

import { bytesOfBase64, openTrustBundle } from './trust-bundle.ts';
import type { TrustBundle } from './trust-bundle.ts';

/** A bundle as it travels: its exact text and the root's signature over it, r‖s in Base64. */
export const carriedBundleSchema = z.strictObject({
  text: z.string().min(1).max(1_000_000),
  signature: z.base64().min(1).max(400),
});
export type CarriedBundle = z.infer<typeof carriedBundleSchema>;

/** What a checking page carries: who issues, whom it believes, and the newest bundle when it was handed out. */
export const carriedTrustSchema = z.strictObject({
  /** `Comune di …`. */
  municipality: z.string().min(1).max(120),
  /** The one address of the free checker, as printed beside the stamp: host, without scheme. */
  checkerHost: z.string().min(1).max(120),
  /** DER of the root certificate, Base64: the anchor. A bundle that comes later never brings another. */
  root: z.base64().min(1).max(20_000),
  bundle: carriedBundleSchema,
});
export type CarriedTrust = z.infer<typeof carriedTrustSchema>;

/**
 * Opens a carried bundle against the anchor.
 *
 * @throws TrustError as openTrustBundle
 */
export function openCarried(root: string, { text, signature }: CarriedBundle, lastSequence?: number): Promise<TrustBundle> {
  const sealed = { text: new TextEncoder().encode(text), signature: bytesOfBase64(signature), root: bytesOfBase64(root) };
  return openTrustBundle(sealed, lastSequence);
}
