import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Koa from 'koa';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { build, mergeConfig } from 'vite';
import { carriedTrustOf, checkerPage, pageWithTrust } from '../../src/http/checker-page.ts';
import type { CarriedTrust } from '../../src/trust/carried-trust.ts';
import settings from '../vite.config.ts';

/** Debian's Chromium; it calls nobody. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
  '--use-fake-ui-for-media-stream',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const MUNICIPALITY = 'Comune di Valfiorita';
export const CHECKER = 'https://verifica.comune.valfiorita.example';

/** The built page in a browser, from a disk or served. */
export interface CheckerBrowser extends AsyncDisposable {
  /** Folder for files of the test; gone at the end. */
  readonly folder: string;
  /** Errors of the page and every request that left it, as they happen. */
  readonly faults: string[];
  readonly requests: string[];
  carried(trustFolder: string): Promise<CarriedTrust>;
  /** Writes the page to the disk with these keys and opens it there, in a browser that remembers nothing. */
  openFile(carried: CarriedTrust, options?: OpenOptions): Promise<Page>;
  /** Opens an address in the same browser context as the page before. */
  again(page: Page, carried: CarriedTrust): Promise<void>;
  /** Serves the page as the certificate service does and opens it. */
  openServed(trustFolder: string, options?: OpenOptions): Promise<Page>;
}

export interface OpenOptions {
  readonly width?: number;
  readonly height?: number;
  readonly language?: string;
  /** Behind the #. */
  readonly hash?: string;
  readonly offline?: boolean;
  /** Film (Y4M) that the camera shows; without it there is no camera. */
  readonly camera?: string;
}

/** Builds the page. */
export async function buildChecker(dist: string): Promise<void> {
  await build(mergeConfig(settings, { configFile: false, logLevel: 'error', build: { outDir: dist } }));
}

/**
 * Starts a browser for the built page.
 * @param dist folder of the built page
 */
export async function openChecker(dist: string): Promise<CheckerBrowser> {
  const folder = await mkdtemp(join(tmpdir(), 'videosportello-checker-'));
  const html = await readFile(join(dist, 'index.html'), 'utf8');
  const launch = (...flags: readonly string[]) =>
    chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: [...FLAGS, ...flags] });
  const browser = await launch();
  const cameras: Browser[] = [];
  /** A film belongs to a whole browser. */
  const browserWith = async (film: string | undefined): Promise<Browser> => {
    if (film === undefined) return browser;
    const other = await launch('--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`);
    cameras.push(other);
    return other;
  };
  const servers: ReturnType<typeof createServer>[] = [];
  const faults: string[] = [];
  const requests: string[] = [];
  const newPage = async ({ width = 390, height = 844, language = 'it-IT', offline = false, camera }: OpenOptions): Promise<Page> => {
    const context = await (await browserWith(camera)).newContext({ viewport: { width, height }, locale: language, reducedMotion: 'reduce', offline });
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('request', (request) => !/^(?:data|blob):/.test(request.url()) && requests.push(request.url()));
    return page;
  };
  const optionsFor = (trustFolder: string) => ({ dist, trustFolder, municipality: MUNICIPALITY, checker: CHECKER });
  const file = join(folder, 'verifica.html');
  return {
    folder,
    faults,
    requests,
    carried: (trustFolder) => carriedTrustOf(optionsFor(trustFolder)),
    async openFile(carried, options = {}) {
      await writeFile(file, pageWithTrust(html, carried));
      const page = await newPage(options);
      await page.goto(`${pathToFileURL(file).href}${options.hash === undefined ? '' : `#${options.hash}`}`);
      return page;
    },
    async again(page, carried) {
      await writeFile(file, pageWithTrust(html, carried));
      await page.goto('about:blank');
      await page.goto(String(pathToFileURL(file)));
    },
    async openServed(trustFolder, options = {}) {
      const app = new Koa();
      app.use(checkerPage(optionsFor(trustFolder)));
      const server = createServer(app.callback());
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      const page = await newPage(options);
      await page.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/S${options.hash === undefined ? '' : `#${options.hash}`}`);
      return page;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([browser, ...cameras].map((each) => each.close()));
      for (const server of servers) server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
