import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContext, Page } from 'playwright-core';

/** One person's browser: a Chromium process of its own with its own camera and microphone files. */
export interface PersonBrowser extends AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors and warnings on the page's console, and requests that left the allowed origins; tests expect none. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Where Debian and others put Chromium. */
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Starts a browser for one person. `media: undefined` means a machine without camera and microphone. */
export async function openBrowser(options: {
  readonly viewport: { readonly width: number; readonly height: number };
  readonly media: { readonly camera: string; readonly microphone: string } | undefined;
  readonly touch?: boolean;
  /** Origins the page may speak to; others are complaints. */
  readonly allowedOrigins?: readonly string[];
}): Promise<PersonBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'vs-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    viewport: options.viewport,
    hasTouch: options.touch ?? false,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
      '--font-render-hinting=none',
      '--force-color-profile=srgb',
      ...(options.media
        ? [
            '--use-fake-device-for-media-stream=fps=30',
            '--use-fake-ui-for-media-stream',
            `--use-file-for-fake-video-capture=${options.media.camera}`,
            `--use-file-for-fake-audio-capture=${options.media.microphone}`,
          ]
        : []),
    ],
  });
  const complaints: string[] = [];
  const page = context.pages()[0] ?? (await context.newPage());
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol === 'data:' || protocol === 'blob:') return;
    if (options.allowedOrigins && !options.allowedOrigins.includes(origin)) complaints.push(`request to ${origin}`);
  });
  let closing: Promise<void> | undefined;
  const close = () =>
    (closing ??= (async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    })());
  return { context, page, complaints, close, [Symbol.asyncDispose]: close };
}
