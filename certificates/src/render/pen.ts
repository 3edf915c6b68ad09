import type { Fonts } from './fonts.ts';
import { MissingGlyphError } from './fonts.ts';
import { CONTENT_WIDTH, INK, MARGIN } from './geometry.ts';

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
}

/**
 * The one way text reaches a page: measures and draws with embedded fonts only, refuses what they cannot draw.
 * Everything it draws must stand inside a structure element or an artifact (ISO 14289-1, 7.1), which is the caller's
 * part.
 */
export class Pen {
  readonly doc: PDFKit.PDFDocument;
  readonly #fonts: Fonts;

  constructor(doc: PDFKit.PDFDocument, fonts: Fonts) {
    this.doc = doc;
    this.#fonts = fonts;
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

  /** Height of `text` in points when set in `width` (default: the page's content width). */
  measure(text: string, style: TextStyle, width: number = CONTENT_WIDTH): number {
    this.#prepare(text, style);
    return this.doc.heightOfString(text, { width, ...options(style) });
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
      .text(text, place.x ?? MARGIN.left, place.y, { width, ...options(style) });
    return this.doc.y - place.y;
  }

  #prepare(text: string, style: TextStyle): void {
    const missing = this.#fonts.firstMissing(text);
    if (missing !== null) throw new MissingGlyphError('A letter of this text is not in the fonts of the page.');
    this.doc.font(style.weight ?? 'regular').fontSize(style.size);
  }
}

function options(style: TextStyle): PDFKit.Mixins.TextOptions {
  return { align: style.align ?? 'left', characterSpacing: style.spacing ?? 0, lineGap: 1 };
}
