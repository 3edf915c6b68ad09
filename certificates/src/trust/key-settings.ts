import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { writeExclusively } from './exclusive-file.ts';
import { TrustError } from './trust-bundle.ts';

/** File of a key folder that says whose keys they are and where. */
const SETTINGS_FILE = 'keys.json';

/** What a town decides once about its keys. */
export const keySettingsSchema = z.strictObject({
  /** The town, as its certificates name it. */
  organization: z.string().min(1).max(64),
  /** Two signs: with the country, the signer code of its stamps (Doc 9303-8). `VS`: ITVS. */
  signerName: z.string().regex(/^[A-Z0-9]{2}$/, 'signerName is two capital letters or digits'),
  /** True for invented authorities, whose papers say SPECIMEN. */
  specimen: z.boolean(),
  /** The PKCS#11 token that holds the keys; null: they are in the files of the folder. */
  token: z
    .strictObject({
      module: z.string().min(1),
      token: z.string().min(1).max(32),
      pinFile: z.string().min(1),
      /** What the module reads from its environment. */
      environment: z.record(z.string(), z.string()),
    })
    .nullable(),
  /** Who stamps seals with the time (level B-T), and whether a seal may be without; null: level B-B. */
  timeStamping: z
    .strictObject({ url: z.url({ protocol: /^https?$/ }), policy: z.enum(['required', 'best-effort']) })
    .nullable(),
});
export type KeySettings = z.infer<typeof keySettingsSchema>;

/**
 * Reads the settings of a key folder.
 *
 * @throws TrustError TRUST_MISSING when there are none, TRUST_MALFORMED naming what is wrong
 */
export async function readKeySettings(folder: string): Promise<KeySettings> {
  const text = await readFile(join(folder, SETTINGS_FILE), 'utf8').catch((cause: unknown) => {
    throw new TrustError('TRUST_MISSING', `there is no ${SETTINGS_FILE} in the key folder`, { cause });
  });
  try {
    return keySettingsSchema.parse(JSON.parse(text));
  } catch (cause) {
    const where = cause instanceof z.ZodError ? cause.issues.map(({ path }) => path.join('.')).join(', ') : 'no JSON';
    throw new TrustError('TRUST_MALFORMED', `${SETTINGS_FILE} is not valid: ${where}`, { cause });
  }
}

/**
 * Writes the settings of a new key folder, which must be there.
 *
 * @throws TrustError TRUST_MALFORMED when it has settings already
 */
export async function writeKeySettings(folder: string, settings: KeySettings): Promise<void> {
  const text = `${JSON.stringify(keySettingsSchema.parse(settings), null, 2)}\n`;
  if (await writeExclusively(join(folder, SETTINGS_FILE), text, 0o600)) return;
  throw new TrustError('TRUST_MALFORMED', `the key folder has its ${SETTINGS_FILE} already`);
}
