import type { PaperLanguage } from '../rules/vocabulary.ts';
import type { Text } from './layout.ts';
import { english } from './words/english.ts';
import { german } from './words/german.ts';
import { italian } from './words/italian.ts';
import type { SecondWords, Words } from './words/words.ts';

/** Takes the same words from each language of a paper. */
export type Say = (pick: (words: Words) => string) => Text;

const SECOND: Record<PaperLanguage, SecondWords | null> = { it: null, 'it-de': german, 'it-en': english };

/** The second language of a paper; null for an Italian one. */
export function secondWords(language: PaperLanguage): SecondWords | null {
  return SECOND[language];
}

/** How a paper in this language says things: equal words stand once. */
export function sayerOf(language: PaperLanguage): Say {
  const second = SECOND[language];
  return (pick) => {
    const it = pick(italian);
    const also = second === null ? null : pick(second);
    return { it, also: also === it ? null : also };
  };
}

/** What needs no translation: names, places, numbers, days in figures. */
export function plain(text: string): Text {
  return { it: text, also: null };
}

/** Two texts one after the other, in each language that either has. */
export function joined(first: Text, second: Text): Text {
  const isBilingual = first.also !== null || second.also !== null;
  return {
    it: `${first.it} ${second.it}`,
    also: isBilingual ? `${first.also ?? first.it} ${second.also ?? second.it}` : null,
  };
}
