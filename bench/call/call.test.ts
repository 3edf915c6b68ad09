import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { startSfu } from '@videosportello/sfu-server/testing/start-sfu.ts';
import type { RunningSfu } from '@videosportello/sfu-server/testing/start-sfu.ts';
import { accessFor, enterPair, hangUpPair, launchChromium, newPair, openPages, prewarmPair } from './call-pair.ts';
import type { Pair, Side } from './call-pair.ts';
import { servePages } from './page-server.ts';

describe('a call between two browsers', function () {
  this.timeout(60_000);
  let sfu: RunningSfu;
  let served: Awaited<ReturnType<typeof servePages>>;
  let browser: Browser;
  let pages: { kiosk: Page; operator: Page };
  let node: { authority: RunningSfu['authority']; url: string };
  let pair: Pair;

  before(async () => {
    sfu = await startSfu();
    served = await servePages();
    browser = await launchChromium();
    pages = await openPages(browser, served.port);
    node = { authority: sfu.authority, url: sfu.roomUrl };
  });
  after(async () => {
    await browser?.close();
    await served?.[Symbol.asyncDispose]();
    await sfu?.close();
  });
  beforeEach(async () => {
    pair = await newPair(pages);
  });
  afterEach(() => hangUpPair(pair));

  const sides = () => [pair.kiosk, pair.operator];
  const flows = ({ page }: Side) => page.evaluate(() => callPage.pictures(10));
  const gateThreads = () => sides().map(({ page }) => page.workers().length);
  const stateOf = ({ page }: Side) =>
    page.evaluate(async () => (await callPage.events()).findLast(({ type }) => type === 'state')?.what);

  it('shows each the other when it was prepared', async () => {
    await prewarmPair(node, pair);
    expect(await Promise.all(sides().map(stateOf))).to.deep.equal(['ready', 'ready']);
    expect(gateThreads()).to.deep.equal([1, 1]);
    await enterPair(node, pair);
    await Promise.all(sides().map(flows));
    expect(await Promise.all(sides().map(stateOf))).to.deep.equal(['in-call', 'in-call']);
  });

  it('shows each the other from a standing start', async () => {
    await Promise.all([pages.kiosk.reload(), pages.operator.reload()]);
    pair = await newPair(pages);
    await enterPair(node, pair);
    await Promise.all(sides().map(flows));
  });

  it('lets each hear the other, prepared or not', async () => {
    await prewarmPair(node, pair);
    await enterPair(node, pair);
    await Promise.all(sides().map(({ page }) => page.evaluate(() => callPage.voice())));
    await Promise.all([pages.kiosk.reload(), pages.operator.reload()]);
    pair = await newPair(pages);
    await enterPair(node, pair);
    await Promise.all(sides().map(({ page }) => page.evaluate(() => callPage.voice())));
  });

  it('sends nothing before the visit is accepted', async () => {
    await prewarmPair(node, pair);
    expect(await Promise.all(sides().map(({ page }) => page.evaluate(() => callPage.bytesSent())))).to.deep.equal([0, 0]);
    await enterPair(node, pair);
    const sent = await Promise.all(sides().map(({ page }) => page.evaluate(() => callPage.bytesSent())));
    expect(Math.min(...sent)).to.be.above(1_000);
  });

  it('climbs to VGA', async () => {
    await prewarmPair(node, pair);
    await enterPair(node, pair);
    await Promise.all(sides().map(({ page }) => page.evaluate(() => callPage.pictureOfWidth(640))));
  });

  it('shows each the other when the script of the gate before the network cannot be had', async () => {
    const script = '**/frame-gate.worker*';
    await Promise.all(sides().map(({ page }) => page.route(script, (route) => route.fulfill({ status: 404 }))));
    await Promise.all([pages.kiosk.reload(), pages.operator.reload()]);
    pair = await newPair(pages);
    await prewarmPair(node, pair);
    expect(await Promise.all(sides().map(stateOf))).to.deep.equal(['ready', 'ready']);
    expect(gateThreads()).to.deep.equal([0, 0]);
    await enterPair(node, pair);
    await Promise.all(sides().map(flows));
    await Promise.all(sides().map(({ page }) => page.unroute(script)));
    await Promise.all([pages.kiosk.reload(), pages.operator.reload()]);
    pair = await newPair(pages);
  });

  it('carries words and their answers both ways', async () => {
    await prewarmPair(node, pair);
    await enterPair(node, pair);
    const said = await Promise.all(sides().map(({ page }) => page.evaluate(() => callPage.say('good morning'))));
    expect(said).to.deep.equal(['done', 'done']);
  });

  it('brings the picture back within 3 s after the worker was killed', async () => {
    await prewarmPair(node, pair);
    await enterPair(node, pair);
    const [pid] = sfu.workerPids;
    if (pid === undefined) throw new Error('no worker');
    const killedAt = Date.now();
    process.kill(pid, 'SIGKILL');
    const back = await Promise.all(sides().map(({ page }) => page.evaluate(() => callPage.pictureAfterReconnection())));
    expect(Math.max(...back) - killedAt).to.be.below(3_000);
  });

  it('comes back when only the socket breaks, without losing the picture', async () => {
    await prewarmPair(node, pair);
    await enterPair(node, pair);
    await pair.kiosk.page.evaluate(() => callPage.breakSocket());
    await pair.kiosk.page.evaluate(() => callPage.pictureAfterReconnection());
    expect(await stateOf(pair.kiosk)).to.equal('in-call');
    await Promise.all(sides().map(flows));
  });

  it('goes on by text when there is neither camera nor microphone', async () => {
    const key = await pair.operator.page.evaluate(() => callPage.create('operator', { withoutDevices: true }));
    pair = { ...pair, operator: { ...pair.operator, key } };
    const [kiosk, operator] = [await accessFor(node, pair, pair.kiosk, 'room'), await accessFor(node, pair, pair.operator, 'room')];
    await Promise.all([
      pair.kiosk.page.evaluate((access) => callPage.join(access), kiosk),
      pair.operator.page.evaluate((access) => callPage.join(access), operator),
    ]);
    expect(await pair.operator.page.evaluate(() => callPage.say('I can only write'))).to.equal('done');
    expect(await pair.operator.page.evaluate(async () => (await callPage.events()).find(({ type }) => type === 'local-media')?.what)).to.equal('absent absent');
    await flows(pair.operator);
  });

  it('ends with the visit', async () => {
    await prewarmPair(node, pair);
    await enterPair(node, pair);
    sfu.endVisit(pair.visit);
    await Promise.all(sides().map(({ page }) => page.evaluate(() => callPage.until('ended'))));
  });

  it('gives the first page up when the kiosk opens another', async () => {
    await prewarmPair(node, pair);
    const key = await pair.operator.page.evaluate(() => callPage.create('kiosk'));
    const access = await accessFor(node, pair, { ...pair.operator, role: 'kiosk', key }, 'waiting');
    await pair.operator.page.evaluate((given) => callPage.prewarm(given), access);
    await pair.kiosk.page.evaluate(() => callPage.until('failed'));
  });
});
