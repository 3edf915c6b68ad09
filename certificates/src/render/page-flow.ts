import { MARGIN, PAGE } from './geometry.ts';

/** Height kept for the foot of each page: its line, the document's id, page n of m. */
const FOOT_HEIGHT = 22;

/** Last y the content of a page may reach. */
export const CONTENT_BOTTOM = PAGE.height - MARGIN.bottom - FOOT_HEIGHT;

/** Where the next block goes; opens pages when a block does not fit the rest of this one. */
export class PageFlow {
  y: number;
  readonly #doc: PDFKit.PDFDocument;
  readonly #onPage: () => void;

  /** @param onPage draws what stands on each page under its content; called at once for the first page */
  constructor(doc: PDFKit.PDFDocument, onPage: () => void) {
    this.#doc = doc;
    this.#onPage = onPage;
    this.y = MARGIN.top;
    this.#open();
  }

  /** Makes sure that `height` points fit under {@link y}, on a new page if they must. */
  need(height: number): void {
    if (this.y + height > CONTENT_BOTTOM) this.#open();
  }

  #open(): void {
    this.#doc.addPage();
    this.#onPage();
    this.y = MARGIN.top;
  }
}
