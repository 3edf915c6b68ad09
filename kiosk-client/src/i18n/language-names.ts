import type { Language } from '@videosportello/protocol/messages/visit.ts';

/** Languages by their own names: never translated, never taken from the browser's data. In the order of the choice. */
export const languageNames: Readonly<Record<Language, string>> = { it: 'Italiano', en: 'English' };

/** The languages of the choice, in its order. */
export const languages: readonly Language[] = ['it', 'en'];

/** The language that one touch changes to. */
export const otherLanguage = (language: Language): Language => languages[(languages.indexOf(language) + 1) % languages.length] ?? 'it';
