/** The authorities that the card tool believes. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CardError } from '@videosportello/identity/card-error.ts';
import { isTrustFile, readCardTrust } from '@videosportello/identity/card-trust.ts';
import type { CardTrust } from '@videosportello/identity/card-trust.ts';
import { UsageError } from './usage-error.ts';

/**
 * Reads a folder as the certificate service reads its own; what the names of the files say is written in identity's `card-trust.ts`.
 * @throws {UsageError} when the folder cannot be read, names nobody, or holds what is no certificate of an authority, or a link
 * certificate or revocation list that nobody trusted signed.
 */
export async function readTrustFolder(folder: string): Promise<CardTrust> {
  try {
    const names = (await readdir(folder)).filter(isTrustFile).toSorted();
    const files = await Promise.all(names.map(async (name) => ({ name, der: Uint8Array.from(await readFile(join(folder, name))) })));
    const trust = readCardTrust(files);
    if (trust.documents.anchors.length + trust.serviceCards.anchors.length > 0) return trust;
  } catch (cause) {
    if (!(cause instanceof CardError) && !isFileError(cause)) throw cause;
    throw unusable(cause);
  }
  throw unusable();
}

const unusable = (cause?: unknown): UsageError =>
  new UsageError(
    {
      it: 'La cartella di --trust non contiene certificati leggibili di autorità emittenti (.der o .cer), o contiene certificati di passaggio (link*) o liste di revoca (.crl) che nessuna di loro ha firmato.',
      en: 'The folder of --trust holds no readable certificates of country signers (.der or .cer), or link certificates (link*) or revocation lists (.crl) that none of them signed.',
    },
    { cause },
  );

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
