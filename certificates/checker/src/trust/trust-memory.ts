import { z } from 'zod';
import { carriedBundleSchema, openCarried } from '../../../src/trust/carried-trust.ts';
import type { CarriedBundle, CarriedTrust } from '../../../src/trust/carried-trust.ts';
import { TrustError } from '../../../src/trust/trust-bundle.ts';
import type { TrustBundle } from '../../../src/trust/trust-bundle.ts';

/** What a browser remembers of the keys it has seen; the part of Storage that is used. */
export type Memory = Pick<Storage, 'getItem' | 'setItem'>;

/** What this browser keeps; null where it forbids a page to remember: then only the list at hand counts. */
export function browserMemory(): Memory | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/**
 * A list of keys as it travels, from its text (`trust.json`). Nothing in it is believed yet.
 *
 * @throws TrustError TRUST_MALFORMED when it is none
 */
export function readKeyList(text: string): CarriedBundle {
  try {
    return carriedBundleSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new TrustError('TRUST_MALFORMED', 'this is no list of keys', { cause });
  }
}

const rememberedSchema = z.strictObject({ sequence: z.int().positive(), bundle: carriedBundleSchema });

/**
 * The newest list of keys that is known here: the one the page carries, or a newer one that was seen before.
 *
 * @param memory null where the browser keeps nothing
 * @throws TrustError TRUST_ROLLED_BACK when a newer list was seen and is not to be had any more, else as openTrustBundle
 */
export async function newestTrust(carried: CarriedTrust, memory: Memory | null): Promise<TrustBundle> {
  const own = await openCarried(carried.root, carried.bundle);
  const remembered = recall(memory, own.rootFingerprint);
  if (remembered === null || remembered.sequence <= own.sequence) {
    remember(memory, own, carried.bundle);
    return own;
  }
  // An old page does no harm while the newer list it once fetched is still there, and still signed by the same root.
  return openCarried(carried.root, remembered.bundle, remembered.sequence).catch((cause: unknown) => {
    throw new TrustError('TRUST_ROLLED_BACK', 'a newer trust bundle was seen before', { cause });
  });
}

/**
 * Takes in a list that was fetched, or brought as a file.
 *
 * @returns the list to use from now on
 * @throws TrustError TRUST_ROLLED_BACK when it is older than the present one, else as openTrustBundle
 */
export async function takeTrust(carried: CarriedTrust, fetched: CarriedBundle, present: TrustBundle, memory: Memory | null): Promise<TrustBundle> {
  const next = await openCarried(carried.root, fetched, present.sequence);
  remember(memory, next, fetched);
  return next;
}

const nameOf = (rootFingerprint: string): string => `videosportello-trust-${rootFingerprint}`;

function recall(memory: Memory | null, rootFingerprint: string): z.infer<typeof rememberedSchema> | null {
  const text = memory?.getItem(nameOf(rootFingerprint)) ?? null;
  if (text === null) return null;
  try {
    return rememberedSchema.parse(JSON.parse(text));
  } catch {
    // Nobody but this page writes it; what cannot be read is as good as nothing.
    return null;
  }
}

function remember(memory: Memory | null, { sequence, rootFingerprint }: TrustBundle, bundle: CarriedBundle): void {
  try {
    memory?.setItem(nameOf(rootFingerprint), JSON.stringify({ sequence, bundle }));
  } catch {
    // A full or closed storage: the check goes on, it only cannot be remembered.
  }
}
