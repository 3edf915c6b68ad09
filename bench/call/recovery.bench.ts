import { startSfu } from '@videosportello/sfu-server/testing/start-sfu.ts';
import { enterPair, hangUpPair, launchChromium, newPair, openPages, prewarmPair } from './call-pair.ts';
import type { Pair } from './call-pair.ts';
import { metricOf } from '../metric.ts';
import type { Metric } from '../metric.ts';
import { RELAY_ADDRESS, startDelayRelay } from './delay-relay.ts';
import { servePages } from './page-server.ts';

export type RecoveryMetrics = Readonly<Record<'recovery.cut3s' | 'recovery.workerKilled', Metric>>;

const CUT_MS = 3_000;

/**
 * Measures how long a call takes to have its pictures back, at the later side: after the line of both pages was cut for 3 s,
 * counted from its return; and after the media worker was killed, counted from the kill.
 */
export async function runRecoveryBench({ times }: { readonly times: number }): Promise<RecoveryMetrics> {
  await using stack = new AsyncDisposableStack();
  const relay = stack.use(await startDelayRelay(0));
  const sfu = stack.use(await startSfu({ rtc: { listenIp: '127.0.0.1', announcedAddress: RELAY_ADDRESS, firstPort: relay.udpPort } }));
  await relay.aimTcp(Number(new URL(sfu.httpUrl).port));
  const node = { authority: sfu.authority, url: `ws://127.0.0.1:${relay.tcpPort}/room` };
  const pages = stack.use(await servePages());
  const browser = await launchChromium();
  stack.defer(() => browser.close());
  const opened = await openPages(browser, pages.port);
  const bothSides = (pair: Pair) => [pair.kiosk.page, pair.operator.page];

  const measure = async (disturb: (pair: Pair) => Promise<number>): Promise<Metric> => {
    const measured: number[] = [];
    for (let time = 0; time < times; time += 1) {
      const pair = await newPair(opened);
      await prewarmPair(node, pair);
      await enterPair(node, pair);
      await Promise.all(bothSides(pair).map((page) => page.evaluate(() => callPage.pictures(30))));
      measured.push(await disturb(pair));
      await hangUpPair(pair);
    }
    return metricOf(measured);
  };

  return {
    'recovery.cut3s': await measure(async (pair) => {
      await relay.cut(CUT_MS);
      const restoredAtMs = Date.now();
      const shown = await Promise.all(bothSides(pair).map((page) => page.evaluate(() => callPage.steadyPictureAt())));
      return Math.max(...shown) - restoredAtMs;
    }),
    'recovery.workerKilled': await measure(async (pair) => {
      const back = bothSides(pair).map((page) => page.evaluate(() => callPage.pictureAfterReconnection()));
      const killedAtMs = Date.now();
      for (const pid of sfu.workerPids) process.kill(pid, 'SIGKILL');
      return Math.max(...(await Promise.all(back))) - killedAtMs;
    }),
  };
}
