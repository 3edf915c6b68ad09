import type { MandatoryWording } from '../rules/mandatory-wording.ts';
import type { PaperLanguage } from '../rules/vocabulary.ts';

/** A label and what stands beside it. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** The parts a certificate's body is made of; every template of every type uses these and no others. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  /** The verb of the paper, set apart: "certifica". */
  | { readonly kind: 'verb'; readonly text: string }
  /** Whom the paper speaks of. */
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'facts'; readonly rows: readonly Fact[] }
  /** The fact the paper is asked for, set large: the address of a residence. */
  | { readonly kind: 'statement'; readonly text: string };

/**
 * One certificate in words and order, without measures: what a template makes and the renderer draws. It cannot exist
 * without mandatory words: only the rules make them.
 */
export interface CertificateLayout {
  readonly language: PaperLanguage;
  readonly title: string;
  readonly issuer: { readonly municipality: string; readonly office: string; readonly address: string };
  /** Number, protocol, day: the line under the title. */
  readonly references: readonly Fact[];
  readonly body: readonly Block[];
  readonly wording: readonly [MandatoryWording, ...string[]];
  /** Duty, validity, fee: what the receiver looks for last. */
  readonly notes: readonly Fact[];
  readonly seal: SealWords;
  /** Words across a paper with invented people, null on a real one. */
  readonly specimen: { readonly mark: string; readonly sentence: string } | null;
  readonly footer: string;
}

/** The words of the stamp area in both editions. */
export interface SealWords {
  readonly heading: string;
  /** In the empty area of the original. */
  readonly originalArea: string;
  readonly original: readonly string[];
  readonly paper: readonly string[];
  /** Institutional address of the free checker, in words, so that nobody needs to trust the symbol's. */
  readonly checkerLabel: string;
  readonly checkerAddress: string;
  /** What a screen reader says instead of the symbol. */
  readonly symbolAlternative: string;
}
