import { createTranslator } from '@videosportello/web-parts/translator.ts';
import type { Language } from '@videosportello/protocol/messages/visit.ts';
import en from './en.ftl?raw';
import it from './it.ftl?raw';

/** Keys that were asked for and not found: counted for the log, never shown as an error. */
export const missingTexts = new Set<string>();

/** The texts of the kiosk; Italian is the source. */
export const translator = createTranslator<Language>({
  catalogues: { it, en },
  source: 'it',
  onMissing: (key, language) => missingTexts.add(`${language}:${key}`),
});

const ownTranslators = {
  it: createTranslator({ catalogues: { it }, source: 'it' }),
  en: createTranslator({ catalogues: { en }, source: 'en' }),
} as const satisfies Record<Language, unknown>;

/** A text by its key, in the language that is said. */
export type TextIn = (language: Language, key: string, values?: Record<string, Date>) => string;

/** A text in a language of its own, whatever language the screen speaks. */
export const textIn: TextIn = (language, key, values) => ownTranslators[language].text(key, values);
