import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from 'koa';
import type { CarriedTrust } from '../trust/carried-trust.ts';
import { readTrustFolder } from '../trust/trust-folder.ts';

/** Where the trust goes in the built page. */
const PLACE = /(<script type="application\/json" id="carried-trust">)[^<]*(<\/script>)/;
const POLICY = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"/;
/** The addresses that stamps carry, and the one that people type. */
const PAGE_PATHS: ReadonlySet<string> = new Set(['/', '/S', '/s']);
const FILES: Readonly<Record<string, string>> = {
  '/manifest.webmanifest': 'application/manifest+json',
  '/checker-worker.js': 'text/javascript',
  '/checker-icon.svg': 'image/svg+xml',
};

/** Who issues, and where the built page and its keys lie. */
export interface CheckerPageOptions {
  /** Folder of the page's bundle, made by set-up. */
  readonly dist: string;
  readonly trustFolder: string;
  readonly municipality: string;
  /** `https://…`, as printed on paper. */
  readonly checker: string;
}

/**
 * The page with the keys it checks by: a file that works wherever it is opened.
 *
 * @throws Error when the page has no place for them
 */
export function pageWithTrust(page: string, carried: CarriedTrust): string {
  if (!PLACE.test(page)) throw new Error('The checking page has no place for its keys.');
  // In a script element nothing but `<` could end it.
  const json = JSON.stringify(carried).replaceAll('<', '\\u003c');
  return page.replace(PLACE, (_, start: string, end: string) => `${start}${json}${end}`);
}

/**
 * What the page carries at this moment.
 *
 * @throws TrustError as readTrustFolder
 */
export async function carriedTrustOf({ trustFolder, municipality, checker }: CheckerPageOptions): Promise<CarriedTrust> {
  const { sealed } = await readTrustFolder(trustFolder);
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return {
    municipality,
    checkerHost: new URL(checker).host,
    root: base64(sealed.root),
    bundle: { text: Buffer.from(sealed.text).toString('utf8'), signature: base64(sealed.signature) },
  };
}

/**
 * Serves the checking page for everybody, its list of keys (`/trust.json`) and what makes it installable. What a stamp
 * says never comes here: it stands behind the # of the address.
 *
 * @returns whether the request was for the page
 * @throws TrustError when the keys cannot be read; the error of the file system when the page was not built
 */
export function createCheckerPage(options: CheckerPageOptions): (context: Context) => Promise<boolean> {
  return async (context) => {
    const { path } = context;
    const type = FILES[path];
    if (type !== undefined) {
      context.body = await readFile(join(options.dist, path));
      context.type = type;
    } else if (path === '/trust.json') {
      context.body = (await carriedTrustOf(options)).bundle;
    } else if (PAGE_PATHS.has(path)) {
      const page = pageWithTrust(await readFile(join(options.dist, 'index.html'), 'utf8'), await carriedTrustOf(options));
      // The page brings its policy with it; a frame round it is the one thing that only a header forbids.
      context.set('content-security-policy', `${POLICY.exec(page)?.[1] ?? "default-src 'none'"}; frame-ancestors 'none'`);
      context.set('referrer-policy', 'no-referrer');
      context.type = 'text/html; charset=utf-8';
      context.body = page;
    } else return false;
    context.set('cache-control', 'no-cache');
    return true;
  };
}
