import { execFile } from 'node:child_process';
import { createPrivateKey, sign } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { canonicalJson } from '../../src/trust/canonical-json.ts';
import type { CarriedBundle } from '../../src/trust/carried-trust.ts';
import { createDemoAuthority } from '../../src/trust/demo-authority.ts';
import type { DemoAuthority } from '../../src/trust/demo-authority.ts';
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
  /** Another authority, whose root is at hand. */
  readonly authority: DemoAuthority;
  /** Its list with other values and another number, signed by its root. */
  nextBundle(values: object, sequence?: number): Promise<CarriedBundle>;
}

export async function openCheckerSetting(): Promise<CheckerSetting> {
  const dist = await mkdtemp(join(tmpdir(), 'videosportello-checker-page-'));
  await buildChecker(dist);
  const checker = await openChecker(dist);
  const folder = join(checker.folder, 'sample');
  await promisify(execFile)(process.execPath, [TOOL, 'sample', '--type', 'residence', '--out', folder], { timeout: 120_000 });
  const keys = join(checker.folder, 'authority');
  const authority = await createDemoAuthority(keys, { now: new Date() });
  return {
    checker,
    folder,
    paper: join(folder, 'residence.paper.pdf'),
    original: join(folder, 'residence.original.pdf'),
    trust: join(folder, 'trust'),
    authority,
    async nextBundle(values, sequence = 2) {
      const { bundle } = await checker.carried(authority.trustFolder);
      const text = canonicalJson({ ...JSON.parse(bundle.text), ...values, sequence });
      const key = createPrivateKey(await readFile(join(keys, 'stamp-root.pem'), 'utf8'));
      return { text, signature: sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64') };
    },
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
