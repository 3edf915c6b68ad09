import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTown } from '../../deploy/run/start-town.ts';
import type { Town } from '../../deploy/run/start-town.ts';
import { openBench } from './bench-client.ts';
import type { BenchClient } from './bench-client.ts';
import { openBrowser } from './browser.ts';
import type { PersonBrowser } from './browser.ts';
import { heapOptions } from './heap.ts';
import { deskScreen } from './desk-screen.ts';
import type { DeskScreen } from './desk-screen.ts';
import { kioskScreen } from './kiosk-screen.ts';
import type { KioskScreen } from './kiosk-screen.ts';
import { colleagueSignal, kioskSignal, operatorSignal, writeTestMedia } from './test-media.ts';

/** A running town, its bench, and browsers as people open them. */
export interface Setting extends AsyncDisposable {
  readonly town: Town;
  readonly bench: BenchClient;
  /** The town's data folder, and every log line of its services. */
  readonly dataDirectory: string;
  readonly logs: readonly string[];
  /** Where services write their heaps when they are asked for. */
  readonly heapDirectory: string;
  /** The citizen's browser at the kiosk's first screen. `media: false`: a machine without camera and microphone. */
  openKiosk(options?: { media?: boolean }): Promise<{ browser: PersonBrowser; screen: KioskScreen }>;
  /** An operator's browser, signed in with a demo account; each has a picture and a voice of his own. */
  openDesk(account: 'Marta' | 'Paolo', options?: { media?: boolean }): Promise<{ browser: PersonBrowser; screen: DeskScreen }>;
  close(): Promise<void>;
}

/** Portrait full HD, as the kiosk's screen stands. */
export const kioskViewport = { width: 1080, height: 1920 };
export const deskViewport = { width: 1600, height: 1000 };

/** Starts everything on free ports with a data folder of its own. Throws when a real part is missing: nothing is replaced. */
export async function openSetting(): Promise<Setting> {
  const directory = await mkdtemp(join(tmpdir(), 'vs-e2e-'));
  const dataDirectory = join(directory, 'town');
  const heapDirectory = join(directory, 'heaps');
  const logs: string[] = [];
  const browsers: PersonBrowser[] = [];
  let town: Town | undefined;
  const close = async () => {
    await Promise.allSettled(browsers.map((browser) => browser.close()));
    await town?.close();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await mkdir(heapDirectory);
    town = await startTown({
      dataDirectory,
      ports: 'free',
      nodeOptions: heapOptions(heapDirectory),
      onLog: (_service, line) => logs.push(line),
    });
    const { addresses } = town;
    const kioskMedia = await writeTestMedia(directory, 'kiosk', kioskSignal);
    const operatorMedia = {
      Marta: await writeTestMedia(directory, 'operator', operatorSignal),
      Paolo: await writeTestMedia(directory, 'colleague', colleagueSignal),
    };
    const open = async (options: Parameters<typeof openBrowser>[0]) => {
      const browser = await openBrowser(options);
      browsers.push(browser);
      return browser;
    };
    return {
      town,
      bench: await openBench(addresses.bench),
      dataDirectory,
      logs,
      heapDirectory,
      async openKiosk({ media = true } = {}) {
        const browser = await open({ viewport: kioskViewport, media: media ? kioskMedia : undefined, touch: true });
        await browser.page.goto(addresses.kiosk);
        return { browser, screen: kioskScreen(browser.page) };
      },
      async openDesk(account, { media = true } = {}) {
        const browser = await open({ viewport: deskViewport, media: media ? operatorMedia[account] : undefined });
        await browser.page.goto(addresses.console);
        await browser.page.getByRole('link', { name: 'Accedi' }).click();
        await browser.page.getByRole('button', { name: `Entra come ${account}` }).click();
        await browser.page.getByRole('heading', { name: 'Postazioni' }).waitFor();
        return { browser, screen: deskScreen(browser.page) };
      },
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
