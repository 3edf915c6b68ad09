/** What the card tool tells a person about each failure, in two languages. */
import type { CardHint } from '@videosportello/identity/card-error.ts';

/** One sentence in each language. Nothing of the card is in it. */
export interface Hint {
  readonly it: string;
  readonly en: string;
}

/** The sentence for each key. */
export const HINTS: Readonly<Record<CardHint, Hint>> = {
  'card-hint-wrong-can': {
    it: 'Il numero di 6 cifre non corrisponde. È stampato sul davanti, in basso a destra. Riprova.',
    en: 'The 6-digit number does not match. It is printed on the front, at the lower right. Try again.',
  },
  'card-hint-wrong-mrz': {
    it: 'I dati del documento non corrispondono: controlla numero, data di nascita e scadenza.',
    en: 'The data of the document do not match: check number, birth date and expiry date.',
  },
  'card-hint-wrong-password': {
    it: 'Il numero o il PIN non corrisponde. Controlla e riprova.',
    en: 'The number or PIN does not match. Check it and try again.',
  },
  'card-hint-blocked': {
    it: 'Il PIN è bloccato. Si sblocca con il PUK, non qui.',
    en: 'The PIN is blocked. It is unblocked with the PUK, not here.',
  },
  'card-hint-hold-still': {
    it: 'Appoggia la carta sul lettore e lasciala ferma.',
    en: 'Put the card on the reader and leave it still.',
  },
  'card-hint-not-readable-here': {
    it: 'Questa carta non è leggibile qui.',
    en: 'This card cannot be read here.',
  },
  'card-hint-see-the-desk': {
    it: 'Non è stato possibile leggere il documento. Rivolgiti allo sportello.',
    en: 'The document could not be read. Please ask at the desk.',
  },
  'card-hint-try-again': {
    it: 'La lettura non è finita. Riprova.',
    en: 'The reading did not finish. Try again.',
  },
  'card-hint-reader-unavailable': {
    it: 'Lettore non disponibile: controlla che sia collegato e che nessun altro programma lo usi.',
    en: 'The reader is not available: check that it is connected and that no other program uses it.',
  },
};
