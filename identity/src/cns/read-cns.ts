/** Reads what a CNS gives without its PIN. Nothing of it is proof: file and certificate can be copied. */
import { CardError } from '../card-error.ts';
import { readSelectedFiles } from '../iso7816/selected-files.ts';
import type { CommandChannel } from '../port.ts';
import { holderCertificateFile, personalDataFile } from './cns-files.ts';

/** The files as they stand on the card. */
export interface CnsReading {
  /** Whole EF_Dati_personali with its padding; undefined where the card does not give it. */
  readonly personalData: Uint8Array | undefined;
  /** DER of the holder's certificate. */
  readonly certificate: Uint8Array;
}

/**
 * Reads both files, in two exchanges on a card that knows paths. Throws CardError: `unsupported` when there is no
 * holder's certificate where a CNS has it.
 */
export async function readCns(channel: CommandChannel): Promise<CnsReading> {
  for (const way of ['by-path', 'by-step'] as const) {
    const files = [personalDataFile(way), holderCertificateFile(way)];
    const [personalData, certificate] = await readSelectedFiles(channel, files);
    if (certificate !== undefined) return { personalData, certificate };
  }
  throw new CardError('unsupported', 'the card has no certificate where a CNS has one', { step: 'SELECT' });
}
