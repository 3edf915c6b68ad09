import type { GreyPicture } from '@videosportello/certificates/testing/stamp-lab.ts';
import { capture } from './capture.ts';
import { dots, oneBitSheet, paintLine, printedSheet } from './sheet.ts';

/** Resolutions at which each condition is tried. */
export const RESOLUTIONS = [300, 200, 150] as const;

type Modules = readonly (readonly boolean[])[];

/** What happens to a printed symbol until it is a picture of some resolution. `random` decides place and grain. */
export type Condition = (modules: Modules, dpi: number, random: () => number) => GreyPicture;

/** A flat scanner: never quite straight. */
const scan = { turn: 1.3, blurMm: 0.06, noise: 6, jpegQuality: 75 } as const;
const photo = { turn: 4, perspective: 0.12, blurMm: 0.1, noise: 5, shadow: 0.45, jpegQuality: 60 } as const;
/** By a moving hand, from the side, in bad light. */
const badPhoto = { turn: 14, perspective: 0.35, blurMm: 0.22, noise: 12, shadow: 0.6, jpegQuality: 35 } as const;

/** The conditions of the table, simulated: no real printer, scanner or phone takes part. */
export const CONDITIONS: Readonly<Record<string, Condition>> = {
  clean: (modules, dpi, random) => capture(printedSheet(modules), { dpi }, random),
  scan: (modules, dpi, random) => capture(printedSheet(modules), { dpi, ...scan }, random),
  turned: (modules, dpi, random) => capture(printedSheet(modules), { dpi, turn: 17, blurMm: 0.06 }, random),
  blur: (modules, dpi, random) => capture(printedSheet(modules), { dpi, blurMm: 0.16 }, random),
  photo: (modules, dpi, random) => capture(printedSheet(modules), { dpi, ...photo }, random),
  badPhoto: (modules, dpi, random) => capture(printedSheet(modules), { dpi, ...badPhoto }, random),
  copy: (modules, dpi, random) => capture(copied(printedSheet(modules), random), { dpi, ...scan }, random),
  fold: (modules, dpi, random) => capture(folded(printedSheet(modules)), { dpi, ...scan }, random),
  pen: (modules, dpi, random) => capture(written(printedSheet(modules), random), { dpi, ...scan }, random),
  faint: (modules, dpi, random) => capture(faint(printedSheet(modules), random), { dpi, ...scan }, random),
  oneBit203Scan: (modules, dpi, random) => capture(oneBitSheet(modules), { dpi, ...scan }, random),
  oneBit203Photo: (modules, dpi, random) => capture(oneBitSheet(modules), { dpi, ...photo }, random),
};

/** A photocopy: black or white, with specks of both in a thousandth of the dots. */
function copied(sheet: GreyPicture, random: () => number): GreyPicture {
  const pixels = sheet.pixels.map((value) => (value < 128 ? 0 : 255));
  const speck = Math.round(dots(0.1));
  for (let count = pixels.length / 1000 / speck; count > 0; count -= 1) {
    const at = Math.floor(random() * pixels.length);
    for (let row = 0; row < speck; row += 1) pixels.fill(random() < 0.5 ? 0 : 255, at + row * sheet.width, at + row * sheet.width + speck);
  }
  return { ...sheet, pixels };
}

/** Toner gone along two folds through the middle, one millimetre wide. */
function folded(sheet: GreyPicture): GreyPicture {
  const page = { ...sheet, pixels: sheet.pixels.slice() };
  const [middle, end] = [sheet.width / 2, sheet.width];
  paintLine(page, [0, middle, end, middle], dots(1), 255);
  paintLine(page, [middle, 0, middle, end], dots(1), 255);
  return page;
}

/** A line of a pen across, and a blot, where chance puts them. */
function written(sheet: GreyPicture, random: () => number): GreyPicture {
  const page = { ...sheet, pixels: sheet.pixels.slice() };
  const side = sheet.width;
  paintLine(page, [0, side * (0.2 + 0.6 * random()), side, side * (0.2 + 0.6 * random())], dots(0.8), 20);
  const [x, y] = [side * (0.3 + 0.4 * random()), side * (0.3 + 0.4 * random())];
  paintLine(page, [x, y, x, y], dots(4), 20);
  return page;
}

/** Toner nearly out: grey instead of black, uneven. */
function faint(sheet: GreyPicture, random: () => number): GreyPicture {
  return { ...sheet, pixels: sheet.pixels.map((value) => (value === 0 ? 130 + 60 * random() : value)) };
}
