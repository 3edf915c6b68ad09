import { createServer } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { build, mergeConfig } from 'vite';
import { webApp } from '@videosportello/web-parts/vite.ts';

const root = path.resolve(import.meta.dirname, '..');
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
/** As strict as the page is served: nothing from elsewhere, no script or style in the page itself. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'";

/** Debian's Chromium; its camera and microphone are invented, and it calls nobody. */
const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
  '--use-fake-device-for-media-stream=fps=30',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The screens page, built and served on a free port, in a browser. */
export interface ScreenBrowser extends AsyncDisposable {
  /** Names of all screens. */
  readonly names: readonly string[];
  /**
   * Opens one screen and waits until fonts and pictures stand. Console errors and requests to other origins are kept in
   * `faults`.
   */
  open(name: string, options?: { language?: 'it' | 'en'; width?: number; height?: number }): Promise<Page>;
  readonly faults: string[];
}

/** Builds the screens into a folder of its own under the system's temporary folder, and opens a browser on them. */
export async function openScreens(
  executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium',
): Promise<ScreenBrowser> {
  const folder = await mkdtemp(path.join(tmpdir(), 'videosportello-screens-'));
  const overrides = { configFile: false as const, logLevel: 'error' as const, build: { outDir: folder } };
  await build(mergeConfig(webApp(root, ['screens.html']), overrides));
  const server = createServer((request, response) => {
    const name = path.normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    readFile(path.join(folder, name)).then(
      (content) => {
        response.writeHead(200, {
          'content-type': types[path.extname(name)] ?? 'application/octet-stream',
          'content-security-policy': policy,
        });
        response.end(content);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'it-IT' });
  const faults: string[] = [];
  const page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !/^(?:data|blob):/.test(request.url()))
      faults.push(`request to ${request.url()}`);
  });
  await page.goto(`${origin}/screens.html`);
  const names = await page.locator('a').allTextContents();
  return {
    names,
    faults,
    async open(name, { language = 'it', width = 1280, height = 720 } = {}) {
      await page.setViewportSize({ width, height });
      await page.goto(`${origin}/screens.html?screen=${name}&language=${language}`);
      await page.locator('desk-pages, queue-pages').waitFor({ state: 'attached' });
      await page.evaluate(async () => {
        await document.fonts.ready;
        const videos = [...document.querySelectorAll('*')].flatMap(function inside(element): HTMLVideoElement[] {
          const own = element instanceof HTMLVideoElement ? [element] : [];
          return [...own, ...[...(element.shadowRoot?.querySelectorAll('*') ?? [])].flatMap(inside)];
        });
        await Promise.all(
          videos
            .filter(({ srcObject }) => srcObject instanceof MediaStream && srcObject.getVideoTracks().length > 0)
            .filter(({ videoWidth }) => videoWidth === 0)
            .map((video) => new Promise((resolve) => video.addEventListener('loadeddata', resolve, { once: true }))),
        );
      });
      return page;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
