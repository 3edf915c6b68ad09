import { z } from 'zod';
import { kioskId, visitId } from '../ids.ts';
import { epochMs } from '../units.ts';

/**
 * What a citizen's card signs: fields that he can read on the screen, never a bare digest. The server makes it anew for
 * each signature; the device service shows it, recomputes its text, and lets the card sign the digest of that text only.
 */
export const signatureChallenge = z.strictObject({
  product: z.literal('Videosportello'),
  kioskId,
  visitId,
  /** When the server made it. */
  at: epochMs,
  /** 32 random bytes of the server, lower-case hexadecimal. */
  nonce: z.string().regex(/^[0-9a-f]{64}$/),
});
export type SignatureChallenge = z.output<typeof signatureChallenge>;

/**
 * The text whose SHA-256 is signed: ASCII, one line per field, each ended by a line feed. Its first line sets it apart from
 * whatever else the same key may sign.
 */
export function challengeText({ product, kioskId: kiosk, visitId: visit, at, nonce }: SignatureChallenge): string {
  const time = new Date(at).toISOString();
  return `${product} card challenge 1\nkiosk ${kiosk}\nvisit ${visit}\ntime ${time}\nnonce ${nonce}\n`;
}
