import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { buildChecker, openChecker } from './checker-browser.ts';
import type { CheckerBrowser } from './checker-browser.ts';

const TOOL = fileURLToPath(new URL('../../tools/certificates.ts', import.meta.url));

/** The built page in a browser, with the sample of a residence certificate to check. */
export interface CheckerSetting extends AsyncDisposable {
  readonly checker: CheckerBrowser;
  /** Folder of the sample; gone at the end. */
  readonly folder: string;
  /** The printed copy with its stamp, and the sealed original. */
  readonly paper: string;
  readonly original: string;
  /** Folder of the keys that check both. */
  readonly trust: string;
}

export async function openCheckerSetting(): Promise<CheckerSetting> {
  const dist = await mkdtemp(join(tmpdir(), 'videosportello-checker-page-'));
  await buildChecker(dist);
  const checker = await openChecker(dist);
  const folder = join(checker.folder, 'sample');
  await promisify(execFile)(process.execPath, [TOOL, 'sample', '--type', 'residence', '--out', folder], { timeout: 120_000 });
  return {
    checker,
    folder,
    paper: join(folder, 'residence.paper.pdf'),
    original: join(folder, 'residence.original.pdf'),
    trust: join(folder, 'trust'),
    async [Symbol.asyncDispose]() {
      await checker[Symbol.asyncDispose]();
      await rm(dist, { recursive: true, force: true });
    },
  };
}

/** The line of the outcome: status and level of trust; of several the one that is shown first. */
export async function statusOf(page: Page): Promise<string> {
  return (await page.locator('.status p').first().textContent({ timeout: 60_000 })) ?? '';
}

/** Hands the page a file, as a person chooses it. */
export function takeFile(page: Page, file: string): Promise<void> {
  return page.locator('main input[type=file]').setInputFiles(file);
}
