import type { CertificateUse } from './vocabulary.ts';

declare const checked: unique symbol;
/**
 * Words a certificate is null without. Only {@link mandatoryWording} makes them, so no layout exists without a check.
 */
export type MandatoryWording = string & { readonly [checked]: 'mandatory-wording' };

/** The words the law gives for a use do not stand in the configured text; the paper would be null. */
export class WordingError extends Error {
  override readonly name = 'WordingError';
  readonly code = 'wording-missing';
}

/**
 * What must be readable on the paper, by use. Private parties: DPR 445/2000 art. 40 c. 02, word for word ("a pena di
 * nullità"). Abroad: Funzione Pubblica, circolare 5/2012. Immigration: as municipal offices print it for ANPR's use
 * kind 2. Court (use kind 3) has no words of its own in law; the town's configured ones only may not be empty.
 */
const WORDS_BY_LAW: Record<Exclude<CertificateUse, 'public-office'>, string | null> = {
  private:
    'Il presente certificato non può essere prodotto agli organi della pubblica amministrazione o ai privati gestori di pubblici servizi',
  abroad:
    "Ai sensi dell'art. 40, d.P.R. 28 dicembre 2000, n. 445, il presente certificato è rilasciato solo per l'estero",
  immigration: "certificato rilasciato per i procedimenti disciplinati dalle norme sull'immigrazione",
  court: null,
};

/**
 * Reads `text` as the mandatory words of a certificate for `use`.
 *
 * @throws {WordingError} when the law's words for this use are not in it, or when the use knows no certificate
 */
export function mandatoryWording(use: CertificateUse, text: string): MandatoryWording {
  if (use === 'public-office') throw new WordingError('A public office gets no certificate (DPR 445/2000, art. 40).');
  const words = WORDS_BY_LAW[use];
  if (text.trim() === '' || (words !== null && !plain(text).includes(plain(words)))) {
    throw new WordingError(`The mandatory words for the use "${use}" are missing or changed.`);
  }
  return text as MandatoryWording;
}

/** Case, spaces and the kind of apostrophe do not change the law's words. */
function plain(text: string): string {
  return text.normalize('NFC').replaceAll('’', "'").replace(/\s+/g, ' ').toLowerCase();
}
