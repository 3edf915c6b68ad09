import { createHash } from 'node:crypto';
import { closeSealSpace, openSealSpace, sealedBytes } from './byte-range.ts';
import { detachedCms } from './cms.ts';
import type { StampSignature } from './cms.ts';
import type { Signer } from './signer.ts';
import { TimeStampError } from './time-stamp/time-stamp-client.ts';
import type { TimeStampAuthority } from './time-stamp/time-stamp-client.ts';

/** Whether and how a seal gets a time-stamp (level B-T). */
export interface TimeStamping {
  readonly authority: TimeStampAuthority;
  /** `required`: without a time-stamp there is no seal. `best-effort`: then it is of level B-B, and `onMissed` hears why. */
  readonly policy: 'required' | 'best-effort';
  readonly onMissed: (error: TimeStampError) => void;
}

/**
 * Seals a PDF (ETSI EN 319 142-1, 6): finds the space the renderer left, signs everything around it, writes the CMS in. The
 * time of the seal is what the renderer wrote in `/M`; at level B-T, a time-stamp over the signature proves it.
 *
 * @param options.timeStamping default: none, level B-B
 * @returns the sealed file, of the same length as `pdf`
 * @throws {SealSpaceError} when `pdf` has no single empty space, or the seal does not fit
 * @throws {TimeStampError} when a required time-stamp is not to be had
 * @throws what the signer throws
 */
export async function sealPdf(
  pdf: Uint8Array,
  signer: Signer,
  options: { readonly signal: AbortSignal; readonly timeStamping?: TimeStamping },
): Promise<Buffer> {
  const { signal, timeStamping } = options;
  const space = openSealSpace(pdf);
  const digest = createHash('sha256');
  for (const range of sealedBytes(space)) digest.update(range);
  const stamp = timeStamping === undefined ? {} : { timeStamp: timeStampBy(timeStamping, signal) };
  return closeSealSpace(space, await detachedCms(digest.digest(), signer, { signal, ...stamp }));
}

function timeStampBy({ authority, policy, onMissed }: TimeStamping, signal: AbortSignal): StampSignature {
  return async (signature) => {
    try {
      return await authority.stamp(signature, { signal });
    } catch (error) {
      if (policy === 'required' || !(error instanceof TimeStampError)) throw error;
      onMissed(error);
      return null;
    }
  };
}
