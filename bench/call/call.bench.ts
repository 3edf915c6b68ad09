import { startSfu } from '@videosportello/sfu-server/testing/start-sfu.ts';
import { enterPair, hangUpPair, launchChromium, newPair, openPages, prewarmPair } from './call-pair.ts';
import { RELAY_ADDRESS, startDelayRelay } from './delay-relay.ts';
import { servePages } from './page-server.ts';
import { startQueueSide } from './queue-legs.ts';

/** A distribution of measured times. */
export interface Metric {
  readonly unit: 'ms';
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly n: number;
}
export type CallMetrics = Readonly<Record<'touchToFace.cold' | 'touchToFace.warm', Metric>>;

export interface CallBenchOptions {
  /** Calls of each kind. */
  readonly calls: number;
  /** Added on each way between the pages and both services, ms. 0: no relay in between. */
  readonly delayMs: number;
  readonly onCall?: (kind: 'cold' | 'warm', ms: number) => void;
}

/**
 * Measures how long two people wait for each other's face: from the touch to the offer shown, plus from the accept pressed to
 * the later side's first decoded picture. The way through queue-service is measured call by call beside the way through the
 * media node, and added: grants reach both pages, then both enter. *Cold*: freshly loaded pages that have prepared nothing. *Warm*: prepared while the
 * citizen waited and the operator saw the offer. Two contexts of one Chromium with fake cameras, a media node with one
 * worker.
 */
export async function runCallBench({ calls, delayMs, onCall = () => {} }: CallBenchOptions): Promise<CallMetrics> {
  await using stack = new AsyncDisposableStack();
  const relay = delayMs > 0 ? stack.use(await startDelayRelay(delayMs)) : undefined;
  const sfu = stack.use(
    await startSfu(relay ? { rtc: { listenIp: '127.0.0.1', announcedAddress: RELAY_ADDRESS, firstPort: relay.udpPort } } : {}),
  );
  await relay?.openTcp(Number(new URL(sfu.httpUrl).port));
  const node = { authority: sfu.authority, url: relay ? `ws://127.0.0.1:${relay.tcpPort}/room` : sfu.roomUrl };
  const queue = stack.use(await startQueueSide(delayMs));
  const pages = stack.use(await servePages());
  const browser = await launchChromium();
  stack.defer(() => browser.close());
  const opened = await openPages(browser, pages.port);

  const measure = async (kind: 'cold' | 'warm'): Promise<Metric> => {
    const times: number[] = [];
    // The first call of a browser starts its media processes and is not counted.
    for (let call = 0; call <= calls; call += 1) {
      if (kind === 'cold') await Promise.all([opened.kiosk.reload(), opened.operator.reload()]);
      const pair = await newPair(opened);
      if (kind === 'warm') await prewarmPair(node, pair);
      const { touchToOffer, acceptToGrants } = await queue.call();
      const time = touchToOffer + acceptToGrants + (await enterPair(node, pair));
      await hangUpPair(pair);
      if (call === 0) continue;
      times.push(time);
      onCall(kind, time);
    }
    return metricOf(times);
  };
  return { 'touchToFace.cold': await measure('cold'), 'touchToFace.warm': await measure('warm') };
}

/** Percentiles by nearest rank. */
export function metricOf(times: readonly number[]): Metric {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN) * 10) / 10;
  return { unit: 'ms', p50: at(0.5), p95: at(0.95), p99: at(0.99), n: sorted.length };
}
