import type { GreyPicture } from './find-symbols.ts';

/** A word where it stands on a page, in points (1/72 inch) from the page's top left corner. */
export interface PaperWord {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a PDF says stands on one page, whether or not a person can see it. */
export interface PaperPage {
  /** Points. */
  readonly width: number;
  readonly height: number;
  /** In the order of the file. */
  readonly words: readonly PaperWord[];
  /** Sizes of the pictures on it, points. */
  readonly pictures: readonly { readonly width: number; readonly height: number }[];
}

/** Lighter and darker must differ by this many of 255 where something is drawn: the palest text of ours differs by 150. */
const MIN_CONTRAST = 70;
/** The smallest letters of a certificate are 8 points; nobody reads what is lower than this, points. */
const MIN_HEIGHT = 5;
/** Part of the smaller of two words that may lie under the other. */
const MAX_OVERLAP = 0.5;
/** A word so many times higher than another is a mark behind the text, like SPECIMEN. */
const MARK_RATIO = 3;

/**
 * The page with the words that a person can see: not white on white, not under something of one colour, not tiny, not
 * under another word.
 *
 * @param drawn the same page as a picture, its top left corner the page's; it may be cut off at the right and below
 * @param dotsPerPoint the picture's resolution
 */
export function visiblePage(page: PaperPage, drawn: GreyPicture, dotsPerPoint: number): PaperPage {
  const inked = page.words.filter((word) => word.height >= MIN_HEIGHT && isInked(word, drawn, dotsPerPoint));
  return { ...page, words: inked.filter((word) => !inked.some((other) => other !== word && hides(other, word))) };
}

function isInked(word: PaperWord, { width, height, pixels }: GreyPicture, dotsPerPoint: number): boolean {
  const [left, top] = [Math.max(0, Math.floor(word.x * dotsPerPoint)), Math.max(0, Math.floor(word.y * dotsPerPoint))];
  const right = Math.min(width, Math.ceil((word.x + word.width) * dotsPerPoint));
  const bottom = Math.min(height, Math.ceil((word.y + word.height) * dotsPerPoint));
  let [darkest, lightest] = [255, 0];
  for (let row = top; row < bottom; row += 1) {
    for (let column = left; column < right; column += 1) {
      const value = pixels[row * width + column] ?? 255;
      if (value < darkest) darkest = value;
      if (value > lightest) lightest = value;
    }
  }
  return lightest - darkest >= MIN_CONTRAST;
}

/** Whether two different words stand on the same spot: then neither can be read, and neither counts. */
function hides(other: PaperWord, word: PaperWord): boolean {
  if (other.text === word.text) return false;
  const ratio = other.height / word.height;
  if (ratio > MARK_RATIO || ratio < 1 / MARK_RATIO) return false;
  const across = Math.min(other.x + other.width, word.x + word.width) - Math.max(other.x, word.x);
  const down = Math.min(other.y + other.height, word.y + word.height) - Math.max(other.y, word.y);
  if (across <= 0 || down <= 0) return false;
  return across * down > MAX_OVERLAP * Math.min(other.width * other.height, word.width * word.height);
}
