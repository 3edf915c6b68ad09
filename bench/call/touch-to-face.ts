import { setTimeout } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { signProof } from '@videosportello/protocol/keys.ts';
import type { PublicKey } from '@videosportello/protocol/keys.ts';
import { startTown } from '@videosportello/queue-service/testing/town-fixture.ts';
import { startSfuAt } from '@videosportello/sfu-server/testing/start-sfu.ts';
import { launchChromium } from './call-pair.ts';
import { RELAY_ADDRESS, startDelayRelay } from './delay-relay.ts';
import { servePages } from './page-server.ts';

const KIOSK = 'kiosk-1';
const OPERATOR = 'marta';

/** How long the operator reads who calls before he accepts, ms; nobody is faster. */
const READING_MS = 300;

/** How a call begins: with freshly loaded pages that have prepared nothing, or prepared while the citizen waited. */
export type Start = 'cold' | 'warm';

/** A queue-service with its Redis, a media node, a kiosk's page and an operator's, each pair joined by a line of the same length. */
export interface TouchToFace extends AsyncDisposable {
  /**
   * One whole call in one flow: visit, touch, ticket, offer, accept, faces, end. Answers what people waited for, ms: from the
   * touch to the offer shown, plus from the accept pressed to the later side's first picture.
   */
  call(start: Start): Promise<number>;
}

/** Starts all of it. `delayMs` is added each way between the pages and both services; 0: no relay in between. */
export async function startTouchToFace(delayMs: number): Promise<TouchToFace> {
  await using opened = new AsyncDisposableStack();
  const line = async () => (delayMs > 0 ? opened.use(await startDelayRelay(delayMs)) : undefined);
  const [toQueue, toNode] = [await line(), await line()];
  const pages = opened.use(await servePages());
  const consoleOrigin = `http://console.localhost:${pages.port}`;
  const town = opened.use(await startTown({ config: { publicUrl: consoleOrigin }, nodes: false }));
  await town.node('certificates', 'certificates-1');
  const queuePort = Number(new URL(town.service.socketUrl).port);
  await toQueue?.aimTcp(queuePort);
  const sfu = opened.use(
    await startSfuAt(
      { url: `${town.service.socketUrl}/node`, secret: town.config.nodeSecret },
      toNode
        ? { publicUrl: `ws://127.0.0.1:${toNode.tcpPort}`, rtc: { listenIp: '127.0.0.1', announcedAddress: RELAY_ADDRESS, firstPort: toNode.udpPort } }
        : {},
    ),
  );
  await toNode?.aimTcp(Number(new URL(sfu.socketUrl).port));
  const { key } = await town.enrol(KIOSK);
  const browser = await launchChromium();
  opened.defer(() => browser.close());
  const at = toQueue?.tcpPort ?? queuePort;
  const kiosk = await openPage(browser, `http://kiosk.localhost:${pages.port}`);
  await kiosk.exposeFunction('signAsKiosk', (nonce: string, sessionKey: PublicKey) => signProof(key, { nonce, audience: 'queue', sessionKey }));
  const operator = await openPage(browser, consoleOrigin, (context) =>
    context.addCookies([{ name: 'vs-console', value: town.service.sessions.make(town.operatorId(OPERATOR)), url: consoleOrigin }]),
  );
  const connect = () =>
    Promise.all([
      kiosk.evaluate((place) => queuePage.connect(place), { role: 'kiosk', url: `ws://127.0.0.1:${at}/kiosk`, kioskId: KIOSK } as const),
      operator.evaluate((place) => queuePage.connect(place), { role: 'operator', url: `ws://console.localhost:${at}/operator` } as const),
    ]);
  await connect();

  const resources = opened.move();
  return {
    async call(start) {
      if (start === 'cold') {
        await Promise.all([kiosk.reload(), operator.reload()]);
        await connect();
      }
      const prewarm = start === 'warm';
      await Promise.all([kiosk, operator].map((page) => page.evaluate((options) => queuePage.begin(options), { prewarm })));
      await kiosk.evaluate(() => queuePage.openVisit());
      const touched = await kiosk.evaluate(() => queuePage.touch());
      const offered = await operator.evaluate(() => queuePage.offered());
      if (prewarm) {
        await Promise.all([kiosk, operator].map((page) => page.evaluate(() => queuePage.prepared())));
        await setTimeout(READING_MS);
      }
      const pressed = await operator.evaluate(() => queuePage.accept());
      const faces = await Promise.all([kiosk, operator].map((page) => page.evaluate(() => queuePage.face())));
      await operator.evaluate(() => queuePage.finish());
      return offered - touched + Math.max(...faces) - pressed;
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function openPage(browser: Browser, origin: string, prepare?: (context: BrowserContext) => Promise<void>): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 640, height: 480 } });
  await prepare?.(context);
  const page = await context.newPage();
  await page.goto(`${origin}/queue-page.html`);
  return page;
}
