import type { PaperEdition } from '../rules/vocabulary.ts';
import { INK } from './geometry.ts';
import type { TextStyle } from './pen.ts';

/** How each part of a page looks in one edition; sizes and widths in points. */
export interface Look {
  readonly municipality: TextStyle;
  readonly office: TextStyle;
  readonly officeAddress: TextStyle;
  readonly specimen: TextStyle;
  readonly title: TextStyle;
  readonly referenceLabel: TextStyle;
  readonly reference: TextStyle;
  readonly paragraph: TextStyle;
  readonly detail: TextStyle;
  readonly verb: TextStyle;
  readonly name: TextStyle;
  readonly statement: TextStyle;
  readonly heading: TextStyle;
  readonly label: TextStyle;
  readonly value: TextStyle;
  readonly cellTitle: TextStyle;
  readonly cell: TextStyle;
  readonly wording: TextStyle;
  readonly noteLabel: TextStyle;
  readonly note: TextStyle;
  readonly sealHeading: TextStyle;
  readonly seal: TextStyle;
  /** In the empty space of the original, which nobody prints. */
  readonly originalArea: TextStyle;
  readonly checkerLabel: TextStyle;
  readonly checker: TextStyle;
  readonly foot: TextStyle;
  /** White space between the parts, as a part of the usual. */
  readonly space: number;
  /** Added to the font's own height of a line, in points. */
  readonly lineGap: number;
  /** Size of the second language, as a part of the first's, and the least it may have. */
  readonly also: { readonly ratio: number; readonly least: number };
  /**
   * Where facts stand: indented from both margins, their labels in a column of this width; `stackedInTwoLanguages`: on
   * bilingual papers each over its value, since a column of two languages is too narrow for these letters.
   */
  readonly facts: { readonly inset: number; readonly labelWidth: number; readonly stackedInTwoLanguages: boolean };
  readonly noteLabelWidth: number;
  /** Number, protocol and day side by side; else one under the other. */
  readonly referencesInColumns: boolean;
  /** Rows of a table as rows; else each as a block of its own, since columns would be too narrow for the letters. */
  readonly tablesInColumns: boolean;
}

/** As offices print. */
const STANDARD: Look = {
  municipality: { size: 19, weight: 'semibold', colour: INK.accent },
  office: { size: 10.5 },
  officeAddress: { size: 9, colour: INK.quiet },
  specimen: { size: 8.6, weight: 'semibold', align: 'center' },
  title: { size: 22, weight: 'bold', colour: INK.accent, align: 'center', spacing: 0.6 },
  referenceLabel: { size: 8.2, colour: INK.quiet, align: 'center' },
  reference: { size: 11, weight: 'semibold', align: 'center' },
  paragraph: { size: 11.5, align: 'center' },
  detail: { size: 10.5, align: 'center' },
  verb: { size: 13, weight: 'semibold', colour: INK.accent, align: 'center', spacing: 1.6 },
  name: { size: 18, weight: 'bold', align: 'center' },
  statement: { size: 15, weight: 'semibold', align: 'center' },
  heading: { size: 12.5, weight: 'semibold', colour: INK.accent },
  label: { size: 10.5, colour: INK.quiet },
  value: { size: 12, weight: 'semibold' },
  cellTitle: { size: 9, weight: 'semibold', colour: INK.quiet },
  cell: { size: 10.5 },
  wording: { size: 10.5, weight: 'semibold' },
  noteLabel: { size: 9.5, colour: INK.quiet },
  note: { size: 9.5 },
  sealHeading: { size: 10.5, weight: 'semibold', colour: INK.accent },
  seal: { size: 8.6 },
  originalArea: { size: 9, colour: INK.quiet, align: 'center' },
  checkerLabel: { size: 8, colour: INK.quiet },
  checker: { size: 11, weight: 'semibold', colour: INK.accent },
  foot: { size: 8, colour: INK.quiet },
  space: 1,
  lineGap: 1,
  also: { ratio: 0.8, least: 7.5 },
  facts: { inset: 36, labelWidth: 124, stackedInTwoLanguages: false },
  noteLabelWidth: 98,
  referencesInColumns: true,
  tablesInColumns: true,
};

/** The same, closer, for what would else leave a second page almost empty. */
const TIGHT: Look = {
  ...STANDARD,
  title: { ...STANDARD.title, size: 20 },
  paragraph: { ...STANDARD.paragraph, size: 11 },
  verb: { ...STANDARD.verb, size: 12 },
  name: { ...STANDARD.name, size: 16 },
  statement: { ...STANDARD.statement, size: 13.5 },
  value: { ...STANDARD.value, size: 11 },
  label: { ...STANDARD.label, size: 10 },
  cell: { size: 10 },
  also: { ratio: 0.76, least: 7 },
  space: 0.4,
  lineGap: -1.3,
};

/** Every text at 18 points or more, nothing in grey, nothing in narrow columns. */
const LARGE = 18;
const LARGE_PRINT: Look = {
  municipality: { size: 24, weight: 'semibold', colour: INK.accent },
  office: { size: LARGE },
  officeAddress: { size: LARGE },
  specimen: { size: LARGE, weight: 'semibold', align: 'center' },
  title: { size: 26, weight: 'bold', colour: INK.accent },
  referenceLabel: { size: LARGE },
  reference: { size: LARGE, weight: 'semibold' },
  paragraph: { size: 19 },
  detail: { size: LARGE },
  verb: { size: 20, weight: 'semibold', colour: INK.accent, spacing: 1 },
  name: { size: 24, weight: 'bold' },
  statement: { size: 22, weight: 'semibold' },
  heading: { size: 20, weight: 'semibold', colour: INK.accent },
  label: { size: LARGE },
  value: { size: 19, weight: 'semibold' },
  cellTitle: { size: LARGE },
  cell: { size: LARGE, weight: 'semibold' },
  wording: { size: 19, weight: 'semibold' },
  noteLabel: { size: LARGE },
  note: { size: LARGE },
  sealHeading: { size: 19, weight: 'semibold', colour: INK.accent },
  seal: { size: LARGE },
  originalArea: { size: 15, align: 'center' },
  checkerLabel: { size: LARGE },
  checker: { size: LARGE, weight: 'semibold', colour: INK.accent },
  foot: { size: LARGE },
  space: 1,
  lineGap: 1,
  also: { ratio: 1, least: LARGE },
  facts: { inset: 0, labelWidth: 176, stackedInTwoLanguages: true },
  noteLabelWidth: 176,
  referencesInColumns: false,
  tablesInColumns: false,
};

/** The looks of an edition, the best first: the next is for papers that would not fit one page. */
export function looksOf(edition: PaperEdition): readonly [Look, ...Look[]] {
  return edition === 'standard' ? [STANDARD, TIGHT] : [LARGE_PRINT];
}

/** The same style for the second language of a paper: smaller, regular, quiet. */
export function secondStyle(style: TextStyle, { ratio, least }: Look['also']): TextStyle {
  const { align, spacing } = style;
  const size = Math.max(style.size * ratio, least);
  return { size, colour: INK.quiet, ...(align === undefined ? {} : { align }), ...(spacing === undefined ? {} : { spacing: spacing / 2 }) };
}
