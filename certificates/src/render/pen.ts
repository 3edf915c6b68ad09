import type { PaperLanguage } from '../rules/vocabulary.ts';
import type { Text } from '../templates/layout.ts';
import type { Fonts } from './fonts.ts';
import { MissingGlyphError } from './fonts.ts';
import { CONTENT_WIDTH, INK, MARGIN } from './geometry.ts';
import { secondStyle } from './look.ts';
import type { Look } from './look.ts';

export type Weight = 'regular' | 'semibold' | 'bold';

/** How one run of text looks; sizes in points. */
export interface TextStyle {
  readonly size: number;
  readonly weight?: Weight;
  readonly colour?: string;
  readonly align?: 'left' | 'center' | 'right';
  /** Extra points between letters. */
  readonly spacing?: number;
}

/** Where text goes: top left corner and width, in points from the page's top left corner. */
export interface TextPlace {
  readonly x?: number;
  readonly y: number;
  readonly width?: number;
}

/** What a structure element says of itself beside its type. */
export interface TagOptions {
  /** For who cannot see it. */
  readonly alt?: string;
  /** Left, top, right, bottom of a figure, from the page's top left corner. */
  readonly bbox?: readonly [number, number, number, number];
  readonly placement?: 'Block';
  /** What a table header heads. */
  readonly scope?: 'Row' | 'Column';
  /** Language of the content, where it is not the document's. */
  readonly lang?: string;
}

/** Tag of a paper's second language (BCP 47). */
const SECOND_LANGUAGE: Record<PaperLanguage, string | null> = { it: null, 'it-de': 'de-IT', 'it-en': 'en-GB' };

/**
 * The one way text reaches a page: measures and draws with embedded fonts only, refuses what they cannot draw.
 * Everything it draws must stand inside a structure element or an artifact (ISO 14289-1, 7.1), which is the caller's
 * part.
 */
export class Pen {
  readonly doc: PDFKit.PDFDocument;
  readonly look: Look;
  readonly #fonts: Fonts;
  readonly #second: string | null;
  /** Heights that were measured: a look is tried, and blocks are kept together, before they are drawn. */
  readonly #heights = new Map<string, number>();

  constructor(doc: PDFKit.PDFDocument, fonts: Fonts, look: Look, language: PaperLanguage) {
    this.doc = doc;
    this.look = look;
    this.#fonts = fonts;
    this.#second = SECOND_LANGUAGE[language];
    for (const weight of ['regular', 'semibold', 'bold'] as const) doc.registerFont(weight, fonts[weight]);
  }

  /**
   * Hangs a new element of the structure tree on `parent` and draws its content; without `draw` it waits for children.
   */
  tag(
    parent: PDFKit.PDFStructureElement,
    type: string,
    options: TagOptions = {},
    draw?: () => void,
  ): PDFKit.PDFStructureElement {
    // pdfkit's types do not know `bbox`, `placement` and `scope`, which its code takes.
    const element = this.doc.struct(type, options, draw);
    parent.add(element);
    return element;
  }

  /** Whether each label stands over its value instead of beside it. */
  get stacksFacts(): boolean {
    return this.#second !== null && this.look.facts.stackedInTwoLanguages;
  }

  /** Height of a text with its second language beneath it. */
  measureText({ it, also }: Text, style: TextStyle, width: number = CONTENT_WIDTH): number {
    const first = this.measure(it, style, width);
    return also === null ? first : first + this.measure(also, secondStyle(style, this.look.also), width);
  }

  /**
   * Hangs a text on `parent` as an element of this type and draws it: Italian, beneath it the second language as a part
   * that names its language. Answers the height.
   *
   * @throws {MissingGlyphError} when the fonts have no such letter
   */
  text(parent: PDFKit.PDFStructureElement, type: string, text: Text, style: TextStyle, place: TextPlace, options: TagOptions = {}): number {
    const { it, also } = text;
    let height = 0;
    const first = () => {
      height += this.write(it, style, place);
    };
    if (also === null) {
      this.tag(parent, type, options, first);
      return height;
    }
    const element = this.tag(parent, type, options);
    this.tag(element, 'Span', {}, first);
    this.tag(element, 'Span', this.#second === null ? {} : { lang: this.#second }, () => {
      height += this.write(also, secondStyle(style, this.look.also), { ...place, y: place.y + height });
    });
    element.end();
    return height;
  }

  /** Draws a text with its second language beneath it outside the structure tree: for artifacts. */
  untagged({ it, also }: Text, style: TextStyle, place: TextPlace): number {
    const first = this.write(it, style, place);
    if (also === null) return first;
    return first + this.write(also, secondStyle(style, this.look.also), { ...place, y: place.y + first });
  }

  /** The style with letters as small as the longest word needs to stay whole in `width`. */
  fitted(text: string, style: TextStyle, width: number): TextStyle {
    const widest = Math.max(...text.split(/\s+/).map((word) => this.#widthOf(word, style)));
    return widest <= width ? style : { ...style, size: (style.size * width) / widest };
  }

  /** The style with letters as small as the text needs to stay on one line of `width`. */
  onOneLine(text: string, style: TextStyle, width: number): TextStyle {
    const needed = this.#widthOf(text, style);
    return needed <= width ? style : { ...style, size: (style.size * width) / needed };
  }

  #widthOf(word: string, style: TextStyle): number {
    this.#prepare(word, style);
    return this.doc.widthOfString(word, this.#options(style));
  }

  /** Height of `text` in points when set in `width` (default: the page's content width). */
  measure(text: string, style: TextStyle, width: number = CONTENT_WIDTH): number {
    const { size, weight, spacing } = style;
    const key = `${size} ${weight} ${spacing} ${width} ${text}`;
    const known = this.#heights.get(key);
    if (known !== undefined) return known;
    const height = this.#heightOf(tied(text), style, width);
    this.#heights.set(key, height);
    return height;
  }

  #heightOf(text: string, style: TextStyle, width: number): number {
    const { doc, look } = this;
    // Most texts are a word or two; with room for one letter more there is no need to look where lines may end.
    if (/^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(text) && this.#widthOf(text, style) + style.size <= width) return doc.currentLineHeight(true) + look.lineGap;
    this.#prepare(text, style);
    // pdfkit answers the difference of two places; from the same place equal texts have heights equal to the last bit.
    doc.y = 0;
    return doc.heightOfString(text, { width, ...this.#options(style) });
  }

  /**
   * Draws `text` and answers its height.
   *
   * @throws {MissingGlyphError} when the fonts have no such letter
   */
  write(text: string, style: TextStyle, place: TextPlace): number {
    this.#prepare(text, style);
    const width = place.width ?? CONTENT_WIDTH;
    this.doc
      .fillColor(style.colour ?? INK.text)
      .text(tied(text), place.x ?? MARGIN.left, place.y, { width, ...this.#options(style) });
    return this.doc.y - place.y;
  }

  #options({ align = 'left', spacing = 0 }: TextStyle): PDFKit.Mixins.TextOptions {
    return { align, characterSpacing: spacing, lineGap: this.look.lineGap };
  }

  #prepare(text: string, style: TextStyle): void {
    const missing = this.#fonts.firstMissing(text);
    if (missing !== null) throw new MissingGlyphError('A letter of this text is not in the fonts of the page.');
    this.doc.font(style.weight ?? 'regular').fontSize(style.size);
  }
}

/** Keeps a number on the line of what it numbers (`n. 445`, `art. 40`, `c. 2`, `Nr. 445`), and a province on that of its place: spaces that do not break. */
function tied(text: string): string {
  return text.replaceAll(/(?<=\b(?:n|artt?|c|nn|no|Nr|Art)\.) (?=\d)| (?=\([A-Z]{2}\))/g, '\u00a0');
}
