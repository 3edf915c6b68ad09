/**
 * A TrueType font as its file has it (ISO/IEC 14496-22), as far as embedding needs it: fonts with outlines in `glyf`, a width
 * for each glyph and no instructions shared by their glyphs.
 */

/** @throws {TypeError} when the font has no such table */
export function tableOf(font: Buffer, tag: string): Buffer {
  for (let index = 0; index < font.readUInt16BE(4); index += 1) {
    const record = 12 + index * 16;
    if (font.toString('latin1', record, record + 4) !== tag) continue;
    const offset = font.readUInt32BE(record + 8);
    return font.subarray(offset, offset + font.readUInt32BE(record + 12));
  }
  throw new TypeError(`The font has no table ${tag}.`);
}

/** The code points of the `cmap` table, format 4. */
export function codePointsOf(font: Buffer): Set<number> {
  const cmap = tableOf(font, 'cmap');
  const covered = new Set<number>();
  for (let index = 0; index < cmap.readUInt16BE(2); index += 1) {
    const subtable = cmap.subarray(cmap.readUInt32BE(4 + index * 8 + 4));
    if (subtable.readUInt16BE(0) !== 4) continue;
    const doubledCount = subtable.readUInt16BE(6);
    for (let at = 0; at < doubledCount; at += 2) {
      const end = subtable.readUInt16BE(14 + at);
      const start = subtable.readUInt16BE(16 + doubledCount + at);
      for (let point = start; point <= end && point < 0xffff; point += 1) covered.add(point);
    }
  }
  return covered;
}

/** The glyphs one document uses, as pdfkit collects and embeds them. */
export interface GlyphSubset {
  /** Takes a glyph in, once, and answers its number in the subset. Glyph 0 is always in. */
  includeGlyph(glyph: number): number;
  /** A font with the glyphs taken in and those they are composed of, with the tables PDF asks for (ISO 32000-1, 9.9). */
  encode(): Uint8Array;
}

const LONG_OFFSETS = 1;

/**
 * Makes empty subsets of a font. Its glyphs are copied as they stand, the same bytes as fontkit's subset of them, which
 * takes ten times as long because it reads every outline.
 *
 * @throws {TypeError} when a table is missing
 */
export function subsetsOf(font: Buffer): () => GlyphSubset {
  const table = (tag: string): Buffer => tableOf(font, tag);
  const [head, hhea, maxp, loca, glyf, hmtx] = [table('head'), table('hhea'), table('maxp'), table('loca'), table('glyf'), table('hmtx')];
  const format = head.readInt16BE(50);
  const offsetOf = (glyph: number): number => (format === LONG_OFFSETS ? loca.readUInt32BE(glyph * 4) : loca.readUInt16BE(glyph * 2) * 2);
  const outlineOf = (glyph: number): Buffer => glyf.subarray(offsetOf(glyph), offsetOf(glyph + 1));
  const metricsOf = (glyph: number): Buffer => hmtx.subarray(glyph * 4, glyph * 4 + 4);

  return () => {
    const numbers = new Map<number, number>([[0, 0]]);
    const includeGlyph = (glyph: number): number => {
      const number = numbers.get(glyph) ?? numbers.size;
      numbers.set(glyph, number);
      return number;
    };
    const encode = (): Uint8Array => {
      // A Map shows what is added while one walks along it: the parts of the glyphs taken in.
      const outlines = Array.from(numbers.keys(), (glyph) => withParts(outlineOf(glyph), includeGlyph));
      const glyphs = [...numbers.keys()];
      return fontFile([
        ['head', head],
        ['hhea', withUInt16(hhea, 34, glyphs.length)],
        ['loca', offsetsOf(outlines, format)],
        ['maxp', withUInt16(maxp, 4, glyphs.length)],
        ['glyf', Buffer.concat(outlines)],
        ['hmtx', Buffer.concat(glyphs.map(metricsOf))],
      ]);
    };
    return { includeGlyph, encode };
  };
}

/** Flags of a part of a composed glyph (14496-22, 5.3.4). */
const PART = { wordArguments: 0x1, scale: 0x8, more: 0x20, twoScales: 0x40, matrix: 0x80 } as const;

/** An outline whose parts have their numbers in the subset; a simple one as it is. */
function withParts(outline: Buffer, include: (glyph: number) => number): Buffer {
  if (outline.length === 0 || outline.readInt16BE(0) >= 0) return outline;
  const renumbered = Buffer.from(outline);
  let at = 10;
  let flags: number;
  do {
    flags = outline.readUInt16BE(at);
    renumbered.writeUInt16BE(include(outline.readUInt16BE(at + 2)), at + 2);
    at += 4 + ((flags & PART.wordArguments) === 0 ? 2 : 4) + bytesOfScale(flags);
  } while ((flags & PART.more) !== 0);
  return renumbered;
}

function bytesOfScale(flags: number): number {
  if ((flags & PART.scale) !== 0) return 2;
  if ((flags & PART.twoScales) !== 0) return 4;
  return (flags & PART.matrix) === 0 ? 0 : 8;
}

function withUInt16(table: Buffer, offset: number, value: number): Buffer {
  const changed = Buffer.from(table);
  changed.writeUInt16BE(value, offset);
  return changed;
}

/** Where each outline begins, and where the last ends. */
function offsetsOf(outlines: readonly Buffer[], format: number): Buffer {
  const loca = Buffer.alloc((outlines.length + 1) * (format === LONG_OFFSETS ? 4 : 2));
  let offset = 0;
  for (const [index, { length }] of [...outlines, Buffer.alloc(0)].entries()) {
    if (format === LONG_OFFSETS) loca.writeUInt32BE(offset, index * 4);
    else loca.writeUInt16BE(offset / 2, index * 2);
    offset += length;
  }
  return loca;
}

/** Tables with their directory. Nobody reads the checksums of an embedded font: they are zero. */
function fontFile(tables: readonly (readonly [tag: string, data: Buffer])[]): Buffer {
  const directory = Buffer.alloc(12 + 16 * tables.length);
  const exponent = Math.floor(Math.log2(tables.length));
  directory.write('true', 'latin1');
  directory.writeUInt16BE(tables.length, 4);
  directory.writeUInt16BE(16 * 2 ** exponent, 6);
  directory.writeUInt16BE(exponent, 8);
  directory.writeUInt16BE(16 * tables.length - 16 * 2 ** exponent, 10);
  let offset = directory.length;
  for (const [index, [tag, { length }]] of tables.entries()) {
    const record = 12 + 16 * index;
    directory.write(tag, record, 'latin1');
    directory.writeUInt32BE(offset, record + 8);
    directory.writeUInt32BE(length, record + 12);
    offset += length;
  }
  return Buffer.concat([directory, ...tables.map(([, data]) => data)]);
}
