/** Reads a vector file of this folder for a test. */
import { readFileSync } from 'node:fs';

/** The parsed JSON of `name.json`; the caller states the part of its shape that the test uses. */
export function loadVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8'));
}
