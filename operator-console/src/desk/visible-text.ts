/**
 * Characters that write nothing and change what is read: controls, marks that turn the direction of the text round them
 * (Unicode Standard Annex 9, 2.1 to 2.4), separators of lines, and fillers without width.
 */
const deceiving =
  /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u115f\u1160\u180e\u200b\u2060-\u2064\u202a-\u202e\u2066-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * Text of somebody else as it may be shown: what would be invisible and could make it read as something else stands as its
 * code, like `[U+202E]`. Nothing is left out. Letters of all scripts and the joiners they need stay as they are.
 */
export const visibleText = (text: string): string =>
  text.replace(deceiving, (character) => `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`);
