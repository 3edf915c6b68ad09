import { FluentBundle, FluentResource } from '@fluent/bundle';
import type { FluentVariable } from '@fluent/bundle';

/** Texts of one language as Fluent source (https://projectfluent.org). */
export type Catalogues<Language extends string> = Readonly<Record<Language, string>>;

/** Texts by key, in the language chosen now. */
export interface Translator<Language extends string> {
  readonly language: Language;
  /** Tells everybody who subscribed; the same language again tells nobody. */
  setLanguage(language: Language): void;
  /**
   * The text of a key, or of one of its attributes (`key.attribute`). A text missing in the present language comes in the
   * source language; one missing there too comes as the key itself, so that a gap is seen and not empty.
   */
  text(key: string, values?: Readonly<Record<string, FluentVariable>>): string;
  /** Whether the source language has this key. */
  has(key: string): boolean;
  subscribe(listener: () => void): () => void;
}

/**
 * Makes a translator. Values in texts are isolated for bidirectional scripts only where a language needs it (`isolate`).
 * @param onMissing hears each key that was missing in the present language, once per language.
 * @throws Error when a catalogue has an entry twice or cannot be read: a build with a broken catalogue must not start.
 */
export function createTranslator<Language extends string>(options: {
  readonly catalogues: Catalogues<Language>;
  readonly source: Language;
  readonly language?: Language;
  readonly isolate?: readonly Language[];
  readonly onMissing?: (key: string, language: Language) => void;
}): Translator<Language> {
  const { source, isolate = [], onMissing = () => {} } = options;
  const bundles = new Map<Language, FluentBundle>();
  for (const [language, text] of Object.entries(options.catalogues) as [Language, string][]) {
    const bundle = new FluentBundle(language, { useIsolating: isolate.includes(language) });
    const faults = bundle.addResource(new FluentResource(text));
    if (faults.length > 0) throw new Error(`The catalogue ${language} cannot be read: ${faults[0]?.message}`);
    bundles.set(language, bundle);
  }
  const listeners = new Set<() => void>();
  const reported = new Set<string>();
  let language = options.language ?? source;

  const find = (of: Language, key: string, values: Readonly<Record<string, FluentVariable>>): string | undefined => {
    const [id = key, attribute] = key.split('.');
    const bundle = bundles.get(of);
    const message = bundle?.getMessage(id);
    const pattern = attribute === undefined ? message?.value : message?.attributes[attribute];
    if (!bundle || !pattern) return undefined;
    // Errors in a value leave `{$name}` in the text; they are no reason to show nothing.
    return bundle.formatPattern(pattern, values, []);
  };

  return {
    get language() {
      return language;
    },
    setLanguage(next) {
      if (next === language) return;
      language = next;
      for (const listener of [...listeners]) listener();
    },
    text(key, values = {}) {
      const found = find(language, key, values);
      if (found !== undefined) return found;
      if (!reported.has(`${language} ${key}`)) {
        reported.add(`${language} ${key}`);
        onMissing(key, language);
      }
      return find(source, key, values) ?? key;
    },
    has: (key) => find(source, key, {}) !== undefined,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
