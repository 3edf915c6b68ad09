import { createTranslator } from '@videosportello/web-parts/translator.ts';
import en from './en.ftl?raw';
import it from './it.ftl?raw';

export type ConsoleLanguage = 'it' | 'en';

const catalogues = { it, en };

/** The texts of the page, in the operator's language. */
export const texts = createTranslator<ConsoleLanguage>({ catalogues, source: 'it' });

const byLanguage = {
  it: createTranslator<ConsoleLanguage>({ catalogues, source: 'it', language: 'it' }),
  en: createTranslator<ConsoleLanguage>({ catalogues, source: 'it', language: 'en' }),
};
/** A text in the citizen's language, whatever the operator's is: what is sent to him. */
export const textIn = (language: ConsoleLanguage, key: string): string => byLanguage[language].text(key);
