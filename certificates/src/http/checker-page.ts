import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Middleware } from 'koa';
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
 * says never comes here: it stands behind the # of the address. Other paths go on to what comes next; a page that was not
 * built is not found.
 */
export function checkerPage(options: CheckerPageOptions): Middleware {
  return async (context, next) => {
    const { path } = context;
    const isPage = PAGE_PATHS.has(path);
    const isTrust = path === '/trust.json';
    const type = FILES[path];
    if (!isPage && !isTrust && type === undefined) return next();
    if (context.method !== 'GET' && context.method !== 'HEAD') return void (context.status = 405);
    context.set({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-cache' });
    if (isTrust) return void (context.body = (await carriedTrustOf(options)).bundle);
    const file = await readFile(join(options.dist, isPage ? 'index.html' : path), 'utf8').catch(() => null);
    if (file === null) return void (context.status = 404);
    context.type = type ?? 'text/html; charset=utf-8';
    context.body = file;
    if (!isPage) return;
    context.body = pageWithTrust(file, await carriedTrustOf(options));
    // The page brings its policy with it; a frame round it is the one thing that only a header forbids.
    context.set('content-security-policy', `${POLICY.exec(file)?.[1] ?? "default-src 'none'"}; frame-ancestors 'none'`);
  };
}
