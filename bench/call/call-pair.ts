import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { newId, visitId } from '@videosportello/protocol/ids.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import type { PublicKey } from '@videosportello/protocol/keys.ts';
import type { MediaAccess } from '@videosportello/protocol/messages/visit.ts';
import { wishOf } from '@videosportello/sfu-server/testing/grant-authority.ts';
import type { GrantAuthority } from '@videosportello/sfu-server/testing/grant-authority.ts';

export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--use-fake-device-for-media-stream=fps=30',
  '--use-fake-ui-for-media-stream',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** One side of the call: its page and what it was granted. */
export interface Side {
  readonly role: 'kiosk' | 'operator';
  readonly page: Page;
  readonly key: PublicKey;
}

/** A kiosk page and an operator page with a fresh visit between them. */
export interface Pair {
  readonly visit: VisitId;
  readonly kiosk: Side;
  readonly operator: Side;
}

export const launchChromium = (): Promise<Browser> => chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: chromiumFlags });

/** Opens the two pages, each in a context of its own and under its own origin. */
export async function openPages(browser: Browser, port: number): Promise<{ kiosk: Page; operator: Page }> {
  const open = async (host: string) => {
    const context = await browser.newContext({ viewport: { width: 640, height: 480 } });
    const page = await context.newPage();
    await page.goto(`http://${host}:${port}/call-page.html`);
    return page;
  };
  return { kiosk: await open('kiosk.localhost'), operator: await open('console.localhost') };
}

/** A fresh visit with a fresh key on each page. */
export async function newPair(pages: { kiosk: Page; operator: Page }): Promise<Pair> {
  const side = async (role: 'kiosk' | 'operator'): Promise<Side> => ({
    role,
    page: pages[role],
    key: await pages[role].evaluate((asked) => callPage.create(asked), role),
  });
  return { visit: newId(visitId, 'v'), kiosk: await side('kiosk'), operator: await side('operator') };
}

/** Media access as queue-service would hand it out. */
export async function accessFor(
  { authority, url }: { authority: GrantAuthority; url: string },
  { visit }: Pair,
  { role, key }: Side,
  kind: 'waiting' | 'offer' | 'room',
): Promise<MediaAccess> {
  return { url, grant: await authority.sign(key, wishOf(visit, role, kind)), expiresAt: Date.now() + 60_000 };
}

/** Both sides prepared: the citizen waits, the operator sees the offer. */
export async function prewarmPair(node: { authority: GrantAuthority; url: string }, pair: Pair): Promise<void> {
  const [waiting, offer] = [await accessFor(node, pair, pair.kiosk, 'waiting'), await accessFor(node, pair, pair.operator, 'offer')];
  await Promise.all([
    pair.kiosk.page.evaluate((access) => callPage.prewarm(access), waiting),
    pair.operator.page.evaluate((access) => callPage.prewarm(access), offer),
  ]);
}

/** Both enter; answers the time from the earlier entry to the later first picture, ms. */
export async function enterPair(node: { authority: GrantAuthority; url: string }, pair: Pair): Promise<number> {
  const [kiosk, operator] = [await accessFor(node, pair, pair.kiosk, 'room'), await accessFor(node, pair, pair.operator, 'room')];
  const seen = await Promise.all([
    pair.operator.page.evaluate((access) => callPage.enter(access), operator),
    pair.kiosk.page.evaluate((access) => callPage.enter(access), kiosk),
  ]);
  return Math.max(...seen.map((side) => side.firstFrameAtMs)) - Math.min(...seen.map((side) => side.enteredAtMs));
}

export async function hangUpPair(pair: Pair): Promise<void> {
  await Promise.all([pair.kiosk, pair.operator].map(({ page }) => page.evaluate(() => callPage.hangUp())));
}
