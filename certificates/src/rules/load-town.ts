import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { certificateTerms, certificateTypes, gapsBetween } from './rules-schema.ts';
import type { CertificateRules } from './rules-schema.ts';

const line = z.string().trim().min(1).max(120);

/** Who issues: the words of the page's head, the codes of the stamp, where the free checker lives. */
export const town = z.object({
  /** `Comune di …`, as the head of the page says it. */
  municipality: line,
  /** The bare name, as it stands in addresses and birth places. */
  place: line,
  province: z.string().regex(/^[A-Z]{2}$/),
  postalCode: z.string().regex(/^\d{5}$/),
  istatCode: z.string().regex(/^\d{6}$/),
  /** Codice catastale of the place, as in tax codes. */
  placeCode: z.string().regex(/^[A-Z]\d{3}$/),
  office: line,
  officeAddress: line,
  /** What the seal's text calls who issues: `L'Ufficiale d'Anagrafe`. */
  officer: line,
  /**
   * Site of the free checker (CAD, art. 23 c. 2-bis): the words printed beside the stamp, and the base of its
   * addresses.
   */
  checker: z.url({ protocol: /^https$/ }).max(60),
});
export type Town = z.output<typeof town>;

/** A town's folder does not hold valid settings: the file and each fault, in plain words. */
export class TownConfigError extends Error {
  override readonly name = 'TownConfigError';
  readonly code = 'town-config';
}

/**
 * Reads `town.json`, `certificates.json` (the types) and `certificate-terms.json` (what all types have in common) of a town's
 * configuration folder.
 *
 * @throws {TownConfigError} when a file is missing, is no JSON or breaks its schema, or when the two do not fit together: a
 * service does not start on rules it cannot read
 */
export async function loadTown(folder: string): Promise<{ readonly town: Town; readonly rules: CertificateRules }> {
  const [townSettings, types, terms] = await Promise.all([
    readSettings(folder, 'town.json', town),
    readSettings(folder, 'certificates.json', certificateTypes),
    readSettings(folder, 'certificate-terms.json', certificateTerms),
  ]);
  const gaps = gapsBetween(types, terms);
  if (gaps.length > 0) throw new TownConfigError(`certificate-terms.json does not fit certificates.json:\n${gaps.join('\n')}`);
  return { town: townSettings, rules: { ...types, ...terms } };
}

/**
 * Reads one file of a town's configuration folder.
 *
 * @throws {TownConfigError} as {@link loadTown}
 */
export async function readSettings<Output>(folder: string, name: string, schema: z.ZodType<Output>): Promise<Output> {
  const text = await readFile(join(folder, name), 'utf8').catch((cause: unknown) => {
    throw new TownConfigError(`${name} cannot be read in the town's configuration folder.`, { cause });
  });
  const read = schema.safeParse(parseJson(name, text));
  if (read.success) return read.data;
  throw new TownConfigError(`${name} is not valid:\n${z.prettifyError(read.error)}`);
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TownConfigError(`${name} is not JSON.`, { cause });
  }
}
