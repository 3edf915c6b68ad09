import { MARGIN, RIGHT } from './geometry.ts';
import type { Pen, TextStyle } from './pen.ts';

/** A line across the page, or between two insets. */
export function rule(doc: PDFKit.PDFDocument, y: number, width: number, colour: string, inset = 0): void {
  artifact(doc, () =>
    doc
      .lineWidth(width)
      .moveTo(MARGIN.left + inset, y)
      .lineTo(RIGHT - inset, y)
      .stroke(colour),
  );
}

/** Draws what carries no meaning (ISO 32000-1, 14.8.2.2). */
export function artifact(doc: PDFKit.PDFDocument, draw: () => void): void {
  doc.markContent('Artifact', { type: 'Layout' });
  draw();
  doc.endMarkedContent();
}

/** Height of a style's line, for what stands on one. */
export function lineHeight(pen: Pen, style: TextStyle): number {
  return pen.measure('Mg', style);
}
