import type { GreyPicture } from '@videosportello/certificates/testing/stamp-lab.ts';

/** Resolution of the sheet that is printed on and damaged; a module of 0.508 mm is 12 dots. */
export const SHEET_DPI = 600;
const MODULE_DOTS = 12;
/** White modules round the symbol. */
const QUIET_MODULES = 4;

/** Dots of the sheet from millimetres. */
export const dots = (mm: number): number => (mm / 25.4) * SHEET_DPI;

/** A sheet with a symbol and its quiet zone, printed well. */
export function printedSheet(modules: readonly (readonly boolean[])[]): GreyPicture {
  return drawn(modules, (row, column) => (modules[row]?.[column] === true ? 0 : 255));
}

/** The same from a printer of 203 dpi that knows black and white: four dots a module, dark ones a quarter of a dot wider. */
export function oneBitSheet(modules: readonly (readonly boolean[])[]): GreyPicture {
  const sheet = printedSheet(modules);
  // A dot of 203 dpi is three of the sheet: a gain of a quarter on each side is one of the sheet.
  return spread(sheet, 1);
}

function drawn(modules: readonly unknown[], shade: (row: number, column: number) => number): GreyPicture {
  const side = (modules.length + 2 * QUIET_MODULES) * MODULE_DOTS;
  const pixels = new Uint8Array(side * side);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      pixels[y * side + x] = shade(Math.floor(y / MODULE_DOTS) - QUIET_MODULES, Math.floor(x / MODULE_DOTS) - QUIET_MODULES);
    }
  }
  return { width: side, height: side, pixels };
}

/** Each dot as dark as the darkest within `reach`. */
function spread({ width, height, pixels }: GreyPicture, reach: number): GreyPicture {
  const wider = pixels.slice();
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (pixels[y * width + x] !== 0) continue;
      for (let row = Math.max(0, y - reach); row <= Math.min(height - 1, y + reach); row += 1) {
        wider.fill(0, row * width + Math.max(0, x - reach), row * width + Math.min(width, x + reach + 1));
      }
    }
  }
  return { width, height, pixels: wider };
}

/** Paints a line of some width between two points, all in dots. */
export function paintLine(
  { width, height, pixels }: GreyPicture,
  [x1, y1, x2, y2]: readonly [number, number, number, number],
  thickness: number,
  shade: number,
): void {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const square = dx * dx + dy * dy;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const along = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / square));
      const away = Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
      if (away <= thickness / 2) pixels[y * width + x] = shade;
    }
  }
}
