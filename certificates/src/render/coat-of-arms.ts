import { INK } from './geometry.ts';

const WIDTH = 48;
const HEIGHT = 66;

/**
 * The invented arms of Valfiorita: under a mural crown, azure with a flower of five petals above two hills. Drawn in a
 * box of 48 × 66 units, scaled to `height`; answers the width it takes.
 */
export function drawCoatOfArms(doc: PDFKit.PDFDocument, x: number, y: number, height: number): number {
  const scale = height / HEIGHT;
  doc.save().translate(x, y).scale(scale);
  drawCrown(doc);
  drawShield(doc);
  doc.restore();
  return WIDTH * scale;
}

const SHIELD = 'M4 18 H44 V44 C44 55 34 61 24 65 C14 61 4 55 4 44 Z';

function drawCrown(doc: PDFKit.PDFDocument): void {
  doc.lineWidth(0.8).strokeColor(INK.accent).fillColor('#f4f6f8');
  for (const left of [6, 15, 24, 33]) doc.path(`M${left} 9 V2 h2.4 v2 h2.1 v-2 h2.1 v2 h2.1 v-2 h0.3 V9 Z`);
  doc.fillAndStroke();
  doc.rect(5, 9, 38, 6).fillAndStroke('#f4f6f8', INK.accent);
  for (const left of [9, 17.5, 26, 34.5]) doc.rect(left, 10.8, 4.5, 2.4);
  doc.fill(INK.accent);
}

function drawShield(doc: PDFKit.PDFDocument): void {
  doc.save();
  doc.path(SHIELD).clip();
  doc.rect(0, 16, WIDTH, 50).fill('#2f5d8a');
  doc.path('M0 52 C8 42 20 42 28 54 L28 66 L0 66 Z').fill('#3f7a56');
  doc.path('M18 56 C26 44 40 44 50 54 L50 66 L18 66 Z').fill('#2f6446');
  doc.restore();
  const [centreX, centreY, reach] = [24, 32.5, 5.4];
  for (let petal = 0; petal < 5; petal += 1) {
    const angle = (petal * 2 * Math.PI) / 5 - Math.PI / 2;
    doc.circle(centreX + reach * Math.cos(angle), centreY + reach * Math.sin(angle), 3.7);
  }
  doc.fill('#f2e3b0');
  doc.circle(centreX, centreY, 3).fill('#b8862b');
  doc.path(SHIELD).lineWidth(1.2).stroke(INK.accent);
}
