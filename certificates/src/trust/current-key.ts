import type { KeyPurpose, StoredKey } from './key-folder.ts';
import { readSignerCertificate } from './signer-certificate.ts';

/**
 * Which key of a purpose signs today: of those in their time of use and not revoked, the one that began last. So a new key signs
 * from the moment it is there, and the old one stays for checking only.
 *
 * @param keys in the order of {@link readKeyFolder}: of two that began on the same day the later signs
 * @param at UTC day, YYYY-MM-DD
 * @param revoked names of keys that sign no more
 * @returns undefined when none may sign
 */
export function currentKey(
  keys: readonly StoredKey[],
  purpose: KeyPurpose,
  at: string,
  revoked: readonly string[],
): StoredKey | undefined {
  return keys
    .filter((key) => key.purpose === purpose && !revoked.includes(key.name))
    .map((key) => ({ key, dates: readSignerCertificate(key.certificate) }))
    .filter(({ dates }) => dates.validFrom <= at && at <= dates.keyUseEnds)
    .reduce<{ key: StoredKey; began: string } | undefined>(
      (best, { key, dates }) => (best === undefined || dates.validFrom >= best.began ? { key, began: dates.validFrom } : best),
      undefined,
    )?.key;
}
