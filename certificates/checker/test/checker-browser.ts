import { once } from 'node:events';
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
  /** Folder of the built page. */
  readonly dist: string;
  /** Folder for files of the test; gone at the end. */
  readonly folder: string;
  /** Errors of the page and every request that left it, as they happen. */
  readonly faults: string[];
  readonly requests: string[];
  carried(trustFolder: string): Promise<CarriedTrust>;
  /** Writes the page to the disk with these keys and opens it there, in a browser that remembers nothing. */
  openFile(carried: CarriedTrust, options?: OpenOptions): Promise<Page>;
  /** The same on the disk later, perhaps with other keys: in the same browser, which remembers. */
  again(page: Page, carried: CarriedTrust): Promise<void>;
  /** Serves the page as the certificate service does, on this machine. */
  serve(options: ServeOptions): Promise<Site>;
  /** Opens a page of a site in a browser that remembers nothing. */
  openSite(address: string, options?: OpenOptions): Promise<Page>;
  /** Both. */
  openServed(trustFolder: string, options?: OpenOptions): Promise<Page>;
}

/** What a site serves; it may be changed while it runs. */
export interface ServeOptions {
  trustFolder: string;
  /** Folder of the built page. Default: the one the browser was started for. */
  dist?: string;
}

/** A served page. */
export interface Site {
  /** Of the page as stamps name it. */
  readonly address: string;
  /** Ends every connection and takes no more; twice is once. */
  stop(): Promise<void>;
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
  const sites: Site[] = [];
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
  const serve = async (options: ServeOptions): Promise<Site> => {
    const app = new Koa();
    app.silent = true;
    app.use((context, next) => checkerPage({ ...optionsFor(options.trustFolder), dist: options.dist ?? dist })(context, next));
    const server = createServer(app.callback());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const site = {
      address: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/S`,
      async stop() {
        if (!server.listening) return;
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      },
    };
    sites.push(site);
    return site;
  };
  const openSite = async (address: string, options: OpenOptions = {}): Promise<Page> => {
    const page = await newPage(options);
    await page.goto(`${address}${options.hash === undefined ? '' : `#${options.hash}`}`);
    return page;
  };
  const file = join(folder, 'verifica.html');
  return {
    dist,
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
    serve,
    openSite,
    openServed: async (trustFolder, options) => openSite((await serve({ trustFolder })).address, options),
    async [Symbol.asyncDispose]() {
      await Promise.all([browser, ...cameras].map((each) => each.close()));
      await Promise.all(sites.map((site) => site.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
