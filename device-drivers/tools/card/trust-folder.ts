/** The authorities that the card tool believes. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CardError } from '@videosportello/identity/card-error.ts';
import { createTrustStore } from '@videosportello/identity/emrtd/trust-store.ts';
import type { TrustStore } from '@videosportello/identity/emrtd/trust-store.ts';
import { UsageError } from './usage-error.ts';

/** Whom to believe: two lists, as a country signer makes no health cards and the other way round. */
export interface CardTrust {
  readonly documents: TrustStore;
  /** Issuers of holders' certificates on a CNS. */
  readonly healthCards: TrustStore;
}

/**
 * Reads each `.der` and `.cer` file of a folder as a trusted authority: for health cards where its name begins with `cns`,
 * else a country signer. One whose file name says so stands for a demo authority, and what it signs is a specimen.
 * @throws {UsageError} when the folder cannot be read, holds none, or holds one that is no certificate of an authority.
 */
export async function readTrustFolder(folder: string): Promise<CardTrust> {
  try {
    const names = (await readdir(folder)).filter((name) => /\.(der|cer)$/i.test(name)).toSorted();
    const isForHealthCards = (name: string): boolean => /^cns/i.test(name);
    if (names.length > 0) {
      return {
        documents: await readAnchors(folder, names.filter((name) => !isForHealthCards(name))),
        healthCards: await readAnchors(folder, names.filter(isForHealthCards)),
      };
    }
  } catch (cause) {
    if (!(cause instanceof CardError) && !isFileError(cause)) throw cause;
    throw unusable(cause);
  }
  throw unusable();
}

async function readAnchors(folder: string, names: readonly string[]): Promise<TrustStore> {
  const anchors = names.map(async (name) => ({
    certificate: Uint8Array.from(await readFile(join(folder, name))),
    specimen: /specimen/i.test(name),
  }));
  return createTrustStore(await Promise.all(anchors));
}

const unusable = (cause?: unknown): UsageError =>
  new UsageError(
    {
      it: 'La cartella di --trust non contiene certificati leggibili di autorità emittenti (.der o .cer).',
      en: 'The folder of --trust holds no readable certificates of country signers (.der or .cer).',
    },
    { cause },
  );

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
