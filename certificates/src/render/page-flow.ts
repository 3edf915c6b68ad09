import { MARGIN, PAGE } from './geometry.ts';

/** Where the next block goes; opens pages when a block does not fit the rest of this one. */
export class PageFlow {
  y: number;
  /** Last y the content of a page may reach: above the stamps and the foot. */
  readonly bottom: number;
  readonly #doc: PDFKit.PDFDocument;
  readonly #onPage: () => void;

  /**
   * @param kept height kept free at the end of every page
   * @param onPage draws what stands on each page under its content; called at once for the first page
   */
  constructor(doc: PDFKit.PDFDocument, kept: number, onPage: () => void) {
    this.#doc = doc;
    this.#onPage = onPage;
    this.bottom = PAGE.height - MARGIN.bottom - kept;
    this.y = MARGIN.top;
    this.#open();
  }

  /**
   * Makes sure that `height` points fit under {@link y}, on a new page if they must; what is higher than a page begins on
   * a new one.
   *
   * @returns whether a new page was opened
   */
  need(height: number): boolean {
    if (this.y + height <= this.bottom || this.y === MARGIN.top) return false;
    this.#open();
    return true;
  }

  #open(): void {
    this.#doc.addPage();
    this.#onPage();
    this.y = MARGIN.top;
  }
}
