import { createTranslator } from '@videosportello/web-parts/translator.ts';
import en from './en.ftl?raw';
import it from './it.ftl?raw';

export type CheckerLanguage = 'it' | 'en';

/** The texts of the page: Italian, or English where the browser asks for anything but Italian. */
export const texts = createTranslator<CheckerLanguage>({
  catalogues: { it, en },
  source: 'it',
  language: navigator.languages.some((language) => language.startsWith('it')) ? 'it' : 'en',
});
