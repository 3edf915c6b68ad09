import type { MandatoryWording } from '../rules/mandatory-wording.ts';
import type { PaperEdition, PaperLanguage } from '../rules/vocabulary.ts';

/** Words as they stand on paper: Italian, and beneath it the same in a bilingual paper's other language, else null. */
export interface Text {
  readonly it: string;
  readonly also: string | null;
}

/** A label and what stands beside it. */
export interface Line {
  readonly label: Text;
  readonly value: Text;
}

/** The parts a certificate's body is made of; every type uses these and no others. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: Text }
  /** The verb of the paper, set apart: "certifica che". */
  | { readonly kind: 'verb'; readonly text: Text }
  /** Whom the paper speaks of. */
  | { readonly kind: 'name'; readonly text: Text }
  /** What else a name needs, in one line under it. */
  | { readonly kind: 'detail'; readonly text: Text }
  | { readonly kind: 'facts'; readonly rows: readonly Line[] }
  /** The fact the paper is asked for, set large: the address of a residence. */
  | { readonly kind: 'statement'; readonly label: Text; readonly text: Text }
  /** Title of a part, where a paper has several. */
  | { readonly kind: 'heading'; readonly text: Text }
  | Table;

/** Rows of equal form, one for each person. The first column names the row. */
export interface Table {
  readonly kind: 'table';
  /** `share`: part of the table's width, all together 1. */
  readonly columns: readonly { readonly title: Text; readonly share: number }[];
  readonly rows: readonly (readonly Text[])[];
}

/**
 * One certificate in words and order, without measures: what a template makes and the renderer draws. It cannot exist
 * without mandatory words: only the rules make them. Plain data, so that it can cross to another thread.
 */
export interface CertificateLayout {
  readonly language: PaperLanguage;
  readonly edition: PaperEdition;
  readonly title: Text;
  readonly issuer: { readonly municipality: string; readonly office: string; readonly address: string };
  /** Number, protocol, day: the line under the title. */
  readonly references: readonly Line[];
  readonly body: readonly Block[];
  readonly wording: readonly [MandatoryWording, ...string[]];
  /** What the first of the words above means, for who reads the paper's other language. */
  readonly wordingAlso: string | null;
  /** Duty, validity, fee: what the receiver looks for last. */
  readonly notes: readonly Line[];
  readonly seal: SealWords;
  /** Words across a paper with invented people, null on a real one. */
  readonly specimen: { readonly mark: string; readonly sentence: Text } | null;
  readonly footer: string;
}

/** The words of the stamp area in both editions. */
export interface SealWords {
  readonly heading: Text;
  /** In the empty area of the original. */
  readonly originalArea: Text;
  readonly original: readonly Text[];
  readonly paper: readonly Text[];
  /** Institutional address of the free checker, in words, so that nobody needs to trust the symbol's. */
  readonly checkerLabel: Text;
  readonly checkerAddress: string;
  /** What a screen reader says instead of the symbol. */
  readonly symbolAlternative: string;
}
