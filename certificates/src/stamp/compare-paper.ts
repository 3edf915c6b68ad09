import { cellsOf, linesOf } from './paper-lines.ts';
import type { PaperPage, PaperWord } from './paper-page.ts';
import { canonicalText, canonicalWords, spellingsOf } from './paper-text.ts';
import type { SealContent, SealField } from './profile-it.ts';

/** Whether what a stamp says also stands on the paper. */
export interface ComparedLine {
  readonly name: string;
  readonly label: string;
  /** As in the seal's content. */
  readonly text: string;
  /** `not-compared`: a paper does not print it (a digest, a code). */
  readonly onPaper: 'found' | 'missing' | 'not-compared';
}

/** What a file's own words say beside its stamp. */
export interface PaperComparison {
  /**
   * `same`: every sealed fact can be read on the pages and nothing of the same kind speaks against it. `differs`: a fact is
   * missing or another stands there. `by-eye`: the file shows pictures or no text, so a person must compare.
   */
  readonly outcome: 'same' | 'differs' | 'by-eye';
  /** Whether the paper is the kind of certificate that the seal is. */
  readonly kind: 'found' | 'missing';
  /** In the order of the seal. */
  readonly lines: readonly ComparedLine[];
  /** What stands on the paper in a fact's place and is not sealed: tax codes, numbers, names. */
  readonly foreign: readonly string[];
  /** Numbers of the pages announced on the paper ("Pagina 1 di 2") are not those of the file. */
  readonly pagesDiffer: boolean;
}

/** Fields that no paper prints as they are. */
const NOT_PRINTED: ReadonlySet<string> = new Set(['profile', 'istatCode', 'anprTypes', 'originalSha256', 'originalUri', 'part']);
/** A picture that covers so much of the page is a scan, and words on it are somebody's reading of it. */
const SCAN_SHARE = 0.6;
/** Capitals in a heading that are no name. */
const HEADING = /certif|estratto|comun|municip|specimen|bescheinig/;
const TAX_CODE = /^[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]$/;
const PAGE_OF_PAGES = /\b(?:pagina|page|seite)\s+(\d+)\s+(?:di|of|de|von)\s+(\d+)\b/giu;

/**
 * Compares a seal's content with the words of the paper it stands on. A stamp cannot know the ink beside it: one cut from
 * another certificate is as valid there. Letters, digits and their order count; case, spaces, hyphens, punctuation and
 * Unicode forms do not.
 *
 * It finds what a person would find who reads the words of the file. A file may still draw other letters than it names, so
 * whoever shows the outcome shows the lines too.
 *
 * @param pages each with its visible words only (visiblePage)
 * @param besides what other stamps of the same certificate seal: no stranger on its paper
 */
export function compareWithPaper(
  content: SealContent,
  pages: readonly PaperPage[],
  besides: readonly SealContent[] = [],
): PaperComparison {
  const sealed = [content, ...besides].flatMap((part) => [part.profileLabel, ...part.fields.map(({ text }) => text)]);
  const plainPages = pages.map((page) => ({ ...page, words: withoutMarks(page.words) }));
  const paper = new PaperIndex(plainPages.flatMap(readingOrders));
  const kind = paper.has(content.profileLabel.replace(/\s*\([^()]*\)$/, '')) ? 'found' : 'missing';
  const lines = content.fields.map((field) => compareField(field, paper));
  const foreign = [...foreignValues(content, sealed, plainPages), ...foreignNames(content, sealed, plainPages)];
  const pagesDiffer = pagesSpeakAgainst(plainPages);
  const differs = kind === 'missing' || pagesDiffer || foreign.length > 0 || lines.some(({ onPaper }) => onPaper === 'missing');
  const isPicture = plainPages.every((page) => page.words.length === 0) || pages.some(isScan);
  // Over a picture one may find the words but not see them: agreement proves nothing there, contradiction does.
  const hasPictures = pages.some(({ pictures }) => pictures.length > 0);
  const outcome = isPicture ? 'by-eye' : differs ? 'differs' : hasPictures ? 'by-eye' : 'same';
  return { outcome, kind, lines, foreign: [...new Set(foreign)], pagesDiffer };
}

function compareField(field: SealField, paper: PaperIndex): ComparedLine {
  const { name, label, text } = field;
  const line = { name, label, text };
  if (NOT_PRINTED.has(name)) return { ...line, onPaper: 'not-compared' };
  const parts = name === 'person' || name === 'validity' ? text.split(', ') : [text];
  const isFound = parts.every((part) => spellingsOf(part).some((spelling) => paper.has(spelling)));
  return { ...line, onPaper: isFound ? 'found' : 'missing' };
}

/** Finds texts on the pages, whole words only: `ROSSI ANNA` is not in `ROSSI ANNAMARIA`. */
class PaperIndex {
  readonly #orders: readonly ReturnType<typeof canonicalWords>[];

  constructor(orders: readonly (readonly PaperWord[])[]) {
    this.#orders = orders.map((words) => canonicalWords(words.map(({ text }) => text)));
  }

  has(text: string): boolean {
    const wanted = canonicalText(text);
    return wanted === '' || this.#orders.some((order) => order.has(wanted));
  }
}

/** The words as the file gives them, line by line across the page, and cell by cell: each may tear a value apart. */
function readingOrders(page: PaperPage): PaperWord[][] {
  return [[...page.words], linesOf(page.words).flat(), cellsOf(page.words).flat()];
}

/** Letters far higher than the rest are a mark behind the text; they would stand in the middle of other words. */
function withoutMarks(words: readonly PaperWord[]): PaperWord[] {
  const heights = words.map(({ height }) => height).toSorted((a, b) => a - b);
  const median = heights[heights.length >> 1] ?? 0;
  return words.filter(({ height }) => height <= 3 * median);
}

/** Tax codes, and words of the form of a sealed number, that no sealed field holds. */
function foreignValues(content: SealContent, sealed: readonly string[], pages: readonly PaperPage[]): string[] {
  const known = sealed.join(' ').toUpperCase();
  const numbers = content.fields.filter(({ name }) => name === 'certificateNumber' || name === 'protocolNumber');
  const forms = new Set(numbers.map(({ text }) => formOf(text)).filter((form) => /9{4}/.test(form)));
  const words = pages.flatMap((page) => page.words.map(({ text }) => text.toUpperCase().replaceAll(/^[^A-Z\d]+|[^A-Z\d]+$/g, '')));
  return words.filter((word) => (TAX_CODE.test(word) || forms.has(formOf(word))) && !known.includes(word));
}

/** `2026/0000123` and `2027/0000001` have one form. */
function formOf(word: string): string {
  return word.toUpperCase().replaceAll(/\d/g, '9').replaceAll(/[A-Z]/g, 'A');
}

/** Lines in capitals as large as the subject's name, or larger, that are neither sealed nor a heading. */
function foreignNames(content: SealContent, sealed: readonly string[], pages: readonly PaperPage[]): string[] {
  const subject = content.fields.find(({ name }) => name === 'subjectName')?.text;
  if (subject === undefined) return [];
  const wanted = canonicalText(subject);
  const lines = pages.flatMap((page) => linesOf(page.words)).map((line) => ({ line, text: line.map(({ text }) => text).join(' ') }));
  const own = lines.filter(({ line }) => canonicalWords(line.map(({ text }) => text)).has(wanted));
  const height = Math.max(0, ...own.flatMap(({ line }) => line.map((word) => word.height)));
  if (height === 0) return [];
  const explained = sealed.map(canonicalText).join(' ');
  return lines
    .filter(({ line, text }) => line.every((word) => word.height >= 0.97 * height) && /^\P{Ll}+$/u.test(text) && /\p{Lu}{2,}\P{L}+\p{Lu}{2,}/u.test(text))
    .map(({ text }) => text)
    .filter((text) => !HEADING.test(text.toLowerCase()) && !explained.includes(canonicalText(text)));
}

function isScan({ width, height, pictures }: PaperPage): boolean {
  return pictures.some((picture) => picture.width * picture.height >= SCAN_SHARE * width * height);
}

/** A paper that counts its pages must have exactly those, once each. */
function pagesSpeakAgainst(pages: readonly PaperPage[]): boolean {
  const counted = pages.map((page) => {
    const text = page.words.map((word) => word.text).join(' ');
    return [...text.matchAll(PAGE_OF_PAGES)].map(([, number, count]) => [Number(number), Number(count)] as const);
  });
  if (counted.every((found) => found.length === 0)) return false;
  return counted.some((found, index) => found.length === 0 || found.some(([number, count]) => number !== index + 1 || count !== pages.length));
}
