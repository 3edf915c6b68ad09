import { FluentResource } from '@fluent/bundle';

/** One entry of a catalogue: its key and the values its text asks for. */
export interface CatalogueEntry {
  readonly key: string;
  readonly variables: readonly string[];
}

/** All keys of a catalogue, attributes as `key.attribute`, sorted; with the variables each text uses. */
export function entriesOf(catalogue: string): readonly CatalogueEntry[] {
  const entries: CatalogueEntry[] = [];
  for (const message of new FluentResource(catalogue).body) {
    if (message.value !== null) entries.push({ key: message.id, variables: variablesIn(message.value) });
    for (const [attribute, pattern] of Object.entries(message.attributes)) {
      entries.push({ key: `${message.id}.${attribute}`, variables: variablesIn(pattern) });
    }
  }
  return entries.toSorted((a, b) => a.key.localeCompare(b.key, 'en'));
}

/** What one catalogue has and the other has not: keys, and keys whose texts ask for other values. */
export function compareCatalogues(source: string, other: string): { missing: string[]; extra: string[]; otherVariables: string[] } {
  const left = new Map(entriesOf(source).map((entry) => [entry.key, entry]));
  const right = new Map(entriesOf(other).map((entry) => [entry.key, entry]));
  return {
    missing: [...left.keys()].filter((key) => !right.has(key)),
    extra: [...right.keys()].filter((key) => !left.has(key)),
    otherVariables: [...left.values()]
      .filter(({ key, variables }) => right.has(key) && variables.join() !== right.get(key)?.variables.join())
      .map(({ key }) => key),
  };
}

/** Names of `{ $variables }` anywhere in a pattern, sorted, once each. */
function variablesIn(pattern: unknown): readonly string[] {
  const found = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('type' in node && node.type === 'var' && 'name' in node && typeof node.name === 'string') found.add(node.name);
    for (const child of Object.values(node)) walk(child);
  };
  walk(pattern);
  return [...found].toSorted();
}
