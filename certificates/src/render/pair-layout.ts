/** A glyph as pdfkit uses it: its number in the font, its width in font units, the letters it stands for. */
interface Glyph {
  readonly id: number;
  readonly advanceWidth: number;
  readonly codePoints: readonly number[];
}

/** Where a glyph stands from the end of the one before, and how far it moves the next; in font units. */
interface GlyphPosition {
  readonly xAdvance: number;
  readonly yAdvance: number;
  readonly xOffset: number;
  readonly yOffset: number;
}

/** Letters set in a row, as fontkit answers and pdfkit takes them; pdfkit scales the positions in place. */
export interface GlyphRun {
  readonly glyphs: readonly Glyph[];
  readonly positions: readonly GlyphPosition[];
  readonly advanceWidth: number;
}

/** The one function of fontkit's fonts by which pdfkit sets a text. */
export type LayOut = (text: string, features?: unknown) => GlyphRun;

/**
 * Sets texts as `layOut` does, many times as fast, in a font in which a letter moves only the next one (pair kerning, no
 * ligatures): each pair is set once and remembered, however many texts have it. Nothing of a text is kept but that
 * two of its letters stood side by side. Texts with a pair that does more than that, such as a combining mark, go
 * to `layOut` whole.
 */
export function byPairs(layOut: LayOut): LayOut {
  const letters = new Map<number, Glyph | null>();
  const kerning = new Map<number, number | null>();

  const letterOf = (point: number): Glyph | null => {
    const known = letters.get(point);
    if (known !== undefined) return known;
    const letter = singleGlyph(layOut(String.fromCodePoint(point)), point);
    letters.set(point, letter);
    return letter;
  };
  const kerningOf = (left: Glyph, leftPoint: number, right: Glyph, rightPoint: number): number | null => {
    const key = leftPoint * 0x11_0000 + rightPoint;
    const known = kerning.get(key);
    if (known !== undefined) return known;
    const moved = moveOf(layOut(String.fromCodePoint(leftPoint, rightPoint)), left, right);
    kerning.set(key, moved);
    return moved;
  };

  return (text, features) => {
    if (features !== undefined || text === '') return layOut(text, features);
    const glyphs: Glyph[] = [];
    const positions: GlyphPosition[] = [];
    let width = 0;
    let left: Glyph | null = null;
    let leftPoint = 0;
    for (const sign of text) {
      const point = sign.codePointAt(0) ?? 0;
      const letter = letterOf(point);
      if (letter === null) return layOut(text);
      if (left !== null) {
        const moved = kerningOf(left, leftPoint, letter, point);
        if (moved === null) return layOut(text);
        positions.push(positionOf(left.advanceWidth + moved));
        width += left.advanceWidth + moved;
      }
      glyphs.push(letter);
      left = letter;
      leftPoint = point;
    }
    const last = left?.advanceWidth ?? 0;
    positions.push(positionOf(last));
    return { glyphs, positions, advanceWidth: width + last };
  };
}

function positionOf(xAdvance: number): GlyphPosition {
  return { xAdvance, yAdvance: 0, xOffset: 0, yOffset: 0 };
}

/** The glyph of a letter that stands where it is put and is as wide as it says; null for other letters. */
function singleGlyph({ glyphs, positions }: GlyphRun, point: number): Glyph | null {
  const [glyph, ...others] = glyphs;
  const [position] = positions;
  if (glyph === undefined || position === undefined || others.length > 0) return null;
  const { id, advanceWidth } = glyph;
  return isPlain(position) && position.xAdvance === advanceWidth ? { id, advanceWidth, codePoints: [point] } : null;
}

/** How much nearer the right letter stands than the left one's width says; null when the pair does anything else. */
function moveOf({ glyphs, positions }: GlyphRun, left: Glyph, right: Glyph): number | null {
  const [first, second] = positions;
  if (glyphs.length !== 2 || first === undefined || second === undefined) return null;
  if (glyphs[0]?.id !== left.id || glyphs[1]?.id !== right.id) return null;
  if (!isPlain(first) || !isPlain(second) || second.xAdvance !== right.advanceWidth) return null;
  return first.xAdvance - left.advanceWidth;
}

function isPlain({ yAdvance, xOffset, yOffset }: GlyphPosition): boolean {
  return yAdvance === 0 && xOffset === 0 && yOffset === 0;
}
