import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.woff2': 'font/woff2',
  '.ftl': 'text/plain; charset=utf-8',
};

/** One file of the built page, in memory. */
export interface PageFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
}

/**
 * Reads the built page whole: a request can then name only what exists, and no path is ever joined from outside.
 * Keys are addresses (`/assets/x.js`); `/` is index.html.
 * @throws Error when there is no index.html in `directory`.
 */
export async function readPageFiles(directory: string): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    const path = join(entry.parentPath, entry.name);
    const body = await readFile(path);
    const address = `/${relative(directory, path).split(sep).join('/')}`;
    files.set(address, { body, type, etag: `"${createHash('sha256').update(body).digest('base64url')}"` });
  }
  const index = files.get('/index.html');
  if (!index) throw new Error('The kiosk page has not been built: there is no index.html in KIOSK_DIST.');
  files.set('/', index);
  return files;
}
