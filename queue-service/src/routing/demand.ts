import type { Language, Service } from '@videosportello/protocol/messages/visit.ts';

/** What somebody must be able to do to help: a language and a service, as one word: `it.residence-certificate`. */
export type Demand = string;

/** The demand of a visit; while no service is chosen any operator of the language will do. */
export const demandOf = (language: Language, service: Service | undefined): Demand => `${language}.${service ?? 'any'}`;

/** Every demand an operator with these languages and skills serves. */
export const demandsServed = (languages: readonly Language[], skills: readonly Service[]): Demand[] =>
  languages.flatMap((language) => [demandOf(language, undefined), ...skills.map((skill) => demandOf(language, skill))]);

