import { createHash } from 'node:crypto';
import { closeSealSpace, openSealSpace, sealedBytes } from './byte-range.ts';
import { detachedCms } from './cms.ts';
import type { Signer } from './signer.ts';

/**
 * Seals a PDF at PAdES level B-B (ETSI EN 319 142-1, 6): finds the space the renderer left, signs everything around it,
 * writes the CMS in. The time of the seal is what the renderer wrote in `/M`.
 *
 * @returns the sealed file, of the same length as `pdf`
 * @throws {SealSpaceError} when `pdf` has no single empty space, or the seal does not fit
 * @throws what the signer throws
 */
export async function sealPdf(
  pdf: Uint8Array,
  signer: Signer,
  options: { readonly signal: AbortSignal },
): Promise<Buffer> {
  const space = openSealSpace(pdf);
  const digest = createHash('sha256');
  for (const range of sealedBytes(space)) digest.update(range);
  return closeSealSpace(space, await detachedCms(digest.digest(), signer, options));
}
