import { MARGIN, PAGE } from './geometry.ts';

/** Where the next block goes; opens pages when a block does not fit the rest of this one. */
export class PageFlow {
  y: number;
  /** Last y the content of a page may reach: above the stamps and the foot. */
  readonly bottom: number;
  /** Where the content of the present page begins. */
  #top: number = MARGIN.top;
  readonly #topOfFollowing: number;
  readonly #doc: PDFKit.PDFDocument;
  readonly #onPage: () => void;

  /**
   * @param kept height kept free at the end of every page
   * @param topOfFollowing where content begins on every page but the first
   * @param onPage draws what stands on each page under its content; called at once for the first page
   */
  constructor(doc: PDFKit.PDFDocument, kept: number, topOfFollowing: number, onPage: () => void) {
    this.#doc = doc;
    this.#onPage = onPage;
    this.bottom = PAGE.height - MARGIN.bottom - kept;
    this.#topOfFollowing = topOfFollowing;
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
    if (this.y + height <= this.bottom || this.y === this.#top) return false;
    this.#top = this.#topOfFollowing;
    this.#open();
    return true;
  }

  #open(): void {
    this.#doc.addPage();
    this.#onPage();
    this.y = this.#top;
  }
}
