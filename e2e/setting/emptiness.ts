import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Page } from 'playwright-core';
import type { Setting } from './town-setting.ts';

/** Folders that hold people by design: the invented registry's and cards' personalisation, and the printer's own tray. */
const holdsPeople = [/^bench\//, /^queue\/redis\/.*\.(sock|pid)$/];

/**
 * Where strings of a visit are still found after it: files of the town (Redis' own among them), log lines, and each page's
 * document, storage, address and history.
 */
export async function findTraces(setting: Setting, pages: readonly Page[], strings: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const look = (where: string, text: string) => {
    for (const string of strings) if (text.includes(string)) found.push(`${where}: ${string.slice(0, 2)}…`);
  };
  for (const entry of await readdir(setting.dataDirectory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(setting.dataDirectory, path);
    look(`name of ${name}`, name);
    if (holdsPeople.some((pattern) => pattern.test(name))) continue;
    look(name, (await readFile(path)).toString('latin1'));
    look(name, (await readFile(path)).toString('utf8'));
  }
  setting.logs.forEach((line, index) => look(`log line ${index}`, line));
  for (const page of pages) {
    look('address', page.url());
    const held = await page.evaluate(async () => {
      const words: string[] = [document.title, document.documentElement.outerHTML, JSON.stringify(history.state)];
      const walk = (root: ParentNode) => {
        for (const element of root.querySelectorAll('*')) {
          if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) words.push(element.value);
          if (element.shadowRoot) {
            words.push(element.shadowRoot.textContent ?? '');
            walk(element.shadowRoot);
          }
        }
      };
      walk(document);
      for (const storage of [localStorage, sessionStorage]) for (let index = 0; index < storage.length; index += 1) words.push(storage.getItem(storage.key(index) ?? '') ?? '');
      words.push(document.cookie, ...(await caches.keys()), ...(await indexedDB.databases()).map(({ name }) => name ?? ''));
      return words.join('\n');
    });
    look('page', held);
  }
  return [...new Set(found)];
}
